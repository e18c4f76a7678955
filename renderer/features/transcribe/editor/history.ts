import type { Draft } from './draft.ts';

/** Steps that can be undone, and those that were. */
export interface History {
  past: Draft[];
  future: Draft[];
  /** What the last step did; the same again, soon after, belongs to it: nobody undoes letter by letter. */
  lastStep: { name: string; atMs: number } | undefined;
}

export const EMPTY_HISTORY: History = { past: [], future: [], lastStep: undefined };

const MAX_STEPS = 200;
const SAME_STEP_MS = 1_000;

/** The history after a draft was changed. @param name steps of one name follow each other as one; undefined never. */
export function afterStep(history: History, before: Draft, name: string | undefined, nowMs: number): History {
  const { past, lastStep } = history;
  const joins = name !== undefined && lastStep?.name === name && nowMs - lastStep.atMs < SAME_STEP_MS;
  return {
    past: joins ? past : [...past, before].slice(-MAX_STEPS),
    future: [],
    lastStep: name === undefined ? undefined : { name, atMs: nowMs },
  };
}

export function undone(history: History, now: Draft): { draft: Draft; history: History } | undefined {
  const draft = history.past.at(-1);
  if (draft === undefined) return undefined;
  const { past, future } = history;
  return { draft, history: { past: past.slice(0, -1), future: [...future, now], lastStep: undefined } };
}

export function redone(history: History, now: Draft): { draft: Draft; history: History } | undefined {
  const draft = history.future.at(-1);
  if (draft === undefined) return undefined;
  const { past, future } = history;
  return { draft, history: { past: [...past, now], future: future.slice(0, -1), lastStep: undefined } };
}

/** Something came that no undoing may take away, such as the next segment of a running transcription. */
export function inEveryStep(history: History, change: (draft: Draft) => Draft): History {
  if (history.past.length + history.future.length === 0) return history;
  return { ...history, past: history.past.map(change), future: history.future.map(change) };
}
