import type { ChatCase, ProfileFigures } from '../../contract/profile.ts';
import { askOnce, GREEDY } from '../engine/ask-once.ts';
import type { EngineStats } from '../engine/protocol.ts';
import { AppError } from '../errors.ts';
import type { LoadableModel } from '../models/model-library.ts';
import { type EngineToMeasure, measureEngine } from './measured-engine.ts';
import { median, percentiles } from './percentiles.ts';
import { promptOf } from './prompt-text.ts';

export interface ChatPlaces {
  nativeDir: string;
  cacheDir: string;
  /** Tests run the GPU's path on a software adapter. */
  allowSoftwareGpu?: boolean;
}

/**
 * Measures one model that answers on one device at one length.
 *
 * @throws AppError why it could not be measured.
 */
export async function measureChat(
  { model, path }: Pick<LoadableModel, 'model' | 'path'>,
  { device: backend, threads, promptTokens }: ChatCase,
  answerTokens: number,
  { nativeDir, cacheDir, allowSoftwareGpu }: ChatPlaces,
  process: Omit<EngineToMeasure, 'load'>,
): Promise<ProfileFigures> {
  const maxTokens = model.contextTokens;
  if (promptTokens + answerTokens > maxTokens) throw tooLong(maxTokens);
  const load = { modelPath: path, backend, threads, maxTokens, cacheDir, nativeDir, allowSoftwareGpu };
  const { answers, figures } = await measureEngine(
    { ...process, load: { type: 'load', load } },
    async (engine, round) => {
      const prompt = { history: [], question: promptOf(promptTokens, round), sampling: GREEDY };
      return (await askOnce(engine, { ...prompt, maxTokens: answerTokens }, process.signal)).stats;
    },
  );
  return { ...figures, ...summarise(answers) };
}

/** Figures of answers at the same length. */
function summarise(answers: readonly EngineStats[]) {
  const all = (name: keyof EngineStats) => answers.map((stats) => stats[name]);
  const decode = all('decodeTokensPerSecond');
  return {
    promptTokens: Math.round(median(all('promptTokens'))),
    answerTokens: Math.round(median(all('completionTokens'))),
    firstTextMs: percentiles(all('ttftMs')),
    tokenMs: percentiles(decode.filter((speed) => speed > 0).map((speed) => 1000 / speed)),
    prefillTokensPerSecond: median(all('prefillTokensPerSecond')),
    decodeTokensPerSecond: median(decode),
    peakRssBytes: Math.max(...all('peakRssBytes')),
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
