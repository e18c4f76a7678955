import { Gauge } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../contract/format-bytes.ts';
import type { Trial } from '../../../contract/trials.ts';
import { Button } from '../../ui/button.tsx';
import { selectModel, useEngine } from '../engine/engine-store.ts';
import styles from './model-card.module.css';
import { tryDevices, useModels } from './models-store.ts';
import { TrialResult } from './trial-result.tsx';

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
            <TrialLine device={device} />
          </li>
        ))}
      </ul>
      <TryButton />
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

/** What came of trying the model that answers on a device. */
function TrialLine({ device }: { device: Trial['device'] }) {
  const trials = useModels((state) => state.trials['']);
  const trial = trials?.trials.find((one) => one.device === device);
  const isUsable = useModels((state) =>
    state.system?.devices.some((one) => one.device === device && one.usable),
  );
  if (trial === undefined || isUsable !== true) return null;
  return (
    <p className={styles.fit} data-verdict={trial.verdict === 'works' ? 'fits' : 'tight'} data-testid="trial">
      <TrialResult trial={trial} />
    </p>
  );
}

function TryButton() {
  const { t } = useTranslation();
  const name = useEngine((state) => selectModel(state)?.name);
  const isTrying = useModels((state) => state.trying !== undefined);
  return (
    <div className={styles.choices}>
      <Button look="quiet" disabled={isTrying} onClick={() => void tryDevices()} testId="try-devices">
        <Gauge size={14} aria-hidden="true" />
        {isTrying ? t('models.trying') : t('models.try', { name })}
      </Button>
    </div>
  );
}
