import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { leaveWhenLocked } from '../../../core/process/leave-when-locked.ts';
import { watchRouter } from '../../../core/process/watched-router.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const state = { isIdle: true, isSafe: true };
  const leave = vi.fn();
  const follow = leaveWhenLocked({ isIdle: () => state.isIdle, isSafe: () => state.isSafe, leave });
  return { state, leave, follow };
}

it('core leaves once Sotto was locked and nobody wants anything', () => {
  const { leave, follow } = setUp();
  follow({ state: 'open' });
  vi.advanceTimersByTime(60_000);
  expect(leave).not.toHaveBeenCalled();
  follow({ state: 'locked' });
  vi.advanceTimersByTime(10_000);
  expect(leave).toHaveBeenCalledOnce();
});

it('core that was locked from the start stays', () => {
  const { leave, follow } = setUp();
  follow({ state: 'locked' });
  vi.advanceTimersByTime(60_000);
  expect(leave).not.toHaveBeenCalled();
});

it.each(['isIdle', 'isSafe'] as const)(
  'core stays locked for as long as it must, and leaves then: %s',
  (name) => {
    const { state, leave, follow } = setUp();
    follow({ state: 'open' });
    state[name] = false;
    follow({ state: 'locked' });
    vi.advanceTimersByTime(3_600_000);
    expect(leave).not.toHaveBeenCalled();
    state[name] = true;
    vi.advanceTimersByTime(10_000);
    expect(leave).toHaveBeenCalledOnce();
  },
);

it('core that is unlocked meanwhile stays', () => {
  const { leave, follow } = setUp();
  follow({ state: 'open' });
  follow({ state: 'locked' });
  vi.advanceTimersByTime(300);
  follow({ state: 'open' });
  vi.advanceTimersByTime(60_000);
  expect(leave).not.toHaveBeenCalled();
});

it('a recording that runs is work, to its end', async () => {
  vi.useRealTimers();
  let end = () => {};
  const recording = new Promise<void>((resolve) => {
    end = resolve;
  });
  const router = watchRouter({
    call: async () => ({ ok: true, value: undefined }),
    async *open() {
      yield 'started';
      await recording;
    },
  });
  const events = router.open('speech.record', {}, new AbortController().signal)[Symbol.asyncIterator]();
  expect((await events.next()).value).toBe('started');
  expect(router.isIdle).toBe(false);
  end();
  await events.next();
  expect(router.isIdle).toBe(true);
});
