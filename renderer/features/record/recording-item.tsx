import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../contract/format-time.ts';
import listStyles from '../transcribe/job-list.module.css';
import { select, useTranscribe } from '../transcribe/transcribe-store.ts';
import styles from './record.module.css';
import { RECORDING_ID, useRecord } from './record-store.ts';

/** The recording under way, above the queue. */
export function RecordingItem() {
  const { t } = useTranslation();
  const title = useRecord((state) => state.title);
  const phase = useRecord((state) => state.view?.phase);
  const seconds = useRecord((state) => Math.floor((state.view?.elapsedMs ?? 0) / 1000));
  const isSelected = useTranscribe((state) => state.selectedId === RECORDING_ID);
  if (phase === undefined) return null;
  return (
    <div className={styles.item}>
      <div className={listStyles.item} data-selected={isSelected}>
        <button
          type="button"
          className={listStyles.name}
          aria-current={isSelected ? 'true' : undefined}
          onClick={() => select(RECORDING_ID)}
          data-testid="recording-item"
        >
          <span className={listStyles.title}>{title}</span>
          <span className={styles.itemState} data-phase={phase}>
            <span className={styles.light} aria-hidden="true" />
            {t(`record.phases.${phase}`)} · {formatTime(1000 * seconds)}
          </span>
        </button>
      </div>
    </div>
  );
}
