import { type HeardPart, selectWords, wordsOf } from './parts.ts';
import type { Span } from './windows.ts';

/** Shorter phrases do not tell a language; of longer ones the beginning does, which the shortest window holds. */
const MIN_PHRASE_MS = 1_500;
const MOST_ASKED_MS = 4_500;

/** The phrases long enough to tell a language by, the last first, and what of each to listen to. */
export function tellingPhrases(voiced: readonly Span[]): Span[] {
  return voiced
    .filter(({ startMs, endMs }) => endMs - startMs >= MIN_PHRASE_MS)
    .map(({ startMs, endMs }) => ({ startMs, endMs: Math.min(endMs, startMs + MOST_ASKED_MS) }))
    .toReversed();
}

/** The parts with what was heard anew from a time on in the place of their words. */
export function heardFrom(
  parts: readonly HeardPart[],
  fromMs: number,
  found: readonly HeardPart[],
): HeardPart[] {
  const words = parts.flatMap(wordsOf);
  const first = words.findIndex(({ startMs, endMs }) => (startMs + endMs) / 2 >= fromMs);
  const before = selectWords(parts, (index) => first < 0 || index < first).map((part) => ({
    ...part,
    endMs: Math.max(part.startMs, Math.min(part.endMs, fromMs)),
  }));
  return [...before, ...found];
}
