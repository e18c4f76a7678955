import { describe, expect, it } from 'vitest';
import type { Draft } from '../../../../renderer/features/transcribe/editor/draft.ts';
import {
  afterStep,
  EMPTY_HISTORY,
  inEveryStep,
  redone,
  undone,
} from '../../../../renderer/features/transcribe/editor/history.ts';

const draft = (name: string): Draft => ({ segments: [], speakers: [{ id: name, name }] });

describe('the history of a transcript', () => {
  it('undoes step by step and does again', () => {
    let history = afterStep(EMPTY_HISTORY, draft('a'), undefined, 0);
    history = afterStep(history, draft('b'), undefined, 1);
    const first = undone(history, draft('c'));
    expect(first?.draft).toEqual(draft('b'));
    const second = first && undone(first.history, first.draft);
    expect(second?.draft).toEqual(draft('a'));
    expect(second && undone(second.history, second.draft)).toBeUndefined();
    const again = second && redone(second.history, second.draft);
    expect(again?.draft).toEqual(draft('b'));
    expect(again && redone(again.history, again.draft)?.draft).toEqual(draft('c'));
  });

  it('takes letters that follow each other soon for one step, and nothing else', () => {
    let history = afterStep(EMPTY_HISTORY, draft('a'), 'text 1', 0);
    history = afterStep(history, draft('b'), 'text 1', 500);
    expect(history.past).toHaveLength(1);
    expect(afterStep(history, draft('c'), 'text 2', 600).past).toHaveLength(2);
    expect(afterStep(history, draft('c'), 'text 1', 5_000).past).toHaveLength(2);
    expect(afterStep(history, draft('c'), undefined, 600).past).toHaveLength(2);
  });

  it('forgets what was undone once something else is done', () => {
    const back = undone(afterStep(EMPTY_HISTORY, draft('a'), undefined, 0), draft('b'));
    const history = back && afterStep(back.history, back.draft, undefined, 1);
    expect(history && redone(history, draft('x'))).toBeUndefined();
  });

  it('keeps what came meanwhile in every step', () => {
    const back = undone(
      afterStep(afterStep(EMPTY_HISTORY, draft('a'), undefined, 0), draft('b'), undefined, 1),
      draft('c'),
    );
    const history =
      back &&
      inEveryStep(back.history, (one) => ({ ...one, speakers: [...one.speakers, { id: 'n', name: 'n' }] }));
    expect(history?.past[0]?.speakers).toHaveLength(2);
    expect(history?.future[0]?.speakers).toHaveLength(2);
  });
});
