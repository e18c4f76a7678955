import type { Turn } from './protocol.ts';

export interface FitHistory {
  /** How many turns, from the first on, are left out. */
  leftOut: number;
}

/**
 * Leaves out the first turns of a conversation until the rest has room: whole ones, question and answer together, since a
 * chat template wants them in pairs.
 *
 * @param room tokens that the history may take
 */
export function fitHistory(
  history: readonly Turn[],
  tokensOf: (turn: Turn) => number,
  room: number,
): FitHistory {
  const tokens = history.map(tokensOf);
  let total = tokens.reduce((sum, count) => sum + count, 0);
  let leftOut = 0;
  while (leftOut < history.length && total > room) {
    total -= (tokens[leftOut] ?? 0) + (tokens[leftOut + 1] ?? 0);
    leftOut += 2;
  }
  return { leftOut: Math.min(leftOut, history.length) };
}
