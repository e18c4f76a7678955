import type { TFunction } from 'i18next';
import { AudioLines, FolderOpen, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ErrorInfo } from '../../../contract/errors.ts';
import { formatTime } from '../../../contract/format-time.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { hasSound, isActive, type Job } from './job.ts';
import { retry, select, useTranscribe } from './transcribe-store.ts';
import styles from './transcript-pane.module.css';

/** Of these the page's own words say all there is. */
const OF_SOUND: ReadonlySet<string> = new Set(['AUDIO_QUIET', 'AUDIO_LOUD', 'AUDIO_CHANNELS']);

/** What there is to say about a transcription, before its text or after it. */
export function JobNotes({ job, place }: { job: Job; place: 'start' | 'end' }) {
  const { t } = useTranslation();
  const refusal = useTranscribe((state) => state.refusal);
  if (place === 'start') {
    return (
      <>
        {refusal !== undefined && <ErrorNote error={refusal} />}
        {job.notices
          // That nobody speaks is said where the text would be.
          .filter(({ code }) => code !== 'AUDIO_NO_SPEECH')
          .map((notice) =>
            OF_SOUND.has(notice.code) ? (
              <SoundNote key={notice.code} code={notice.code} />
            ) : (
              <ErrorNote key={notice.code} error={inWords(t, notice)} detail isNews={isActive(job)} />
            ),
          )}
      </>
    );
  }
  return (
    <>
      <State job={job} />
      {job.state === 'recorded' && <Recorded job={job} />}
      {job.error !== undefined && <Failure job={job} error={job.error} />}
    </>
  );
}

/** What core says of a file that was cut, in the user's language. */
function inWords(t: TFunction, notice: ErrorInfo): ErrorInfo {
  const { usableMs } = notice;
  if (usableMs === undefined) return notice;
  const message = t('speech.cut', { time: formatTime(usableMs) });
  return { ...notice, message, hint: t('speech.cutHint') };
}

/** Nothing failed: a line is enough. */
function SoundNote({ code }: { code: string }) {
  const { t } = useTranslation();
  return (
    <p className={styles.state} data-testid="sound-note">
      {t(`errors.${code}.title`)} {t(`errors.${code}.hint`)}
    </p>
  );
}

function State({ job }: { job: Job }) {
  const { t } = useTranslation();
  const hasText = job.draft.segments.length > 0 || job.partial !== '';
  if (job.state === 'cancelled' && hasText) return <p className={styles.state}>{t('speech.stoppedHere')}</p>;
  if (hasText || job.error !== undefined || job.state === 'recorded') return null;
  const text =
    job.state === 'done' ? t('speech.nothing') : t(`speech.${job.isPaused ? 'paused' : job.state}`);
  return <p className={styles.state}>{text}</p>;
}

/** Found at a start: recorded, and not yet heard. */
function Recorded({ job }: { job: Job }) {
  const { t } = useTranslation();
  const isRecovered = job.recording?.state === 'recovered';
  return (
    <div className={styles.recorded}>
      <p>
        {isRecovered ? t('record.recovered', { time: formatTime(job.totalMs ?? 0) }) : t('record.notHeard')}
      </p>
      {hasSound(job) && (
        <Button look="primary" onClick={() => retry(job.id)} testId="transcribe-recording">
          <AudioLines size={15} aria-hidden="true" />
          {t('record.transcribe')}
        </Button>
      )}
    </div>
  );
}

/** A file that cannot be read is not better at a second try; everything else may be. */
function Failure({ job, error }: { job: Job; error: NonNullable<Job['error']> }) {
  const { t } = useTranslation();
  const isFileAtFault = error.code.startsWith('AUDIO_') || !hasSound(job);
  const action = isFileAtFault
    ? { label: t('speech.chooseOther'), icon: FolderOpen, act: () => select(undefined) }
    : { label: t('actions.retry'), icon: RotateCcw, act: () => retry(job.id), testId: 'retry' };
  if (error.code !== 'AUDIO_CUT') return <ErrorNote error={error} action={action} />;
  // As a failure it means that nothing came before the end.
  const words = { message: t('speech.cutBeforeSound'), hint: t('speech.cutBeforeSoundHint') };
  return <ErrorNote error={{ code: error.code, ...words }} detail action={action} />;
}
