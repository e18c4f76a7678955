import { AppError, fromInfo } from '../errors.ts';
import type { Engine } from './engine.ts';
import type { EnginePrompt, EngineStats } from './protocol.ts';

/** Nothing is chosen by chance, and nothing keeps a model from repeating itself: both would differ from run to run. */
export const GREEDY = { temperature: 0, topK: 1, topP: 1, repetitionPenalty: 1 };

/**
 * A whole answer with its figures, for measuring.
 *
 * @throws AppError why there is none: what the engine failed with, or INTERNAL.
 */
export async function askOnce(
  engine: Engine,
  prompt: EnginePrompt,
  signal: AbortSignal,
): Promise<{ text: string; stats: EngineStats }> {
  let text = '';
  for await (const event of engine.generate(prompt, signal)) {
    if (event.type === 'delta') text += event.text;
    else if (event.type === 'failed') throw fromInfo(event.error);
    else if (event.type === 'done') return { text, stats: event.stats };
  }
  throw new AppError('INTERNAL', 'It gave no answer.');
}
