import i18next from 'i18next';
import type { OpenStream } from '../../../contract/client.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';
import { formatTime } from '../../../contract/format-time.ts';
import { Peaks } from '../../../contract/peaks.ts';
import { addSpeakers, assignTurns } from '../../../contract/speakers.ts';
import type { SoundPiece, SpeechEvent, Transcript } from '../../../contract/speech.ts';
import { bridge } from '../../api/bridge.ts';
import { watchNewRun } from '../../api/runs.ts';
import { withCaptions } from './caption-lines.ts';
import { tidy, withSegment } from './editor/draft.ts';
import { inEveryStep } from './editor/history.ts';
import { type Job, type KeptFile, transcriptOf } from './job.ts';
import { saveSoon } from './save-transcript.ts';
import { KeptSound } from './sound/kept-sound.ts';
import { type Ending, type OpenSound, openSound } from './sound/open-sound.ts';
import { soundErrorOf } from './sound/sound-error.ts';

/** Sound that may be on its way to core: enough to never wait, little enough to hold. */
const AHEAD_MS = 60_000;
/** How soon going on after a pause is noticed. */
const PAUSE_STEP_MS = 100;

/** The page has its own words for it. */
const REMIXED: ErrorInfo = { code: 'AUDIO_CHANNELS', message: 'The channels could not simply be mixed.' };

export interface JobToRun {
  source: { file: File } | { soundFile: KeptFile } | { recordingId: string };
  /** As it is now; undefined once it was removed. */
  job: () => Job | undefined;
  change: (part: (job: Job) => Partial<Job>) => void;
  signal: AbortSignal;
}

/** Decodes a file, sends it to core and keeps the job up to date, until it is done, stopped or failed. */
export async function runJob(run: JobToRun): Promise<void> {
  run.change(() => ({ state: 'loading' }));
  let sound: OpenSound | undefined;
  const { source } = run;
  try {
    if ('recordingId' in source) {
      await transcribeRecording(source.recordingId, run);
      return;
    }
    sound = await openSound('file' in source ? source.file : new KeptSound(source.soundFile));
    const { totalMs, rateHz } = sound;
    run.change(() => ({ totalMs, peaks: new Peaks(rateHz) }));
    await transcribe(sound, run);
  } catch (error) {
    const info = soundErrorOf(error);
    run.change(() => ({ state: 'failed', error: info, partial: '', isPaused: false }));
  } finally {
    sound?.close();
  }
}

async function transcribe(sound: OpenSound, run: JobToRun): Promise<void> {
  const { signal } = run;
  const job = run.job();
  if (signal.aborted || job === undefined) {
    run.change(() => ({ state: 'cancelled' }));
    return;
  }
  const { rateHz: sampleRate, totalMs } = sound;
  const wishes = {
    title: job.title.slice(0, 500),
    sampleRate,
    settings: { ...job.wishes, words: true },
    ...(totalMs === undefined ? {} : { totalMs }),
    ...('soundFile' in run.source ? { soundOf: run.source.soundFile.of } : {}),
  };
  await follow(
    run,
    (onEvent) => bridge().streams['speech.transcribe'](wishes, onEvent),
    (stream, news) => send(sound, stream, run, news),
  );
}

/** Core has the sound of its own recordings; it only has to be asked. */
async function transcribeRecording(id: string, run: JobToRun): Promise<void> {
  const settings = { ...run.job()?.wishes, words: true };
  await follow(
    run,
    (onEvent) => {
      const watched = watchNewRun(
        'transcription',
        bridge().calls['recordings.transcribe']({ id, settings }),
        onEvent,
      );
      const close = () => {
        if (run.signal.aborted) watched.cancel();
        watched.leave();
      };
      return { close, send: () => undefined };
    },
    async () => undefined,
  );
}

