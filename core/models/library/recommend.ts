import type { Fit, Task } from '../../../contract/library.ts';

interface Candidate {
  id: string;
  task: Task;
  runnable: boolean;
  /** Larger is better. */
  quality: number;
  fit: Fit | undefined;
  /** On the disk already. */
  isHere: boolean;
}

/** The one to take for a task on this machine: the best that fits, else the best that is tight. */
export function recommend(candidates: readonly Candidate[], task: Task): string | undefined {
  const possible = candidates.filter((one) => one.task === task && one.runnable);
  const best = (verdict: Fit['verdict']) =>
    possible
      .filter((one) => one.fit?.verdict === verdict)
      // Of equals, the one that need not be fetched.
      .sort((a, b) => b.quality - a.quality || Number(b.isHere) - Number(a.isHere))[0]?.id;
  return best('fits') ?? best('tight');
}
