import type { Logger } from '../../logger.ts';
import type { ProcessLauncher } from '../../process/process-handle.ts';
import { createRestartBudget } from '../../process/restart-budget.ts';
import { ENGINE_LIMITS, type Engine, type EngineLimits, startEngine } from '../engine.ts';
import { engineStopped } from '../engine-stopped.ts';
import { createRequestQueue, type RequestQueue } from '../request-queue.ts';
import type { SpeechLoad } from './speech-protocol.ts';

/** An idle speech engine gives its memory back after this time. */
const IDLE_LIMIT_MS = 5 * 60_000;

/** The same for every engine. */
export type SpeechPlaces = Pick<SpeechLoad, 'voicePath' | 'speakerPath' | 'cacheDir' | 'nativeDir'>;
export type SpeechEngineRequest = Omit<SpeechLoad, keyof SpeechPlaces>;

export interface ReadySpeechEngine {
  engine: Engine;
  loadMs: number;
}

/** Starts, watches and restarts the one engine process that hears. */
export interface SpeechEngines {
  /**
   * The engine for this model, loaded. Another model's engine is ended first; a dead one is replaced.
   *
   * @throws AppError MODEL_LOAD_FAILED, ENGINE_STOPPED, RUNTIME_* and others.
   */
  acquire(request: SpeechEngineRequest): Promise<ReadySpeechEngine>;
  /** Whoever transcribes enters it first: recordings do not mix on one engine. */
  readonly turns: RequestQueue;
  /** Ends the engine once nobody hears with it. */
  forget(): Promise<void>;
  /** Ends the engine, if there is one. */
  unload(): Promise<void>;
}

export interface SpeechEnginesOptions {
  launch: ProcessLauncher;
  places: SpeechPlaces;
  log: Logger;
  limits?: EngineLimits;
}

export function createSpeechEngines(options: SpeechEnginesOptions): SpeechEngines {
  const { launch, places, log, limits = ENGINE_LIMITS } = options;
  const budget = createRestartBudget();
  const turns = createRequestQueue();
  let slot: { key: string; engine: Engine } | undefined;
  let generation = 0;
  let idleTimer: NodeJS.Timeout | undefined;

  const stopWhenIdle = () => {
    clearTimeout(idleTimer);
    idleTimer = setTimeout(() => {
      slot?.engine.stop();
      slot = undefined;
    }, IDLE_LIMIT_MS);
    idleTimer.unref();
  };

  const start = (request: SpeechEngineRequest, key: string): Engine => {
    generation += 1;
    log.info(`speech engine ${generation} starts`);
    const engine = startEngine(
      launch(),
      { type: 'load-speech', load: { ...request, ...places } },
      generation,
      limits,
    );
    engine.onEnd((cause) => {
      // Stopped by us: no death.
      if (slot?.engine !== engine) return;
      log.warn(`speech engine ${engine.generation} ended: ${cause.code}`);
      budget.died();
      slot = undefined;
    });
    slot = { key, engine };
    return engine;
  };

  return {
    turns,
    acquire: async (request) => {
      stopWhenIdle();
      const key = `${request.modelPath}|${request.threads}`;
      const living = slot?.engine.alive === true ? slot : undefined;
      if (living?.key === key) return { engine: living.engine, loadMs: (await living.engine.loaded).loadMs };
      if (!budget.left) throw engineStopped();
      slot = undefined;
      living?.engine.stop();
      const engine = start(request, key);
      return { engine, loadMs: (await engine.loaded).loadMs };
    },
    forget: async () => {
      await turns.settled();
      if (!turns.isTaken) await unload();
    },
    unload,
  };

  async function unload(): Promise<void> {
    clearTimeout(idleTimer);
    const last = slot;
    slot = undefined;
    if (last === undefined || !last.engine.alive) return;
    const gone = new Promise<void>((resolve) => last.engine.onEnd(() => resolve()));
    last.engine.stop();
    await gone;
  }
}
