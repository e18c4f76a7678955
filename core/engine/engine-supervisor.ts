import type { EngineStatus } from '../../contract/engine.ts';
import type { ErrorInfo } from '../../contract/errors.ts';
import type { MediaKind } from '../../contract/media.ts';
import type { Backend, Device } from '../../contract/models.ts';
import { type AppError, toErrorInfo } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { LoadableModel } from '../models/model-library.ts';
import type { ProcessLauncher } from '../process/process-handle.ts';
import { createRestartBudget } from '../process/restart-budget.ts';
import { ENGINE_LIMITS, type Engine, type EngineLimits, startEngine } from './engine.ts';
import { engineStopped } from './engine-stopped.ts';
import { createRequestQueue, type RequestQueue } from './request-queue.ts';

export interface EngineRequest {
  loadable: LoadableModel;
  backend: Backend;
  threads: number;
  /** The most that the conversation may hold. */
  contextTokens: number;
  /** What the conversation has beside text. Encoders take memory: they are loaded when something is there for them. */
  media?: readonly MediaKind[];
}

/** An engine that is loaded and ready, with what a caller must know about it. */
export interface ReadyEngine {
  engine: Engine;
  queue: RequestQueue;
  device: Device;
  contextLimit: number;
  /** Why the device is not the one asked for. */
  notice: ErrorInfo | undefined;
}

export interface EngineSupervisor {
  readonly status: EngineStatus;
  /** An answer is being written, or waits to be. */
  readonly isBusy: boolean;
  /** True when this request would have to load first. */
  needsLoading(request: EngineRequest): boolean;
  /**
   * The engine for this model, started and loaded if need be. Another model's engine is ended first.
   *
   * @throws AppError MODEL_LOAD_FAILED, BACKEND_FAILED, ENGINE_STOPPED, RUNTIME_* and others.
   */
  acquire(request: EngineRequest): Promise<ReadyEngine>;
  /** Ends the engine as soon as no answer is being written: what it has read goes with it. For a lock. */
  forget(): Promise<void>;
  /** Ends the engine of a model, or any; memory is free when it resolves. */
  unload(modelId?: string): Promise<void>;
  dispose(): Promise<void>;
}

export interface SupervisorOptions {
  launch: ProcessLauncher;
  nativeDir: string;
  cacheDir: string;
  onStatus: (status: EngineStatus) => void;
  log: Logger;
  limits?: EngineLimits;
  /** After how long without a question a model gives its memory back; asked for each time. */
  idleMs?: () => Promise<number>;
  /** For tests: the GPU's path on a software adapter. */
  allowSoftwareGpu?: boolean;
  /** The device to take where the user leaves it open; by default the processor. */
  autoDevice?: (loadable: LoadableModel) => Promise<Device>;
}

const IDLE_MS = 30 * 60_000;

interface Slot {
  key: string;
  media: readonly MediaKind[];
  engine: Engine;
  queue: RequestQueue;
  ready: Promise<ReadyEngine>;
}

