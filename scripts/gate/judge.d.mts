/** Types of judge.mjs, for the tests. */
type Ratios = Record<string, number>;
type Measure = (names: string[]) => Promise<Map<string, { ratios: Ratios; figures: object }>>;
export function measureFairly(
  measure: Measure,
  names: string[],
  expected: Record<string, Ratios>,
): Promise<Map<string, { ratios: Ratios; attempts: number }>>;
export function measureForRecord(
  measure: Measure,
  names: string[],
): Promise<{ ratios: Record<string, Ratios>; spread: Record<string, Ratios> }>;
