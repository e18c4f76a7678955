import type { ErrorInfo } from '../../contract/errors.ts';
import { type AppError, assertNever, fromInfo } from '../errors.ts';
import { createEventQueue, type EventQueue } from '../event-queue.ts';
import type { ProcessHandle } from '../process/process-handle.ts';
import { engineDeath } from './engine-death.ts';
import { watchHeartbeat } from './heartbeat.ts';
import {
  type EngineEvent,
  type EngineLoadMessage,
  type EnginePrompt,
  fromEngineSchema,
  type SpeechEngineEvent,
  type ToEngine,
} from './protocol.ts';
import type { SpeechWindow } from './speech/speech-protocol.ts';
import { createStderrTail } from './stderr-reasons.ts';

/** Time limits of one engine process, in milliseconds. Tests shorten them. */
export interface EngineLimits {
  load: number;
  /** Prompt handed over until the first text: a long prompt on a slow machine takes minutes. */
  firstText: number;
  nextText: number;
  /** Cancel asked until the terminal event. */
  cancel: number;
  /** Silence of the process itself, see watchHeartbeat. */
  silence: number;
}

export const ENGINE_LIMITS: EngineLimits = {
  load: 300_000,
  firstText: 900_000,
  nextText: 120_000,
  cancel: 10_000,
  silence: 4_000,
};

export interface LoadedEngine {
  loadMs: number;
  /** In tokens; 0 for a speech model, which has no conversation. */
  contextLimit: number;
}

