import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../contract/format-bytes.ts';
import styles from './model-card.module.css';
import { useModels } from './models-store.ts';

/** What this machine can run models on, and why it cannot use the rest. */
export function DevicesPanel() {
  const { t } = useTranslation();
  const system = useModels((state) => state.system);
  if (system === undefined) return null;
  const { runtime } = system;
  const memory = { free: formatBytes(system.freeMemoryBytes), total: formatBytes(system.memoryBytes) };
  return (
    <>
      <p className={styles.lead}>{t('models.devicesLead')}</p>
      <ul className={styles.devices} data-testid="devices">
        {system.devices.map(({ device, usable, reason }) => (
          <li key={device} className={styles.card} data-testid={`device-${device}`}>
            <h2 className={styles.name}>
              {t(`models.device.${device}`)}
              <span className={usable ? styles.recommended : styles.off}>
                {usable ? t('models.usable') : t('models.unusable')}
              </span>
            </h2>
            <p className={styles.facts}>{device === 'cpu' ? `${system.cpu}, ${reason}` : reason}</p>
          </li>
        ))}
      </ul>
      <dl className={styles.system}>
        <dt>{t('models.memory')}</dt>
        <dd>{t('models.memoryOf', memory)}</dd>
        <dt>{t('models.runtime')}</dt>
        <dd>
          {runtime.name} {runtime.version} {runtime.ok ? '' : runtime.problem}
        </dd>
      </dl>
    </>
  );
}
