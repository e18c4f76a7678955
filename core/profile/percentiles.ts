import type { Percentiles } from '../../contract/profile.ts';

/** The middle of numbers; of an even count the mean of both. 0 for none. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

export function percentiles(numbers: readonly number[]): Percentiles {
  return { p50: quantile(numbers, 0.5), p95: quantile(numbers, 0.95) };
}

/** By linear interpolation between the two nearest (Hyndman and Fan's type 7, as NumPy and R have it). */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? 0;
  return below + (above - below) * (at - Math.floor(at));
}
