import { Mic, Pause, Play, Square } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../contract/format-time.ts';
import { Button } from '../../ui/button.tsx';
import { LevelMeter } from './level-meter.tsx';
import styles from './record.module.css';
import { pauseRecording, resumeRecording, stopRecording, useRecord } from './record-store.ts';

/** How long, how loud, from where, and the two things to do. */
export function RecordControls() {
  const { t } = useTranslation();
  const phase = useRecord((state) => state.view?.phase ?? 'stopping');
  const seconds = useRecord((state) => Math.floor((state.view?.elapsedMs ?? 0) / 1000));
  const device = useRecord((state) => state.view?.device);
  const isPaused = phase === 'paused';
  return (
    <div className={styles.bar}>
      <span className={styles.clock} data-phase={phase} data-testid="recording-time">
        <span className={styles.light} aria-hidden="true" />
        <span className="visually-hidden">{t(`record.phases.${phase}`)}</span>
        {formatTime(1000 * seconds)}
      </span>
      <LevelMeter />
      <span className={styles.device} title={device}>
        <Mic size={13} aria-hidden="true" />
        <span>{device === undefined || device === '' ? t('record.anyMicrophone') : device}</span>
      </span>
      <Button
        look="quiet"
        onClick={isPaused ? resumeRecording : pauseRecording}
        disabled={phase !== 'recording' && !isPaused}
        testId="pause-recording"
      >
        {isPaused ? <Play size={14} aria-hidden="true" /> : <Pause size={14} aria-hidden="true" />}
        {isPaused ? t('record.resume') : t('record.pause')}
      </Button>
      <Button
        look="primary"
        onClick={stopRecording}
        disabled={phase === 'starting' || phase === 'stopping'}
        testId="stop-recording"
      >
        <Square size={12} fill="currentColor" aria-hidden="true" />
        {t('record.stop')}
      </Button>
    </div>
  );
}