/** Keeps the job up to date with a stream, until it ends or is stopped. */
async function follow<Part>(
  run: JobToRun,
  open: (onEvent: (event: SpeechEvent) => void) => OpenStream<Part>,
  feed: (stream: OpenStream<Part>, news: News) => Promise<void>,
): Promise<void> {
  const { signal } = run;
  const news = createNews();
  const stream = open((event) => {
    // What was on its way when it was stopped comes too late.
    if (signal.aborted) return;
    apply(event, run);
    news.tell(event.type === 'done' || event.type === 'failed');
  });
  const stop = () => {
    run.change(() => ({ state: 'cancelled', partial: '', isPaused: false }));
    news.tell(true);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await feed(stream, news);
    while (!news.isOver) await news.next();
  } finally {
    signal.removeEventListener('abort', stop);
    stream.close();
  }
}

/** Sends the sound as it is decoded, while there is room for it and nobody has paused. */
async function send(
  sound: OpenSound,
  stream: OpenStream<SoundPiece>,
  { job, change }: JobToRun,
  news: News,
): Promise<void> {
  let sentMs = 0;
  const pieces = sound.pieces();
  try {
    for (;;) {
      const { value, done } = await pieces.next();
      while (!news.isOver && mustWait(job(), sentMs)) await news.next(PAUSE_STEP_MS);
      if (news.isOver) return;
      if (done) {
        job()?.peaks?.finish();
        if (value.isRemixed) change(({ notices }) => ({ notices: [...notices, REMIXED] }));
        stream.send(endOf(value));
        return;
      }
      job()?.peaks?.add(value);
      stream.send({ type: 'samples', samples: value });
      sentMs += (value.length * 1000) / sound.rateHz;
    }
  } finally {
    await pieces.return({ isCut: true, usableMs: sentMs, isRemixed: false });
  }
}

function mustWait(job: Job | undefined, sentMs: number): boolean {
  return job !== undefined && (job.isPaused || sentMs - job.doneMs > AHEAD_MS);
}

function endOf({ isCut, usableMs }: Ending): SoundPiece {
  if (!isCut) return { type: 'end' };
  const message = i18next.t('speech.cut', { time: formatTime(usableMs) });
  return { type: 'end', notice: { code: 'AUDIO_CUT', message } };
}

/** Waits for whatever comes next from core. */
interface News {
  readonly isOver: boolean;
  tell(isOver: boolean): void;
  next(timeoutMs?: number): Promise<void>;
}

function createNews(): News {
  let isOver = false;
  let wake: (() => void) | undefined;
  return {
    get isOver() {
      return isOver;
    },
    tell: (over) => {
      isOver ||= over;
      wake?.();
    },
    next: (timeoutMs) =>
      new Promise((resolve) => {
        wake = resolve;
        if (timeoutMs !== undefined) setTimeout(resolve, timeoutMs);
      }),
  };
}

function apply(event: SpeechEvent, { change, job, source }: JobToRun): void {
  switch (event.type) {
    case 'started':
      change(() => ({ transcriptId: event.transcriptId }));
      if ('file' in source) void rememberFile(source.file, event.transcriptId);
      return;
    case 'progress':
      change(({ startedAtMs }) =>
        event.stage === 'loading'
          ? { doneMs: event.doneMs }
          : { state: 'running', doneMs: event.doneMs, startedAtMs: startedAtMs ?? performance.now() },
      );
      return;
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
      change(({ notices }) => ({ notices: [...notices, event.notice] }));
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

/** So that it can be played after a restart. Where that fails, the player asks for the file. */
async function rememberFile(file: File, id: string): Promise<void> {
  await bridge().files['speech.keepSoundFile'](file, { id });
}

function withNews(job: Job, event: Extract<SpeechEvent, { type: 'segment' }>): Partial<Job> {
  const segment = tidy(event.segment);
  const change = (draft: Job['draft']) => withSegment(draft, segment);
  return { draft: change(job.draft), history: inEveryStep(job.history, change), partial: '' };
}

/** The careful hearing is over, and the live captions may have heard more. */
function keepCaptions({ change, job }: Pick<JobToRun, 'change' | 'job'>): void {
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
function saveIfEdited(job: JobToRun['job']): void {
  const { transcriptId, history } = job() ?? {};
  if (transcriptId === undefined || history === undefined || history.past.length === 0) return;
  saveSoon(transcriptId, () => readTranscript(job));
}

function readTranscript(job: JobToRun['job']): Transcript | undefined {
  const now = job();
  return now === undefined ? undefined : transcriptOf(now);
}
