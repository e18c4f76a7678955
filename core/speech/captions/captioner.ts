import type { SpeechSettings } from '../../../contract/speech.ts';
import type { SpeechEngines } from '../../engine/speech/speech-engines.ts';
import { SHORT_VOICE_RUN_SAMPLES } from '../../engine/speech/voice-finder.ts';
import { AppError, toErrorInfo } from '../../errors.ts';
import { createEventQueue } from '../../event-queue.ts';
import type { SpeechModelLibrary } from '../speech-models.ts';
import { checkLanguage, checkSpeechSettings } from '../speech-service.ts';
import { createCaptionEngine } from './caption-engine.ts';
import { type CaptionEvent, LiveCaptions } from './live-captions.ts';
import { RunningLevel } from './running-level.ts';

/** Captions of one recording. They never throw; what goes wrong is a notice. */
export interface Captions {
  /** The next sound, 16 kHz mono. Never waits. */
  add(samples: Float32Array): void;
  /** The recording pauses: what was said so far stands. */
  pause(): void;
  /** Returns when the last words are told, at the latest after this time. */
  end(withinMs: number): Promise<void>;
}

export interface Captioner {
  start(settings: SpeechSettings, tell: (event: CaptionEvent) => void): Captions;
}

export interface CaptionerOptions {
  engines: SpeechEngines;
  models: SpeechModelLibrary;
  defaultThreads: () => number;
}

/** Sound that may wait for an engine; more of it means that captions cannot keep up, and they skip it. */
const MAX_WAITING_SAMPLES = 30 * 16_000;

const SILENCE = new Float32Array(SHORT_VOICE_RUN_SAMPLES);

type Inbox = { samples: Float32Array } | { pause: true };

export function createCaptioner(options: CaptionerOptions): Captioner {
  return { start: (settings, tell) => startCaptions(options, settings, tell) };
}

function startCaptions(
  options: CaptionerOptions,
  settings: SpeechSettings,
  tell: (event: CaptionEvent) => void,
): Captions {
  const abort = new AbortController();
  const inbox = new CaptionInbox(() => tell({ type: 'notice', notice: tooSlow().toInfo() }));
  const run = async () => {
    const engine = await openEngine(options, settings, abort.signal, tell);
    try {
      await follow(inbox, new LiveCaptions(engine, tell));
    } finally {
      engine.leave();
    }
  };
  const running = run().catch((error: unknown) => {
    inbox.close();
    if (!abort.signal.aborted) tell({ type: 'notice', notice: toErrorInfo(error) });
  });
  return {
    add: (samples) => inbox.add(samples),
    pause: () => inbox.pause(),
    end: async (withinMs) => {
      inbox.end();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMs);
      });
      // A model that still loads cannot be stopped, so it is not waited for.
      await Promise.race([running, late]);
      clearTimeout(timer);
      abort.abort();
    },
  };
}

async function openEngine(
  { engines, models, defaultThreads }: CaptionerOptions,
  settings: SpeechSettings,
  signal: AbortSignal,
  tell: (event: CaptionEvent) => void,
) {
  const wishes = checkSpeechSettings(settings);
  const model = await models.find(wishes.modelId);
  checkLanguage(model, wishes);
  const load = { ...model, threads: wishes.threads ?? defaultThreads() };
  if (engines.turns.isTaken) tell({ type: 'notice', notice: engineTaken().toInfo() });
  const leave = await engines.turns.enter(signal);
  const engine = createCaptionEngine(engines, load, wishes, signal, (notice) =>
    tell({ type: 'notice', notice }),
  );
  return { ...engine, leave };
}

async function follow(inbox: CaptionInbox, captions: LiveCaptions): Promise<void> {
  const level = new RunningLevel();
  for await (const items of inbox.batches()) {
    for (const item of items) {
      if ('pause' in item) captions.pause();
      else await captions.listen(level.apply(item.samples));
    }
    await captions.hear();
  }
  captions.pause();
  await captions.hear();
}

/** Sound in pieces that the voice detector takes, until somebody asks for it. Bounded. */
class CaptionInbox {
  #piece = new Float32Array(SHORT_VOICE_RUN_SAMPLES);
  #filled = 0;
  #items: Inbox[] = [];
  #waiting = 0;
  #isOpen = true;
  #wasFull = false;
  readonly #bell = createEventQueue<true>();
  readonly #onFull: () => void;

  constructor(onFull: () => void) {
    this.#onFull = onFull;
  }

  add(samples: Float32Array): void {
    for (let at = 0; at < samples.length && this.#isOpen; ) {
      const part = samples.subarray(at, at + this.#piece.length - this.#filled);
      this.#piece.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#piece.length) this.#push();
    }
  }

  pause(): void {
    if (!this.#isOpen) return;
    this.#items.push({ pause: true });
    this.#bell.push(true);
  }

  end(): void {
    if (this.#filled > 0 && this.#isOpen) this.#push();
    this.close();
  }

  close(): void {
    this.#isOpen = false;
    this.#bell.end();
  }

  /** All that waits, each time that there is something. */
  async *batches(): AsyncGenerator<Inbox[], void, void> {
    for await (const _ of this.#bell.iterate()) {
      const items = this.#items;
      this.#items = [];
      this.#waiting = 0;
      if (items.length > 0) yield items;
    }
  }

  #push(): void {
    const samples = this.#piece.slice(0, this.#filled);
    this.#filled = 0;
    this.#waiting += samples.length;
    if (this.#waiting > MAX_WAITING_SAMPLES) {
      // Times must stay right, so what is skipped becomes silence, which costs nothing to hear.
      for (const item of this.#items) if ('samples' in item) item.samples = SILENCE;
      this.#waiting = 0;
      if (!this.#wasFull) this.#onFull();
      this.#wasFull = true;
    }
    this.#items.push({ samples });
    this.#bell.push(true);
  }
}

function engineTaken(): AppError {
  return new AppError('ENGINE_BUSY', 'Live text begins when the transcription that runs has ended.', {
    hint: 'Stop that transcription to have it sooner.',
  });
}

function tooSlow(): AppError {
  return new AppError(
    'ENGINE_BUSY',
    'Captions cannot keep up, so some are left out. The recording is whole.',
    {
      hint: 'Transcribe the recording when it is done.',
    },
  );
}
