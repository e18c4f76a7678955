import type { Device } from '../../contract/models.ts';
import type { ChatCase, HearingCase, ProfileCase, ProfilePlan, ProfileRow } from '../../contract/profile.ts';
import { checkMemory } from '../chat/memory-check.ts';
import type { EngineLimits } from '../engine/engine.ts';
import type { SpeechPlaces } from '../engine/speech/speech-engines.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import { type Machine, readMachine } from '../models/library/fit.ts';
import type { LoadableModel, ModelLibrary } from '../models/model-library.ts';
import type { ProcessLauncher } from '../process/process-handle.ts';
import type { LoadableSpeechModel, SpeechModelLibrary } from '../speech/speech-models.ts';
import { type ChatPlaces, measureChat } from './measure-chat.ts';
import { measureHearing, type SpeechSample } from './measure-hearing.ts';
import type { EngineToMeasure } from './measured-engine.ts';

export interface MeasuringOptions extends ChatPlaces {
  launch: ProcessLauncher;
  limits?: EngineLimits;
  models: Pick<ModelLibrary, 'find'>;
  hearing: { models: Pick<SpeechModelLibrary, 'find'>; places: SpeechPlaces };
  /** What models that hear are given. */
  sample: (signal: AbortSignal) => Promise<SpeechSample>;
  threads: () => number;
  /** Why a device cannot be used on this machine at all, by device. */
  excluded: () => Partial<Record<Device, string>>;
  machine?: () => Machine;
}

/** One row of a run, before it is measured. */
export interface Measurement {
  about: ProfileCase;
  /**
   * Measures it; what keeps it from being measured is in the row.
   *
   * @param onAnswer called after every answer, with the first, which is not counted
   * @throws what an aborted signal ended.
   */
  row(onAnswer: () => void, signal: AbortSignal): Promise<ProfileRow>;
}

/** Every combination that a plan asks for. @throws AppError where a model cannot be found. */
export async function planMeasurements(plan: ProfilePlan, options: MeasuringOptions): Promise<Measurement[]> {
  const counts = plan.threads.length === 0 ? [options.threads()] : [...new Set(plan.threads)];
  const wanted = plan.models.length === 0 ? [undefined] : [...new Set(plan.models)];
  const found = await Promise.all(wanted.map((id) => findModel(id, options)));
  let sound: Promise<SpeechSample> | undefined;
  const sample = (signal: AbortSignal) => {
    sound ??= options.sample(signal);
    return sound;
  };
  return found.flatMap((model) =>
    'settings' in model
      ? hearings(model, counts, plan, { ...options, sample })
      : chats(model, counts, plan, options),
  );
}

/** A model that answers, or one that hears. */
async function findModel(
  idOrPath: string | undefined,
  { models, hearing }: MeasuringOptions,
): Promise<LoadableModel | LoadableSpeechModel> {
  if (idOrPath?.endsWith('.tflite')) return hearing.models.find(idOrPath);
  try {
    return await models.find(idOrPath);
  } catch (notChat) {
    if (!isAnother(notChat) || idOrPath === undefined) throw notChat;
    return await hearing.models.find(idOrPath).catch((notSpeech: unknown) => {
      throw isAnother(notSpeech) ? notChat : notSpeech;
    });
  }
}

/** It is not there, or not of this kind: a model that hears may be a folder. */
function isAnother(error: unknown): boolean {
  return error instanceof AppError && ['MODEL_MISSING', 'MODEL_FORMAT'].includes(error.code);
}

function chats(
  loadable: LoadableModel,
  counts: readonly number[],
  plan: ProfilePlan,
  options: MeasuringOptions,
): Measurement[] {
  const { excluded, machine = readMachine } = options;
  const { model, container, accuracy, path } = loadable;
  const { id, name, quantization, sizeBytes, contextTokens } = model;
  // A file that was named by its path is known by its name: where it lies is nobody's business.
  const modelId = id === path ? name : id;
  return [...new Set(plan.devices)].flatMap((device) =>
    // Threads are the processor's.
    (device === 'cpu' ? counts : counts.slice(0, 1)).flatMap((threads) =>
      [...new Set(plan.promptTokens)].map((promptTokens) => {
        const about: ChatCase = {
          ...{
            task: 'chat',
            modelId,
            name,
            quantization,
            sizeBytes,
            device,
            threads,
            batch: 1,
            promptTokens,
          },
          ...(accuracy === undefined ? {} : { accuracy }),
        };
        return measurement(about, options, plan.rounds, async (process) => {
          const reason = excluded()[device];
          if (reason !== undefined) throw new AppError('BACKEND_FAILED', reason);
          checkMemory({ sizeBytes, contextTokens, memory: container.memory }, machine(), { state: 'idle' });
          const figures = await measureChat(loadable, about, plan.answerTokens, options, process);
          return { ...about, figures };
        });
      }),
    ),
  );
}

function hearings(
  loadable: LoadableSpeechModel,
  counts: readonly number[],
  plan: ProfilePlan,
  options: MeasuringOptions,
): Measurement[] {
  const { hearing, sample, machine = readMachine } = options;
  const { id: modelId, name, quantization, sizeBytes, accuracy } = loadable.settings;
  return counts.flatMap((threads) =>
    [...new Set(plan.soundSeconds)].map((soundSeconds) => {
      const about: HearingCase = {
        ...{ task: 'speech', modelId, name, quantization, sizeBytes, device: 'cpu', threads, batch: 1 },
        soundSeconds,
        ...(accuracy === undefined ? {} : { accuracy }),
      };
      return measurement(about, options, plan.rounds, async (process) => {
        checkMemory({ sizeBytes, contextTokens: 0 }, machine(), { state: 'idle' });
        const sound = await sample(process.signal);
        return { ...about, figures: await measureHearing(loadable, about, sound, hearing.places, process) };
      });
    }),
  );
}

function measurement(
  about: ProfileCase,
  { launch, limits }: MeasuringOptions,
  rounds: number,
  measure: (process: Omit<EngineToMeasure, 'load'>) => Promise<ProfileRow>,
): Measurement {
  return {
    about,
    row: async (onAnswer, signal) => {
      try {
        return await measure({
          launch,
          ...(limits === undefined ? {} : { limits }),
          rounds,
          onAnswer,
          signal,
        });
      } catch (error) {
        if (signal.aborted) throw error;
        return { ...about, error: toErrorInfo(error) };
      }
    },
  };
}