/** One engine process with one loaded model: one incarnation, which is never revived. */
export interface Engine {
  /** Counts the incarnations, so that nothing of a dead one is taken for the living one's. */
  readonly generation: number;
  readonly pid: number | undefined;
  readonly alive: boolean;
  /** Rejects with an AppError when the model could not be loaded or the process ended while loading. */
  readonly loaded: Promise<LoadedEngine>;
  /**
   * Streams one answer; always ends with "done" or "failed". Aborting asks the engine to stop, keeps what
   * came and ends with "done", reason "cancelled".
   */
  generate(prompt: EnginePrompt, signal: AbortSignal): AsyncGenerator<EngineEvent, void, void>;
  /** Hears one window of audio: partial texts, then "heard", "cancelled" or "failed". */
  transcribe(window: SpeechWindow, signal: AbortSignal): AsyncGenerator<SpeechEngineEvent, void, void>;
  /** Finds voice in audio that follows the last: one "voice", or "failed". */
  findVoice(
    samples: Float32Array,
    reset: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<SpeechEngineEvent, void, void>;
  /** Describes the voice of one person's speech: one "voice-print", or "failed". */
  printVoice(samples: Float32Array, signal: AbortSignal): AsyncGenerator<SpeechEngineEvent, void, void>;
  /** Called once, when the process is gone for whatever reason. */
  onEnd(listener: (cause: AppError) => void): void;
  /** Ends the process at once. */
  stop(): void;
}

type AnyEvent = EngineEvent | SpeechEngineEvent;

interface Run {
  queue: EventQueue<AnyEvent>;
  watchdog: NodeJS.Timeout | undefined;
}

/** Wraps a freshly started process and loads a model into it. */
export function startEngine(
  process: ProcessHandle,
  load: EngineLoadMessage,
  generation: number,
  limits: EngineLimits = ENGINE_LIMITS,
): Engine {
  const runs = new Map<number, Run>();
  const endListeners: Array<(cause: AppError) => void> = [];
  const stderr = createStderrTail();
  let nextRequestId = 1;
  let alive = true;
  let loading = true;
  let hung = false;
  let settle: { resolve: (value: LoadedEngine) => void; reject: (error: AppError) => void } | undefined;
  const loaded = new Promise<LoadedEngine>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever awaits it later sees the rejection; nobody awaiting must not end this process.
  loaded.catch(() => undefined);

  const post = (message: ToEngine) => process.post(message);
  const declareHung = () => {
    hung = true;
    process.kill();
  };
  const heartbeat = watchHeartbeat(declareHung, limits.silence);
  const loadTimer = setTimeout(declareHung, limits.load);
  const arm = (run: Run, timeoutMs: number) => {
    clearTimeout(run.watchdog);
    run.watchdog = setTimeout(declareHung, timeoutMs);
  };
  const finish = (requestId: number, event: AnyEvent) => {
    const run = runs.get(requestId);
    if (run === undefined) return;
    clearTimeout(run.watchdog);
    runs.delete(requestId);
    run.queue.push(event);
    run.queue.end();
  };
  const loadFailed = (error: ErrorInfo) => {
    loading = false;
    clearTimeout(loadTimer);
    const reason = stderr.reason();
    settle?.reject(
      fromInfo(
        reason === undefined || error.message.includes(reason)
          ? error
          : { ...error, message: `${error.message} ${reason}` },
      ),
    );
    process.kill();
  };

  process.onStderr(stderr.add);
  process.onMessage((raw) => {
    const parsed = fromEngineSchema.safeParse(raw);
    if (!parsed.success || !alive) return;
    const message = parsed.data;
    heartbeat.beat();
    switch (message.type) {
      case 'beat':
        return;
      case 'loaded': {
        clearTimeout(loadTimer);
        const resolve = () => {
          loading = false;
          settle?.resolve({ loadMs: message.loadMs, contextLimit: message.contextLimit ?? 0 });
        };
        if (!wantsRealGpu(load)) resolve();
        // What the runtime wrote about its adapter comes by another line and may be a moment behind.
        else setTimeout(() => (stderr.isSoftwareAdapter ? loadFailed(softwareAdapter()) : resolve()), 100);
        return;
      }
      case 'load-failed':
        loadFailed(message.error);
        return;
      case 'event': {
        const run = runs.get(message.requestId);
        if (run === undefined) return;
        if (!['delta', 'partial', 'trimmed'].includes(message.event.type))
          finish(message.requestId, message.event);
        else {
          arm(run, limits.nextText);
          run.queue.push(message.event);
        }
        return;
      }
      default:
        assertNever(message);
    }
  });
  process.onExit((exit) => {
    alive = false;
    heartbeat.stop();
    clearTimeout(loadTimer);
    const cause = engineDeath(exit, { loading, hung, reason: stderr.reason() });
    settle?.reject(cause);
    for (const requestId of [...runs.keys()]) finish(requestId, { type: 'failed', error: cause.toInfo() });
    for (const listener of endListeners) listener(cause);
  });
  post(load);

  /** Sends a request and gives its events; the messages of a request end with one that is neither delta nor partial. */
  async function* request(
    message: (requestId: number) => ToEngine,
    signal: AbortSignal,
  ): AsyncGenerator<AnyEvent, void, void> {
    if (!alive) {
      const cause = engineDeath({ code: null, signal: null }, { loading, hung, reason: undefined });
      yield { type: 'failed', error: cause.toInfo() };
      return;
    }
    const requestId = nextRequestId++;
    const run: Run = { queue: createEventQueue<AnyEvent>(), watchdog: undefined };
    runs.set(requestId, run);
    const cancel = () => {
      post({ type: 'cancel', requestId });
      arm(run, limits.cancel);
    };
    post(message(requestId));
    arm(run, limits.firstText);
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    try {
      yield* run.queue.iterate();
    } finally {
      signal.removeEventListener('abort', cancel);
      // The reader left early: nobody will ask for the rest, and the next answer must not wait for it.
      if (runs.has(requestId) && alive) cancel();
    }
  }

  return {
    generation,
    loaded,
    get pid() {
      return process.pid;
    },
    get alive() {
      return alive;
    },
    onEnd: (listener) => {
      endListeners.push(listener);
    },
    stop: () => process.kill(),
    // An engine answers a request with the events of its kind, so the narrower types below hold.
    generate: (prompt, signal) =>
      request(
        (requestId) => ({ type: 'generate', requestId, prompt }),
        signal,
      ) as AsyncGenerator<EngineEvent>,
    transcribe: (window, signal) =>
      request(
        (requestId) => ({ type: 'transcribe', requestId, window }),
        signal,
      ) as AsyncGenerator<SpeechEngineEvent>,
    findVoice: (samples, reset, signal) =>
      request(
        (requestId) => ({ type: 'find-voice', requestId, samples, reset }),
        signal,
      ) as AsyncGenerator<SpeechEngineEvent>,
    printVoice: (samples, signal) =>
      request(
        (requestId) => ({ type: 'print-voice', requestId, samples }),
        signal,
      ) as AsyncGenerator<SpeechEngineEvent>,
  };
}

function wantsRealGpu(message: EngineLoadMessage): boolean {
  if (message.type !== 'load') return false;
  return message.load.backend === 'gpu' && message.load.allowSoftwareGpu !== true;
}

function softwareAdapter(): ErrorInfo {
  return {
    code: 'BACKEND_FAILED',
    message: 'Only a software graphics adapter was found, which is slower than the CPU.',
    hint: 'Install the driver of the graphics card, or use the CPU.',
  };
}
