import type { ProfileCase, ProfileFigures } from '../../contract/profile.ts';
import { askOnce, GREEDY } from '../engine/ask-once.ts';
import { ENGINE_LIMITS, type EngineLimits, startEngine } from '../engine/engine.ts';
import type { EngineStats } from '../engine/protocol.ts';
import { AppError } from '../errors.ts';
import type { LoadableModel } from '../models/model-library.ts';
import type { ProcessLauncher } from '../process/process-handle.ts';
import { startEnergyMeter } from '../system/energy.ts';
import { readThermal } from '../system/thermal.ts';
import { median, percentiles } from './percentiles.ts';
import { promptOf } from './prompt-text.ts';

export interface MeasureOptions {
  launch: ProcessLauncher;
  nativeDir: string;
  cacheDir: string;
  limits?: EngineLimits;
  /** Tests run the GPU's path on a software adapter. */
  allowSoftwareGpu?: boolean;
}

export interface Measurement {
  loadable: LoadableModel;
  about: ProfileCase;
  answerTokens: number;
  rounds: number;
}

/**
 * Measures one model on one device at one length, in a process of its own: what an engine has read before makes it slower.
 *
 * @param onAnswer called after every answer, with the first, which is not counted
 * @throws AppError why it could not be measured.
 */
export async function measure(
  { loadable, about, answerTokens, rounds }: Measurement,
  { launch, nativeDir, cacheDir, limits = ENGINE_LIMITS, allowSoftwareGpu }: MeasureOptions,
  onAnswer: () => void,
  signal: AbortSignal,
): Promise<ProfileFigures> {
  const { device: backend, threads, promptTokens } = about;
  const { contextTokens: maxTokens } = loadable.model;
  if (promptTokens + answerTokens > maxTokens) throw tooLong(maxTokens);
  const load = {
    modelPath: loadable.path,
    backend,
    threads,
    maxTokens,
    cacheDir,
    nativeDir,
    allowSoftwareGpu,
  };
  const engine = startEngine(launch(), { type: 'load', load }, 0, limits);
  const stop = () => engine.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    const { loadMs } = await engine.loaded;
    const ask = async (round: number) => {
      const prompt = { history: [], question: promptOf(promptTokens, round), sampling: GREEDY };
      const { stats } = await askOnce(engine, { ...prompt, maxTokens: answerTokens }, signal);
      onAnswer();
      return stats;
    };
    // Weights are repacked, and code is read, with the first.
    await ask(0);
    const before = readThermal();
    const energy = startEnergyMeter();
    const answers: EngineStats[] = [];
    for (let round = 1; round <= rounds; round += 1) answers.push(await ask(round));
    const joules = energy.joules();
    return {
      ...summarise(answers),
      loadMs,
      ...(joules === undefined ? {} : { joulesPerAnswer: joules / rounds }),
      ...heat(before.throttleCount),
    };
  } finally {
    signal.removeEventListener('abort', stop);
    engine.stop();
  }
}

/** Figures of answers at the same length. */
function summarise(answers: readonly EngineStats[]): Omit<ProfileFigures, 'loadMs'> {
  const all = (name: keyof EngineStats) => answers.map((stats) => stats[name]);
  const decode = all('decodeTokensPerSecond');
  return {
    rounds: answers.length,
    promptTokens: Math.round(median(all('promptTokens'))),
    answerTokens: Math.round(median(all('completionTokens'))),
    firstTextMs: percentiles(all('ttftMs')),
    tokenMs: percentiles(decode.filter((speed) => speed > 0).map((speed) => 1000 / speed)),
    prefillTokensPerSecond: median(all('prefillTokensPerSecond')),
    decodeTokensPerSecond: median(decode),
    peakRssBytes: Math.max(...all('peakRssBytes')),
  };
}

function heat(throttledBefore: number | undefined): Pick<ProfileFigures, 'celsius' | 'wasThrottled'> {
  const { celsius, throttleCount } = readThermal();
  return {
    ...(celsius === undefined ? {} : { celsius }),
    ...(throttleCount === undefined || throttledBefore === undefined
      ? {}
      : { wasThrottled: throttleCount > throttledBefore }),
  };
}

function tooLong(contextTokens: number): AppError {
  return new AppError(
    'CONTEXT_FULL',
    `This model holds ${contextTokens} tokens, prompt and answer together.`,
    {
      hint: 'Measure a shorter prompt.',
    },
  );
}
