import type { AnswerSettings, ChatEvent } from '../../contract/chat.ts';
import type { ErrorInfo } from '../../contract/errors.ts';
import type { MediaKind } from '../../contract/media.ts';
import type { ModelSettings } from '../../contract/model-settings.ts';
import type { Persona } from '../../contract/personas.ts';
import type { EngineRequest, EngineSupervisor, ReadyEngine } from '../engine/engine-supervisor.ts';
import { AppError } from '../errors.ts';
import { encoderBytes } from '../models/container/encoders.ts';
import { type Machine, readMachine } from '../models/library/fit.ts';
import type { LoadableModel, ModelLibrary } from '../models/model-library.ts';
import { checkMemory } from './memory-check.ts';
import { personaWithoutModel, settingsOf } from './persona-settings.ts';

export interface ModelChoiceOptions {
  models: ModelLibrary;
  engines: EngineSupervisor;
  defaultThreads: () => number;
  /** What the user has set for a model; an answer's own settings come before it. */
  modelSettings?: (id: string) => Promise<ModelSettings>;
  /** A persona that a chat has; undefined: it is not there any more. */
  persona?: (id: string) => Promise<Persona | undefined>;
  /** Memory of this machine, in bytes. */
  machine?: () => Machine;
}

/** Which model answers, and how. */
export interface ModelChoice {
  loadable: LoadableModel;
  request: EngineRequest;
  settings: AnswerSettings;
  /** What is to be said of the choice. */
  notice: ErrorInfo | undefined;
}

export interface ReadyModel {
  ready: ReadyEngine;
  /** Time that was waited for the model to load; 0 when it was loaded before. */
  loadMs: number;
}

export interface ModelChooser {
  /**
   * The answer's own settings come first, then the persona's, then the model's. Of `media` the model gets what it can take.
   *
   * @throws AppError MODEL_*.
   */
  choose(
    asked: AnswerSettings,
    personaId: string | undefined,
    media?: readonly MediaKind[],
  ): Promise<ModelChoice>;
  /** Has the model loaded, and tells if that takes long. @throws AppError MEMORY_LOW, ENGINE_*, MODEL_LOAD_FAILED. */
  load(choice: ModelChoice, signal: AbortSignal): AsyncGenerator<ChatEvent, ReadyModel, void>;
  /** Loads the default model. @throws as `load`. */
  warm(): Promise<void>;
}

export function createModelChooser({
  models,
  engines,
  defaultThreads,
  modelSettings = async () => ({}),
  persona = async () => undefined,
  machine = readMachine,
}: ModelChoiceOptions): ModelChooser {
  const requestFor = (
    loadable: LoadableModel,
    { backend = 'auto', threads = defaultThreads(), contextTokens }: ModelSettings,
  ): EngineRequest => ({
    loadable,
    backend,
    threads,
    contextTokens: Math.min(contextTokens ?? Number.POSITIVE_INFINITY, loadable.model.contextTokens),
  });
  /** A persona goes on with the model that the user has chosen where its own is gone. */
  const find = async (asked: string | undefined, who: Persona | undefined): Promise<LoadableModel> => {
    if (asked !== undefined || who?.modelId === undefined) return models.find(asked);
    return models.find(who.modelId).catch((error) => {
      if (error instanceof AppError && error.code === 'MODEL_MISSING') return models.find();
      throw error;
    });
  };

  const chooser: ModelChooser = {
    choose: async (asked, personaId, media = []) => {
      const who = personaId === undefined ? undefined : await persona(personaId);
      const loadable = await find(asked.modelId, who);
      const isOther =
        who?.modelId !== undefined && asked.modelId === undefined && loadable.model.id !== who.modelId;
      const settings = { ...(await modelSettings(loadable.model.id)), ...settingsOf(who), ...asked };
      return {
        loadable,
        settings,
        request: {
          ...requestFor(loadable, settings),
          media: loadable.container.media.filter((kind) => media.includes(kind)),
        },
        notice: isOther ? personaWithoutModel(who, loadable) : undefined,
      };
    },
    async *load({ loadable, request }, signal) {
      const waitedFrom = performance.now();
      const mustLoad = engines.needsLoading(request);
      if (mustLoad) {
        const { model, container } = loadable;
        const weights = {
          sizeBytes: model.sizeBytes,
          contextTokens: request.contextTokens,
          memory: container.memory && {
            ...container.memory,
            weightsBytes: container.memory.weightsBytes + encoderBytes(container, request.media ?? []),
          },
        };
        checkMemory(weights, machine(), engines.status);
        yield { type: 'progress', stage: 'loading' };
      }
      const ready = await abortable(engines.acquire(request), signal);
      return { ready, loadMs: mustLoad ? performance.now() - waitedFrom : 0 };
    },
    warm: async () => {
      await engines.acquire((await chooser.choose({}, undefined)).request);
    },
  };
  return chooser;
}

/** Waits for a promise that cannot be cancelled, but no longer than the signal allows. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