/** Starts, watches and restarts the one engine process. */
export function createEngineSupervisor(options: SupervisorOptions): EngineSupervisor {
  const { launch, nativeDir, cacheDir, onStatus, log, limits = ENGINE_LIMITS } = options;
  const { idleMs = async () => IDLE_MS, autoDevice = async () => 'cpu' as const } = options;
  const budget = createRestartBudget();
  /** Model and device that failed here once: not tried again in this session. */
  const suspects = new Map<string, ErrorInfo>();
  let status: EngineStatus = { state: 'idle' };
  let slot: Slot | undefined;
  let generation = 0;
  let disposed = false;
  let idleTimer: NodeJS.Timeout | undefined;

  const setStatus = (next: EngineStatus) => {
    status = next;
    onStatus(next);
  };

  const startOn = (request: EngineRequest, device: Device): Engine => {
    const { loadable, threads, contextTokens } = request;
    generation += 1;
    log.info(`engine ${generation} starts on ${device}`);
    return startEngine(
      launch(),
      {
        type: 'load',
        load: {
          modelPath: loadable.path,
          backend: device,
          threads,
          maxTokens: contextTokens,
          grows: (loadable.container.memory?.cacheBytesPerToken ?? 0) > 0,
          media: [...(request.media ?? [])],
          cacheDir,
          allowSoftwareGpu: options.allowSoftwareGpu,
          nativeDir,
        },
      },
      generation,
      limits,
    );
  };

  const open = (request: EngineRequest, device: Device, notice: ErrorInfo | undefined): Slot => {
    const { model } = request.loadable;
    const key = keyOf(request);
    const engine = startOn(request, device);
    const queue = createRequestQueue();
    setStatus({ state: 'loading', modelId: model.id });
    const ready = engine.loaded.then(
      ({ loadMs, contextLimit }): ReadyEngine => {
        if (slot?.engine === engine)
          setStatus({ state: 'ready', modelId: model.id, device, loadMs, ...(notice && { notice }) });
        return { engine, queue, device, contextLimit, notice };
      },
      (error: AppError) => {
        if (device !== 'cpu' && !disposed) return fallBack(request, device, error);
        if (slot?.engine === engine) slot = undefined;
        setStatus({ state: 'failed', modelId: model.id, error: toErrorInfo(error) });
        throw error;
      },
    );
    ready.catch(() => undefined);
    engine.onEnd((cause) => ended(request, engine, cause));
    slot = { key, media: request.media ?? [], engine, queue, ready };
    void unloadWhenIdle(slot);
    return slot;
  };

  /** Nobody asked for a while: the memory is others' again, and the next question loads the model anew. */
  const unloadWhenIdle = async (idle: Slot): Promise<void> => {
    const ms = await idleMs();
    clearTimeout(idleTimer);
    if (disposed || slot !== idle) return;
    idleTimer = setTimeout(() => {
      if (slot !== idle) return;
      if (idle.queue.isTaken || status.state !== 'ready') void unloadWhenIdle(idle);
      else void unload();
    }, ms);
    idleTimer.unref();
  };

  const unload = async (modelId?: string): Promise<void> => {
    if (slot === undefined || status.state === 'idle') return;
    if (modelId !== undefined && status.modelId !== modelId) return;
    const last = slot;
    slot = undefined;
    await end(last);
    setStatus({ state: 'idle' });
  };

  const fallBack = (request: EngineRequest, device: Device, error: AppError): Promise<ReadyEngine> => {
    const notice: ErrorInfo = {
      code: 'BACKEND_FAILED',
      message: `The ${device.toUpperCase()} could not be used, so the CPU answers. ${error.message}`,
      hint: 'Expect slower answers.',
    };
    suspects.set(suspectKey(request, device), notice);
    return open(request, 'cpu', notice).ready;
  };

  const ended = (request: EngineRequest, engine: Engine, cause: AppError) => {
    if (disposed || slot?.engine !== engine) return;
    log.warn(`engine ${engine.generation} ended: ${cause.code}`);
    budget.died();
    slot = undefined;
    if (cause.code === 'MODEL_LOAD_FAILED') return;
    // Someone is likely to ask again soon, so the next engine loads at once, within the budget.
    if (budget.left) restart(request);
    else
      setStatus({
        state: 'failed',
        modelId: request.loadable.model.id,
        error: engineStopped(cause).toInfo(),
      });
  };

  const restart = (request: EngineRequest) => {
    try {
      // A device that ended an engine is not chosen again by itself.
      start(request, 'cpu');
    } catch (error) {
      setStatus({ state: 'failed', modelId: request.loadable.model.id, error: toErrorInfo(error) });
    }
  };

  const start = (request: EngineRequest, auto: Device): Slot => {
    const wanted: Device = request.backend === 'auto' ? auto : request.backend;
    const suspect = suspects.get(suspectKey(request, wanted));
    return suspect === undefined ? open(request, wanted, undefined) : open(request, 'cpu', suspect);
  };

  const fitting = (request: EngineRequest): Slot | undefined =>
    slot?.key === keyOf(request) && slot.engine.alive && hasMedia(slot, request) ? slot : undefined;

  return {
    get status() {
      return status;
    },
    get isBusy() {
      return slot?.engine.alive === true && slot.queue.isTaken;
    },
    needsLoading: (request) => fitting(request) === undefined || status.state !== 'ready',
    acquire: async (request) => {
      const here = fitting(request);
      if (here !== undefined) {
        void unloadWhenIdle(here);
        return here.ready;
      }
      if (!budget.left) throw engineStopped(undefined);
      const auto = request.backend === 'auto' ? await autoDevice(request.loadable) : 'cpu';
      // An answer that another model is writing comes to its end first.
      while (fitting(request) === undefined && slot?.engine.alive && slot.queue.isTaken)
        await slot.queue.settled();
      // Another may have asked for the same meanwhile.
      const meanwhile = fitting(request);
      if (meanwhile !== undefined) return meanwhile.ready;
      const previous = slot;
      slot = undefined;
      previous?.engine.stop();
      return start(request, auto).ready;
    },
    forget: async () => {
      const last = slot;
      await last?.queue.settled();
      if (last !== undefined && slot === last) await unload();
    },
    unload,
    dispose: async () => {
      disposed = true;
      clearTimeout(idleTimer);
      const last = slot;
      slot = undefined;
      if (last !== undefined) await end(last);
    },
  };
}

/** Resolves when the process is gone. */
async function end({ engine }: Slot): Promise<void> {
  if (!engine.alive) return;
  const gone = new Promise<void>((resolve) => engine.onEnd(() => resolve()));
  engine.stop();
  await gone;
}

function keyOf({ loadable, backend, threads, contextTokens }: EngineRequest): string {
  return `${loadable.path}|${backend}|${threads}|${contextTokens}`;
}

/** One that can do more is as good. */
function hasMedia(slot: Slot, { media = [] }: EngineRequest): boolean {
  return media.every((kind) => slot.media.includes(kind));
}

function suspectKey({ loadable }: EngineRequest, device: Device): string {
  return `${loadable.path}|${device}`;
}
