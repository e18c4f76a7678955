import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../../contract/format-bytes.ts';
import { formatTime } from '../../../contract/format-time.ts';
import type { ModelEntry } from '../../../contract/library.ts';
import { ProgressBar } from '../../ui/progress-bar.tsx';
import styles from './model-card.module.css';

/** Bytes, speed and time left of a download. */
export function ModelProgress({ entry }: { entry: ModelEntry }) {
  const { t } = useTranslation();
  const { state } = entry;
  const isChecking = state.state === 'verifying';
  const received = 'receivedBytes' in state ? state.receivedBytes : 1;
  const total = 'receivedBytes' in state ? state.totalBytes : 1;
  const share = total === 0 ? 0 : received / total;
  const speed = state.state === 'downloading' ? state.bytesPerSecond : undefined;
  return (
    <div className={styles.progress}>
      <ProgressBar
        share={share}
        isOpen={isChecking}
        label={t('models.progressOf', { name: entry.name })}
        className={styles.bar}
        testId="model-progress"
      />
      <p className={styles.numbers}>
        {isChecking && <span>{t('models.verifying')}</span>}
        {!isChecking && (
          <span>{t('models.received', { received: formatBytes(received), total: formatBytes(total) })}</span>
        )}
        {state.state === 'importing' && <span>{t('models.importing')}</span>}
        {state.state === 'queued' && <span>{t('models.queued')}</span>}
        {state.state === 'paused' && <span>{t('models.paused')}</span>}
        {speed !== undefined && <span>{t('models.speed', { speed: formatBytes(speed) })}</span>}
        {speed !== undefined && speed > 0 && (
          <span>{t('models.left', { time: formatTime((1000 * (total - received)) / speed) })}</span>
        )}
      </p>
    </div>
  );
}
