import { useTranslation } from 'react-i18next';
import { useModels } from '../models/models-store.ts';
import { retry } from './asking.ts';
import { useChat } from './chat-state.ts';
import styles from './compare.module.css';

/** Has another model answer the same question; both answers stay. */
export function AgainWith() {
  const { t } = useTranslation();
  const entries = useModels((state) => state.overview?.entries);
  const isBusy = useChat((state) => state.live !== undefined);
  const here = (entries ?? []).filter((one) => one.task === 'chat' && one.state.state === 'ready');
  if (here.length < 2) return null;
  return (
    <select
      className={styles.select}
      aria-label={t('answer.againWith')}
      value=""
      disabled={isBusy}
      onChange={({ target }) => retry(target.value)}
      data-testid="again-with"
    >
      <option value="" disabled>
        {t('answer.againWith')}
      </option>
      {here.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
