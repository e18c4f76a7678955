import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../contract/format-time.ts';
import type { Caption } from '../../../contract/lost-captions.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { GrowingScroll } from '../../ui/growing-scroll.tsx';
import { PrivateChip } from '../../ui/private-chip.tsx';
import { useTranscribe } from '../transcribe/transcribe-store.ts';
import viewStyles from '../transcribe/transcribe-view.module.css';
import styles from './record.module.css';
import { RecordControls } from './record-controls.tsx';
import { useRecord } from './record-store.ts';

const NONE: Caption[] = [];

/** The recording under way: what is said appears as it is said. */
export function RecordingPane() {
  const { t } = useTranslation();
  const title = useRecord((state) => state.title);
  return (
    <>
      <header className={viewStyles.header}>
        <h1 className={viewStyles.title} title={title}>
          {title}
        </h1>
        <PrivateChip hint={t('speech.privateHint')} />
      </header>
      <GrowingScroll label={t('record.captions')} className={styles.text}>
        <Notices />
        <Captions />
      </GrowingScroll>
      <RecordControls />
    </>
  );
}

function Notices() {
  const { t } = useTranslation();
  const notice = useRecord((state) => state.view?.notice);
  const isSilent = useRecord((state) => (state.view?.silentMs ?? 0) > 0);
  const sleptMs = useRecord((state) => state.view?.sleptMs ?? 0);
  return (
    <>
      {/* Captions wait for reasons of their own, which the words for the code do not tell. */}
      {notice !== undefined && <ErrorNote error={notice} detail={notice.code === 'ENGINE_BUSY'} />}
      {isSilent && notice === undefined && <ErrorNote error={{ code: 'MIC_SILENT', message: '' }} />}
      {sleptMs > 0 && (
        <p className={styles.note} role="status">
          {t('record.slept', { time: formatTime(sleptMs) })}
        </p>
      )}
    </>
  );
}

function Captions() {
  const { t } = useTranslation();
  const captions = useRecord((state) => state.view?.captions ?? NONE);
  const partial = useRecord((state) => state.view?.partial ?? '');
  const firm = useRecord((state) => state.view?.firm ?? '');
  const lang = useTranscribe(({ wishes }) => (wishes.translate === true ? 'en' : wishes.language));
  if (captions.length === 0 && partial === '') return <p className={styles.hint}>{t('record.speak')}</p>;
  return (
    <>
      {captions.map(({ id, startMs, text }) => (
        <p key={id} className={styles.line} lang={lang} data-testid="caption">
          <span className={styles.at}>{formatTime(startMs)}</span>
          <span>{text.trim()}</span>
        </p>
      ))}
      {partial !== '' && (
        <p className={styles.line} lang={lang} data-testid="caption-partial">
          <span className={styles.at} />
          <span>
            {firm}
            <span className={styles.loose}>{partial.slice(firm.length)}</span>
          </span>
        </p>
      )}
    </>
  );
}
