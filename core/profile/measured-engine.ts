import type { ProfileFigures } from '../../contract/profile.ts';
import { ENGINE_LIMITS, type Engine, type EngineLimits, startEngine } from '../engine/engine.ts';
import type { EngineLoadMessage } from '../engine/protocol.ts';
import type { ProcessLauncher } from '../process/process-handle.ts';
import { startEnergyMeter } from '../system/energy.ts';
import { readThermal } from '../system/thermal.ts';

export interface EngineToMeasure {
  launch: ProcessLauncher;
  limits?: EngineLimits;
  load: EngineLoadMessage;
  rounds: number;
  /** Called after every answer, with the first, which is not counted. */
  onAnswer: () => void;
  signal: AbortSignal;
}

/** What is measured of every engine, whatever it does. */
export type EngineFigures = Pick<
  ProfileFigures,
  'rounds' | 'loadMs' | 'joulesPerAnswer' | 'celsius' | 'wasThrottled'
>;

/**
 * Answers of one engine in a process of its own, since what it has read before makes it slower.
 *
 * @param ask asks once; rounds count from 1, and 0 is the answer that is not counted: weights are repacked and code is
 * read with it
 * @throws AppError what the engine failed with; whatever `ask` throws.
 */
export async function measureEngine<T>(
  { launch, limits = ENGINE_LIMITS, load, rounds, onAnswer, signal }: EngineToMeasure,
  ask: (engine: Engine, round: number) => Promise<T>,
): Promise<{ answers: T[]; figures: EngineFigures }> {
  const engine = startEngine(launch(), load, 0, limits);
  const stop = () => engine.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    const { loadMs } = await engine.loaded;
    const answer = async (round: number) => {
      const answered = await ask(engine, round);
      onAnswer();
      return answered;
    };
    await answer(0);
    const before = readThermal();
    const energy = startEnergyMeter();
    const answers: T[] = [];
    for (let round = 1; round <= rounds; round += 1) answers.push(await answer(round));
    const joules = energy.joules();
    const joulesPerAnswer = joules === undefined ? {} : { joulesPerAnswer: joules / rounds };
    return { answers, figures: { rounds, loadMs, ...joulesPerAnswer, ...heatSince(before.throttleCount) } };
  } finally {
    signal.removeEventListener('abort', stop);
    engine.stop();
  }
}

function heatSince(throttledBefore: number | undefined): Pick<EngineFigures, 'celsius' | 'wasThrottled'> {
  const { celsius, throttleCount } = readThermal();
  return {
    ...(celsius === undefined ? {} : { celsius }),
    ...(throttleCount === undefined || throttledBefore === undefined
      ? {}
      : { wasThrottled: throttleCount > throttledBefore }),
  };
}
