import { describe, expect, it } from 'vitest';
import { median, percentiles } from '../../../../core/profile/percentiles.ts';

describe('percentiles', () => {
  // numpy.quantile([15, 20, 35, 40, 50], [.5, .95]) and of 1 to 100.
  it('are those of NumPy', () => {
    expect(percentiles([50, 15, 40, 20, 35])).toEqual({ p50: 35, p95: 48 });
    const { p50, p95 } = percentiles(Array.from({ length: 100 }, (_, i) => i + 1));
    expect([p50, p95]).toEqual([50.5, expect.closeTo(95.05, 9)]);
  });

  it('of one number are that number, of none 0', () => {
    expect(percentiles([7])).toEqual({ p50: 7, p95: 7 });
    expect(percentiles([])).toEqual({ p50: 0, p95: 0 });
    expect(median([4, 1])).toBe(2.5);
  });
});
