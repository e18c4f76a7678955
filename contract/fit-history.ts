/** Of the context: what is freed when a conversation is too long, so that it is not read anew with every question. */
export const FREED_SHARE = 0.25;

/**
 * How many turns, from the first on, are left out so that the rest has room: whole ones, question and answer together, since a
 * chat template wants them in pairs.
 *
 * @param tokens of each turn
 * @param room tokens that the history may take
 */
export function fitHistory(tokens: readonly number[], room: number): number {
  let total = tokens.reduce((sum, count) => sum + count, 0);
  let leftOut = 0;
  while (leftOut < tokens.length && total > room) {
    total -= (tokens[leftOut] ?? 0) + (tokens[leftOut + 1] ?? 0);
    leftOut += 2;
  }
  return Math.min(leftOut, tokens.length);
}
