import { UNSPACED_LANGUAGES } from '../../../../contract/unspaced-languages.ts';
import { keep } from '../job-actions.ts';
import { changeJob, jobOf } from '../transcribe-store.ts';
import { type Draft, mergeWithPrevious, split } from './draft.ts';
import { afterStep, redone, undone } from './history.ts';

/** Where the caret belongs after an edit. */
export interface CaretPlace {
  segmentId: string;
  offset: number;
}

/**
 * Changes a transcript as one step that can be undone.
 *
 * @param name steps of one name that follow each other soon are one; without it each stands alone.
 */
export function edit(jobId: string, change: (draft: Draft) => Draft, name?: string): void {
  changeJob(jobId, ({ draft, history }) => {
    const changed = change(draft);
    if (changed === draft) return {};
    return { draft: changed, history: afterStep(history, draft, name, performance.now()) };
  });
  keep(jobId);
}

export function undo(jobId: string): void {
  changeJob(jobId, ({ draft, history }) => undone(history, draft) ?? {});
  keep(jobId);
}

export function redo(jobId: string): void {
  changeJob(jobId, ({ draft, history }) => redone(history, draft) ?? {});
  keep(jobId);
}

export function splitAt(jobId: string, segmentId: string, offset: number): CaretPlace | undefined {
  const newId = crypto.randomUUID();
  edit(jobId, (draft) => split(draft, segmentId, offset, newId));
  const isSplit = jobOf(jobId)?.draft.segments.some(({ id }) => id === newId);
  return isSplit === true ? { segmentId: newId, offset: 0 } : undefined;
}

export function mergeUp(jobId: string, segmentId: string): CaretPlace | undefined {
  const job = jobOf(jobId);
  if (job === undefined) return undefined;
  const space = UNSPACED_LANGUAGES.has(job.language ?? '') ? '' : ' ';
  const merged = mergeWithPrevious(job.draft, segmentId, space);
  if (merged === undefined) return undefined;
  edit(jobId, () => merged.draft);
  return { segmentId: merged.into, offset: merged.offset };
}
