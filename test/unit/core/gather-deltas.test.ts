import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gatherDeltas } from '../../../core/engine/gather-deltas.ts';
import type { EngineEvent } from '../../../core/engine/protocol.ts';

const failed: EngineEvent = { type: 'failed', error: { code: 'INTERNAL', message: '' } };

/** What was told, a delta by its text. */
function createListener() {
  const told: string[] = [];
  return {
    told,
    tell: gatherDeltas((event) => told.push(event.type === 'delta' ? event.text : event.type)),
  };
}

const delta = (text: string): EngineEvent => ({ type: 'delta', text });

describe('text on its way out of the engine process', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('does not make the first piece wait', () => {
    const { told, tell } = createListener();
    tell(delta('The'));
    expect(told).toEqual(['The']);
  });

  it('joins what comes soon after, and tells it when its time has come', () => {
    const { told, tell } = createListener();
    for (const text of ['The', ' capital', ' of', ' France']) tell(delta(text));
    expect(told).toEqual(['The']);
    vi.advanceTimersByTime(39);
    expect(told).toEqual(['The']);
    vi.advanceTimersByTime(2);
    expect(told).toEqual(['The', ' capital of France']);
  });

  it('lets a slow model through piece by piece', () => {
    const { told, tell } = createListener();
    for (const [index, text] of ['one', 'two', 'three'].entries()) {
      tell(delta(text));
      expect(told).toHaveLength(index + 1);
      vi.advanceTimersByTime(50);
    }
    expect(told).toEqual(['one', 'two', 'three']);
  });

  it('tells all that is left before the end, and nothing after it', () => {
    const { told, tell } = createListener();
    for (const text of ['a', 'b', 'c']) tell(delta(text));
    tell(failed);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual(['a', 'bc', 'failed']);
  });
});
