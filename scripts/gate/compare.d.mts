/** Types of compare.mjs, for the tests. */
export interface Measured {
  accuracy?: Record<string, unknown>;
  ratios?: Record<string, number>;
}
export interface Finding {
  kind: 'limit' | 'drift' | 'slower' | 'missing';
  model: string;
  figure: string;
  sentence: string;
  measured?: number;
  expected?: number;
}
export interface Baseline {
  accuracy: Record<string, Record<string, number>>;
  speed: Record<string, { ratios: Record<string, Record<string, number>> }>;
}
export const ALLOWED_LOSS: number;
export function compare(
  measured: Record<string, Measured>,
  baseline: Baseline,
  machineClass: string,
): Finding[];
