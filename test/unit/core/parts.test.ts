import { describe, expect, it } from 'vitest';
import { exitStatusOf } from '../../../cli/exit-status.ts';
import { errorCodes } from '../../../contract/errors.ts';
import { createRequestQueue } from '../../../core/engine/request-queue.ts';
import { createStderrTail } from '../../../core/engine/stderr-reasons.ts';
import { AppError, toErrorInfo } from '../../../core/errors.ts';
import { readLlmMetadata } from '../../../core/models/container/llm-metadata.ts';
import { createRestartBudget } from '../../../core/process/restart-budget.ts';
import { countPhysicalCores } from '../../../core/system/physical-cores.ts';

const live = () => new AbortController().signal;

describe('createRequestQueue', () => {
  it('lets one in at a time, in order, and forgets who gave up', async () => {
    const queue = createRequestQueue();
    const order: string[] = [];
    const leave = await queue.enter(live());
    const abort = new AbortController();
    const gaveUp = queue.enter(abort.signal).catch(() => order.push('gave up'));
    const second = queue.enter(live()).then((leaveSecond) => {
      order.push('second');
      return leaveSecond;
    });
    const third = queue.enter(live()).then(() => order.push('third'));
    abort.abort();
    await gaveUp;
    // Given back twice by mistake, a turn must not let two in.
    leave();
    leave();
    const leaveSecond = await second;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(order).toEqual(['gave up', 'second']);
    leaveSecond();
    await third;
    expect(order).toEqual(['gave up', 'second', 'third']);
  });

  it('refuses more than can be meant', async () => {
    const queue = createRequestQueue();
    await queue.enter(live());
    for (let i = 0; i < 8; i += 1) void queue.enter(live());
    await expect(queue.enter(live())).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
  });
});

describe('createRestartBudget', () => {
  it('allows three deaths in five minutes, and forgets old ones', () => {
    let now = 0;
    const budget = createRestartBudget(() => now);
    for (let i = 0; i < 3; i += 1) budget.died();
    expect(budget.left).toBe(true);
    budget.died();
    expect(budget.left).toBe(false);
    now = 5 * 60_000 + 1;
    expect(budget.left).toBe(true);
  });
});

describe('createStderrTail', () => {
  it('finds the known reasons, also across pieces, and bounds what it keeps', () => {
    const tail = createStderrTail();
    expect(tail.reason()).toBeUndefined();
    tail.add('ERROR: No adap');
    tail.add('ters found\n');
    expect(tail.reason()).toContain('graphics adapter');
    tail.add('x'.repeat(100_000));
    expect(tail.reason()).toBeUndefined();
  });
});

describe('errors', () => {
  it('keep what is unknown out of the user’s sight', () => {
    const info = toErrorInfo(new Error('secret /home/user/prompt'));
    expect(info.code).toBe('INTERNAL');
    expect(JSON.stringify(info)).not.toContain('secret');
    expect(toErrorInfo(new AppError('TEXT_EMPTY', 'a', { hint: 'b' }))).toEqual({
      code: 'TEXT_EMPTY',
      message: 'a',
      hint: 'b',
    });
  });

  it('each have an exit status that is no success', () => {
    for (const code of errorCodes) expect(exitStatusOf(code), code).toBeGreaterThan(0);
  });
});

describe('readLlmMetadata', () => {
  it('reads the fields it knows and refuses lengths beyond the end', () => {
    expect(readLlmMetadata(Uint8Array.of(0x28, 0x80, 0x10))).toEqual({ maxTokens: 2048, hasTemplate: false });
    expect(() => readLlmMetadata(Uint8Array.of(0x3a, 0x7f, 0x61))).toThrow(RangeError);
    for (const wire of [1, 5])
      expect(() => readLlmMetadata(Uint8Array.of(0x28 + wire, 0x61))).toThrow(RangeError);
    expect(() => readLlmMetadata(Uint8Array.of(0xff))).toThrow(RangeError);
    expect(() => readLlmMetadata(new Uint8Array(20).fill(0xff))).toThrow(RangeError);
  });
});

describe('countPhysicalCores', () => {
  it('finds at least one', () => {
    expect(countPhysicalCores()).toBeGreaterThan(0);
  });
});
