/** Types of ratios.mjs, for the tests. */
interface Beside {
  before: { decodeTokensPerSecond: number };
  after: { decodeTokensPerSecond: number };
}
export function unrest(samples: Beside[]): number;
export function summarise(
  samples: object[],
  loads: { own: number[]; yardstick: number[] },
): { ratios: Record<string, number>; figures: Record<string, number> };
