import type { ErrorInfo } from '../../../contract/errors.ts';
import type { Caption } from '../../../contract/lost-captions.ts';
import type { Peaks } from '../../../contract/peaks.ts';
import type { Recording } from '../../../contract/recording.ts';
import type { RunInfo } from '../../../contract/runs.ts';
import type { KeptTranscript, SpeechSettings, Transcript } from '../../../contract/speech.ts';
import { type Draft, EMPTY_DRAFT, tidy } from './editor/draft.ts';
import { EMPTY_HISTORY, type History } from './editor/history.ts';

export type Wishes = Pick<SpeechSettings, 'language' | 'translate' | 'prompt' | 'speakers'>;

export interface SoundFileRef {
  of: string;
  sizeBytes: number;
}

export type JobRecording = Pick<Recording, 'id' | 'state'>;

/** One recording and what has been heard of it. */
export interface Job {
  id: string;
  /** Core's name for the transcript, once it has begun. */
  transcriptId: string | undefined;
  /** The run that transcribes it. Undefined while the page decodes it itself, and when it is over. */
  runId: string | undefined;
  /** Core cannot decode the file: the page does, when its turn comes. */
  isDecodedHere: boolean;
  title: string;
  /** What the file is called, without its ending, whatever the title is by now. */
  source: string;
  /** Absent after a reload of the page: a page may not open files by itself. */
  file: File | undefined;
  /** The file in its place, which core reads by the id of a transcript of it. */
  soundFile: SoundFileRef | undefined;
  /** Sotto's own recording, instead of a file. */
  recording: JobRecording | undefined;
  wishes: Wishes;
  /** recorded: it is not transcribed yet, and nobody has asked for it since Sotto was started. */
  state: 'recorded' | 'waiting' | 'loading' | 'running' | 'done' | 'cancelled' | 'failed';
  /** Nothing more is sent until it goes on. */
  isPaused: boolean;
  doneMs: number;
  totalMs: number | undefined;
  /** The outline of the sound: grows in place as the page decodes it, comes whole of Sotto's own recordings. */
  peaks: Peaks | undefined;
  /** When core began to hear, by the page's clock. */
  startedAtMs: number | undefined;
  createdAt: string;
  /** Text of the window that is being written. */
  partial: string;
  /** What was read along while it was recorded; the careful hearing takes its place as it comes. */
  captions: readonly Caption[];
  draft: Draft;
  history: History;
  error: ErrorInfo | undefined;
  /** What is worth knowing of its sound. */
  notices: readonly ErrorInfo[];
  language: string | undefined;
  /** Share of the speech that has words. */
  coverage: number | undefined;
  modelId: string | undefined;
}

/** What a job is before it is heard, also when it is heard once more. */
const unheard = () =>
  ({
    transcriptId: undefined,
    runId: undefined,
    isDecodedHere: false,
    state: 'waiting',
    isPaused: false,
    doneMs: 0,
    totalMs: undefined,
    peaks: undefined,
    startedAtMs: undefined,
    createdAt: new Date().toISOString(),
    partial: '',
    captions: [],
    draft: EMPTY_DRAFT,
    history: EMPTY_HISTORY,
    error: undefined,
    notices: [],
    language: undefined,
    coverage: undefined,
    modelId: undefined,
  }) satisfies Partial<Job>;

export function newJob(file: File, wishes: Wishes): Job {
  const title = file.name.replace(/\.[^.]+$/, '');
  return {
    ...unheard(),
    id: crypto.randomUUID(),
    title,
    source: title,
    file,
    soundFile: undefined,
    recording: undefined,
    wishes,
  };
}

/** A recording of Sotto's own, not yet heard. */
export function jobOfRecording(recording: Recording, wishes: Wishes, captions: readonly Caption[] = []): Job {
  const { id, title, createdAt, durationMs, state, notice } = recording;
  return {
    ...unheard(),
    id: crypto.randomUUID(),
    title,
    source: title,
    file: undefined,
    soundFile: undefined,
    recording: { id, state },
    wishes,
    state: 'recorded',
    totalMs: durationMs,
    createdAt,
    captions,
    notices: notice === undefined ? [] : [notice],
  };
}

/** Whether its sound is at hand: to be heard once more, or listened to. */
export const hasSound = ({ file, soundFile, recording }: Job) =>
  file !== undefined || soundFile !== undefined || recording !== undefined;

export function againFromStart(job: Job): Job {
  const { totalMs, createdAt, captions } = job;
  // What a recording is does not change with the hearing of it.
  return { ...job, ...unheard(), ...(job.recording === undefined ? {} : { totalMs, createdAt, captions }) };
}

const STATES = {
  waiting: 'recorded',
  running: 'cancelled',
  complete: 'done',
  stopped: 'cancelled',
  failed: 'cancelled',
} as const;

/** A transcript that core has, and the run that writes it. */
export function jobOfKept({ transcript, state }: KeptTranscript, run: RunInfo | undefined): Job {
  const { id, title, createdAt, durationMs, language, modelId, recordingId } = transcript;
  const { segments, speakers, translated, coverage, notices = [] } = transcript;
  return {
    ...unheard(),
    id,
    transcriptId: id,
    title,
    source: transcript.source ?? title,
    file: undefined,
    soundFile: undefined,
    recording: recordingId === undefined ? undefined : { id: recordingId, state: 'complete' },
    wishes: { translate: translated },
    // What the page decoded itself before a reload came to an end with it.
    state: run === undefined ? STATES[state] : state === 'waiting' ? 'waiting' : 'running',
    runId: run?.runId,
    isPaused: run?.isPaused === true,
    doneMs: run === undefined ? durationMs : 0,
    totalMs: durationMs === 0 ? undefined : durationMs,
    createdAt,
    draft: { segments: segments.map(tidy), speakers },
    notices,
    language,
    coverage,
    modelId,
  };
}

export function transcriptOf(job: Job): Transcript {
  return {
    id: job.transcriptId ?? job.id,
    title: job.title,
    source: job.source,
    createdAt: job.createdAt,
    durationMs: Math.max(job.doneMs, job.totalMs ?? 0),
    ...(job.language === undefined ? {} : { language: job.language }),
    translated: job.wishes.translate === true,
    ...(job.coverage === undefined ? {} : { coverage: job.coverage }),
    ...(job.notices.length === 0 ? {} : { notices: [...job.notices] }),
    modelId: job.modelId ?? '',
    ...(job.recording === undefined ? {} : { recordingId: job.recording.id }),
    ...job.draft,
  };
}

export const isActive = ({ state }: Job) => state === 'loading' || state === 'running';

/** 0 to 1; undefined while the length is not known. */
export function progressOf({ doneMs, totalMs }: Job): number | undefined {
  return totalMs === undefined || totalMs === 0 ? undefined : Math.min(1, doneMs / totalMs);
}

/** From the pace so far; undefined before it can be told. */
export function leftMsOf(job: Job, nowMs: number): number | undefined {
  const { totalMs, doneMs, startedAtMs } = job;
  if (totalMs === undefined || startedAtMs === undefined || doneMs < 10_000) return undefined;
  return ((nowMs - startedAtMs) / doneMs) * Math.max(0, totalMs - doneMs);
}
