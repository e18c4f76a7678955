import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHostQuestions } from '../../../core/host-questions.ts';

describe('what core asks its host', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is answered each for itself, in any order', async () => {
    const asked: number[] = [];
    const questions = createHostQuestions((id) => asked.push(id));
    const proxy = questions.ask({ kind: 'proxy', url: 'https://hub.example/' });
    const token = questions.ask({ kind: 'hub-token', origin: 'https://hub.example' });
    questions.take(asked[1] ?? 0, 'secret');
    questions.take(asked[0] ?? 0, undefined);
    questions.take(99, 'for nobody');
    expect(await Promise.all([proxy, token])).toEqual([undefined, 'secret']);
  });

  it('is given up when the host says nothing', async () => {
    const questions = createHostQuestions(() => undefined);
    const silent = questions.ask({ kind: 'hub-token', origin: 'https://hub.example' });
    vi.advanceTimersByTime(120_000);
    expect(await silent).toBeUndefined();
  });
});
