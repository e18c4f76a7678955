import { useTranslation } from 'react-i18next';
import styles from './model-card.module.css';
import { useModels } from './models-store.ts';
import { TrialResult } from './trial-result.tsx';

/** How a model does on each device of this machine, once it has been measured. */
export function ModelTrials({ id }: { id: string }) {
  const { t } = useTranslation();
  const trials = useModels((state) => state.trials[id]?.trials);
  const isTrying = useModels((state) => state.trying === id);
  if (isTrying) {
    return (
      <p className={styles.trials} role="status">
        {t('models.trying')}
      </p>
    );
  }
  if (trials === undefined) return null;
  return (
    <ul className={styles.trials} data-testid="trials">
      {trials.map((trial) => (
        <li key={trial.device}>
          <b>{t(`models.device.${trial.device}`)}</b> <TrialResult trial={trial} />
        </li>
      ))}
    </ul>
  );
}
