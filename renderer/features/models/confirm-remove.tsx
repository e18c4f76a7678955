import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../contract/format-bytes.ts';
import type { ModelEntry } from '../../../contract/library.ts';
import { Button } from '../../ui/button.tsx';
import styles from './model-card.module.css';
import { askToRemove, remove } from './models-store.ts';

/** A model of gigabytes may take hours to come back, so it does not go without a question. */
export function ConfirmRemove({ entry }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  const { id, name, sizeBytes } = entry;
  return (
    <fieldset className={styles.consent} aria-label={name}>
      <p>{t('models.removeQuestion', { name, size: formatBytes(sizeBytes ?? 0) })}</p>
      <div className={styles.choices}>
        <Button look="quiet" autoFocus onClick={() => askToRemove(undefined)}>
          {t('models.keep')}
        </Button>
        <Button look="danger" onClick={() => void remove(id)} testId="confirm-remove">
          {t('models.remove')}
        </Button>
      </div>
    </fieldset>
  );
}
