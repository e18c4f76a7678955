import { LockKeyhole } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import styles from './lock-screen.module.css';
import { Secret } from './passphrase-form.tsx';
import { unlock, useStorage } from './storage-store.ts';

/** All that is to be seen while Sotto is locked. */
export function LockScreen() {
  const { t } = useTranslation();
  const problem = useStorage((state) => state.problem);
  const isWorking = useStorage((state) => state.isWorking);
  const [passphrase, setPassphrase] = useState('');
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await unlock(passphrase);
    setPassphrase('');
  };
  return (
    <main className={styles.screen} data-testid="lock-screen">
      <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)}>
        <LockKeyhole size={28} aria-hidden="true" className={styles.icon} />
        <h1 className={styles.title}>{t('history.lock.title')}</h1>
        <p className={styles.hint}>{t('history.lock.hint')}</p>
        <Secret
          label={t('history.lock.passphrase')}
          value={passphrase}
          onChange={setPassphrase}
          testId="unlock"
        />
        {problem !== undefined && <ErrorNote error={problem} detail />}
        <Button look="primary" type="submit" disabled={isWorking || passphrase === ''} testId="unlock">
          {isWorking ? t('history.lock.working') : t('history.lock.unlock')}
        </Button>
      </form>
    </main>
  );
}
