/** Types of ratios.mjs, for the tests. */
interface Beside {
  before: { decodeTokensPerSecond: number };
  after: { decodeTokensPerSecond: number };
}
export function unrest(samples: Beside[]): number;
