import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import styles from './model-card.module.css';
import { tryToken, useModels } from './models-store.ts';
import { NetworkNeeded, useOffline } from './network-needed.tsx';

/** For models whose makers ask for an account: the token goes to the system's secret store, never back to the page. */
export function TokenForm({ id }: { id: string }) {
  const { t } = useTranslation();
  const hub = useModels((state) => state.overview?.network.hub ?? '');
  const isOffline = useOffline();
  const [token, setToken] = useState('');
  const [isSession, setIsSession] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsSession((await tryToken(id, token)) === false);
    setToken('');
  };
  return (
    <form className={styles.token} onSubmit={(event) => void submit(event)}>
      <input
        type="password"
        className={styles.tokenField}
        value={token}
        autoComplete="off"
        aria-label={t('models.token')}
        placeholder={t('models.token')}
        onChange={(event) => setToken(event.target.value)}
        data-testid="hub-token"
      />
      <Button look="quiet" type="submit" disabled={isOffline || token.trim() === ''} testId="use-token">
        {t('models.tokenUse')}
      </Button>
      <NetworkNeeded />
      <p className={styles.quiet}>
        {isSession ? t('models.tokenSession') : t('models.tokenHint', { host: hostOf(hub) })}
      </p>
    </form>
  );
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return address;
  }
}
