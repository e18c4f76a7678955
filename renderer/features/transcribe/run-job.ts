import type { OpenStream } from '../../../contract/client.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';
import { Peaks } from '../../../contract/peaks.ts';
import type { SoundPiece, SpeechEvent } from '../../../contract/speech.ts';
import { bridge } from '../../api/bridge.ts';
import type { Job, SoundFileRef } from './job.ts';
import { applyEvent, type JobToChange } from './job-events.ts';
import { type Ending, type OpenSound, openSound } from './sound/open-sound.ts';
import { soundErrorOf } from './sound/sound-error.ts';
import { SoundFileReader } from './sound/sound-file-reader.ts';

/** Sound that may be on its way to core: enough to never wait, little enough to hold. */
const AHEAD_MS = 60_000;
/** How soon going on after a pause is noticed. */
const PAUSE_STEP_MS = 100;

/** The page has its own words for it. */
const REMIXED: ErrorInfo = { code: 'AUDIO_CHANNELS', message: 'The channels could not simply be mixed.' };

export interface JobToRun extends JobToChange {
  source: { file: File } | { soundFile: SoundFileRef };
  signal: AbortSignal;
}

/** Decodes a file, sends it to core and keeps the job up to date, until it is done, stopped or failed. */
export async function runJob(run: JobToRun): Promise<void> {
  run.change(() => ({ state: 'loading' }));
  let sound: OpenSound | undefined;
  const { source } = run;
  try {
    sound = await openSound('file' in source ? source.file : new SoundFileReader(source.soundFile));
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
    applyEvent(event, run);
    if (event.type === 'started' && 'file' in run.source)
      void rememberFile(run.source.file, event.transcriptId);
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
  { job }: JobToRun,
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

function endOf({ isCut, usableMs, isRemixed }: Ending): SoundPiece {
  const notices: ErrorInfo[] = isRemixed ? [REMIXED] : [];
  if (isCut) {
    notices.push({ code: 'AUDIO_CUT', message: 'The file is incomplete.', usableMs });
  }
  return notices.length === 0 ? { type: 'end' } : { type: 'end', notices };
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

/** So that it can be played after a restart. Where that fails, the player asks for the file. */
async function rememberFile(file: File, id: string): Promise<void> {
  await bridge().files['speech.rememberSoundFile'](file, { id });
}
