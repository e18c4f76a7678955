import { withNotice } from '../../../contract/notices.ts';
import { addSpeakers, assignTurns } from '../../../contract/speakers.ts';
import type { SpeechEvent, Transcript } from '../../../contract/speech.ts';
import { withCaptions } from './caption-lines.ts';
import { tidy, withSegment } from './editor/draft.ts';
import { inEveryStep } from './editor/history.ts';
import { type Job, transcriptOf } from './job.ts';
import { saveSoon } from './save-transcript.ts';

export interface JobToChange {
  /** As it is now; undefined once it was removed. */
  job: () => Job | undefined;
  change: (part: (job: Job) => Partial<Job>) => void;
}

/** Keeps a job up to date with what its transcription tells. */
export function applyEvent(event: SpeechEvent, { change, job }: JobToChange): void {
  switch (event.type) {
    case 'started':
      change(() => ({ transcriptId: event.transcriptId }));
      return;
    case 'progress': {
      const { stage, doneMs, totalMs } = event;
      const length = totalMs === undefined ? {} : { totalMs };
      change(({ startedAtMs }) =>
        stage !== 'transcribing'
          ? { state: stage, doneMs, ...length }
          : { state: 'running', doneMs, ...length, startedAtMs: startedAtMs ?? performance.now() },
      );
      return;
    }
    case 'partial':
      change(() => ({ partial: event.text }));
      return;
    case 'segment':
      change((before) => withNews(before, event));
      saveIfEdited(job);
      return;
    case 'speakers':
      change((before) => withSpeakers(before, event));
      saveIfEdited(job);
      return;
    case 'notice':
      change(({ notices }) => ({ notices: withNotice(notices, event.notice) }));
      saveIfEdited(job);
      return;
    case 'done': {
      const { language, model, audioMs, coverage } = event.stats;
      const state = event.reason === 'complete' ? 'done' : 'cancelled';
      const told = { language, coverage, modelId: model, totalMs: audioMs };
      change(() => ({ state, partial: '', isPaused: false, ...told }));
      if (state === 'done') keepCaptions({ change, job });
      saveIfEdited(job);
      return;
    }
    case 'failed':
      change(() => ({ state: 'failed', error: event.error, partial: '', isPaused: false }));
      return;
    default:
      event satisfies never;
  }
}

function withNews(job: Job, event: Extract<SpeechEvent, { type: 'segment' }>): Partial<Job> {
  const segment = tidy(event.segment);
  const change = (draft: Job['draft']) => withSegment(draft, segment);
  return { draft: change(job.draft), history: inEveryStep(job.history, change), partial: '' };
}

/** The careful hearing is over, and the live captions may have heard more. */
function keepCaptions({ change, job }: JobToChange): void {
  const before = job()?.draft;
  change(({ draft, history, captions }) => {
    const grown = (one: Job['draft']) => withCaptions(one, captions);
    return { draft: grown(draft), history: inEveryStep(history, grown) };
  });
  const { transcriptId, draft } = job() ?? {};
  if (transcriptId !== undefined && draft !== before) saveSoon(transcriptId, () => readTranscript(job));
}

/** Found once all are heard, whatever was edited meanwhile; whom a person has named stays. */
function withSpeakers(
  job: Job,
  { speakers, turns }: Extract<SpeechEvent, { type: 'speakers' }>,
): Partial<Job> {
  const change = (draft: Job['draft']) => ({
    segments: assignTurns(draft.segments, turns),
    speakers: addSpeakers(draft.speakers, speakers),
  });
  return { draft: change(job.draft), history: inEveryStep(job.history, change) };
}

/** Core appends to the transcript that it keeps; the edited one is the page's. */
function saveIfEdited(job: JobToChange['job']): void {
  const { transcriptId, history } = job() ?? {};
  if (transcriptId === undefined || history === undefined || history.past.length === 0) return;
  saveSoon(transcriptId, () => readTranscript(job));
}

function readTranscript(job: JobToChange['job']): Transcript | undefined {
  const now = job();
  return now === undefined ? undefined : transcriptOf(now);
}
