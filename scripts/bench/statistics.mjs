/** The middle value; the mean of the two middle ones for an even count. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Nearest-rank percentile, p from 0 to 1. */
export function percentile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}

/** Median, least and greatest of a column. */
export function summarise(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), runs: values.length };
}

/** Figures of one answer from the times at which its pieces came. Times in milliseconds. */
export function figuresOf({ startedAt, pieces, tokens, promptTokens }) {
  const first = pieces[0] ?? startedAt;
  const last = pieces.at(-1) ?? first;
  return {
    ttftMs: first - startedAt,
    decodeTokensPerSecond: last > first ? ((tokens - 1) * 1000) / (last - first) : 0,
    // The first token's own computation is part of it, for every contender alike.
    prefillTokensPerSecond: first > startedAt ? (promptTokens * 1000) / (first - startedAt) : 0,
    tokens,
    promptTokens,
  };
}
