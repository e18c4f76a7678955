import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../contract/format-time.ts';
import { GrowingScroll } from '../../ui/growing-scroll.tsx';
import { commandKey, playerKeyText } from '../../ui/shortcut.ts';
import { FindAndReplace } from './editor/find-and-replace.tsx';
import { Line } from './editor/line.tsx';
import { DOUBTFUL } from './editor/paint.ts';
import { isActive, type Job } from './job.ts';
import { JobNotes } from './job-notes.tsx';
import { PaneHeader } from './pane-header.tsx';
import { PlayerBar } from './player/player-bar.tsx';
import { usePlayingWord } from './player/use-playing-word.ts';
import { selectJob, useTranscribe } from './transcribe-store.ts';
import styles from './transcript-pane.module.css';
import { useEditorKeys } from './use-editor-keys.ts';

/** The text of the chosen recording, as it comes, beside its sound. */
export function TranscriptPane() {
  const job = useTranscribe(selectJob);
  if (job === undefined) return null;
  return <Transcript key={job.id} job={job} />;
}

function Transcript({ job }: { job: Job }) {
  const { t } = useTranslation();
  /** How often it was asked for since it was closed; 0: it is closed. */
  const [asked, setAsked] = useState(0);
  const content = useRef<HTMLElement>(null);
  const { segments, speakers } = job.draft;
  usePlayingWord(content, segments);
  const lines = useRef<HTMLDivElement>(null);
  const find = () => setAsked(asked + 1);
  useEditorKeys(job.id, find);
  // Said in the language that it is in, so that a screen reader pronounces it.
  const lang = job.wishes.translate === true ? 'en' : job.language;
  return (
    <>
      <PaneHeader job={job} onFind={find} />
      {asked > 0 && (
        <FindAndReplace
          jobId={job.id}
          draft={job.draft}
          container={lines}
          asked={asked}
          onClose={() => setAsked(0)}
        />
      )}
      <GrowingScroll
        label={t('speech.transcript')}
        className={styles.text}
        isGrowing={isActive(job)}
        contentRef={content}
      >
        <JobNotes job={job} place="start" />
        <div ref={lines}>
          {segments.map((segment) => (
            <Line key={segment.id} jobId={job.id} segment={segment} speakers={speakers} lang={lang} />
          ))}
        </div>
        <Captions job={job} lang={lang} />
        {job.partial !== '' && (
          <p className={styles.partial} lang={lang} data-testid="partial">
            {job.partial}
          </p>
        )}
        <JobNotes job={job} place="end" />
      </GrowingScroll>
      {segments.length > 0 && <Legend job={job} />}
      {(segments.length > 0 || job.state !== 'failed') && <PlayerBar job={job} />}
    </>
  );
}

/** What the live captions had heard of that which the careful hearing has not reached yet. */
function Captions({ job, lang }: { job: Job; lang: string | undefined }) {
  const { t } = useTranslation();
  const heardMs = job.draft.segments.at(-1)?.endMs ?? 0;
  const left = job.state === 'done' ? [] : job.captions.filter(({ startMs }) => startMs >= heardMs);
  if (left.length === 0) return null;
  return (
    <div className={styles.captions} data-testid="left-captions">
      <p className={styles.captionsHint}>{t('record.captionsLeft')}</p>
      {left.map(({ id, startMs, text }) => (
        <p key={id} lang={lang}>
          <span className={styles.captionTime}>{formatTime(startMs)}</span>
          {text}
        </p>
      ))}
    </div>
  );
}

function Legend({ job }: { job: Job }) {
  const { t } = useTranslation();
  const hasDoubts = job.draft.segments.some(({ words }) => words.some((word) => word.confidence < DOUBTFUL));
  return (
    <p className={styles.legend}>
      <span>{t(hasDoubts ? 'speech.doubt' : 'speech.editHint', { key: commandKey })}</span>
      {job.coverage !== undefined && (
        <span data-testid="coverage">
          {t('speech.coverage', { percent: Math.floor(100 * job.coverage) })}
        </span>
      )}
      <span>{t('speech.keysHint', { play: playerKeyText('play') })}</span>
      {(job.file ?? job.soundFile) !== undefined && <span>{t('speech.fileRemembered')}</span>}
    </p>
  );
}
