import type { DecodeResult } from '../../../native/binding-types.ts';
import type { TokenStretch } from './segments.ts';
import type { TokenText } from './token-text.ts';
import type { TimedToken } from './words.ts';

/**
 * Times of tokens, by their index in the result, for a model that does not tell when it hears a word: the time of a
 * stretch is shared out by the length of the text. Close for a sentence, and never beyond it.
 */
export function sharedTimes(
  result: DecodeResult,
  stretches: readonly TokenStretch[],
  text: TokenText,
): Map<number, TimedToken> {
  const times = new Map<number, TimedToken>();
  for (const { startMs, endMs, indices } of stretches) {
    const lengths = indices.map((index) => Math.max(1, text.decode([result.tokens[index] ?? 0]).length));
    const total = lengths.reduce((sum, length) => sum + length, 0);
    let before = 0;
    for (const [at, index] of indices.entries()) {
      const share = (length: number) => Math.round(startMs + ((endMs - startMs) * length) / total);
      const next = before + (lengths[at] ?? 0);
      times.set(index, {
        token: result.tokens[index] ?? 0,
        startMs: share(before),
        endMs: Math.min(endMs, share(next)),
        logProbability: result.logProbabilities[index] ?? 0,
      });
      before = next;
    }
  }
  return times;
}
