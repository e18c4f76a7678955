import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../contract/chat.ts';
import type { AttachedEvent, RunInfo } from '../../../contract/runs.ts';
import { emptyStats } from '../../../core/chat/answer-events.ts';
import { createEventQueue } from '../../../core/event-queue.ts';
import { createRunRegistry } from '../../../core/runs/run-registry.ts';

const STATS = emptyStats('starter');
const DONE: ChatEvent = { type: 'done', reason: 'stop', stats: STATS };
const CANCELLED: ChatEvent = { type: 'done', reason: 'cancelled', stats: STATS };
const delta = (text: string): ChatEvent => ({ type: 'delta', text });
const forEver = () => new AbortController().signal;

/** A registry with one answer, whose events a test gives. */
function withAnswer() {
  const changes: RunInfo[] = [];
  const runs = createRunRegistry((run) => changes.push(run));
  const queue = createEventQueue<ChatEvent>();
  let signal = forEver();
  const runId = runs.start('answer', { chatId: 'chat' }, (given) => {
    signal = given;
    given.addEventListener('abort', () => {
      queue.push(CANCELLED);
      queue.end();
    });
    return queue.iterate();
  });
  return { runs, runId, queue, changes, isAborted: () => signal.aborted };
}

async function textOf(events: AsyncIterable<AttachedEvent>): Promise<string> {
  let text = '';
  for await (const told of events)
    if (told.type === 'answer' && told.event.type === 'delta') text += told.event.text;
  return text;
}

describe('a run', () => {
  it('goes on when nobody watches it any more', async () => {
    const { runs, runId, queue, isAborted } = withAnswer();
    const leaving = new AbortController();
    const first = textOf(runs.attach(runId, 0, leaving.signal));
    queue.push(delta('a'));
    leaving.abort();
    await first;
    expect(isAborted()).toBe(false);
    queue.push(delta('b'));
    queue.push(DONE);
    queue.end();
    expect(await textOf(runs.attach(runId, 0, forEver()))).toBe('ab');
  });

  it('tells every watcher all of it, whenever they come', async () => {
    const { runs, runId, queue } = withAnswer();
    const early = textOf(runs.attach(runId, 0, forEver()));
    queue.push(delta('one '));
    await new Promise(setImmediate);
    const late = textOf(runs.attach(runId, 0, forEver()));
    queue.push(delta('two'));
    queue.push(DONE);
    queue.end();
    expect(await Promise.all([early, late])).toEqual(['one two', 'one two']);
    expect(await textOf(runs.attach(runId, 0, forEver()))).toBe('one two');
  });

  it('is told from the event on that a watcher names', async () => {
    const { runs, runId, queue } = withAnswer();
    for (const text of ['a', 'b', 'c']) queue.push(delta(text));
    queue.push(DONE);
    queue.end();
    expect(await textOf(runs.attach(runId, 2, forEver()))).toBe('c');
  });

  it('ends when it is cancelled, and its cancelling waits for that', async () => {
    const { runs, runId, isAborted } = withAnswer();
    await runs.cancel(runId);
    expect(isAborted()).toBe(true);
    expect(runs.list()).toEqual([]);
    const told = [];
    for await (const event of runs.attach(runId, 0, forEver())) told.push(event);
    expect(told).toEqual([{ type: 'answer', sequence: 0, event: CANCELLED }]);
  });

  it('that fails says so as its last event', async () => {
    const runs = createRunRegistry(() => undefined);
    const runId = runs.start('answer', {}, () => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('secret')) }),
    }));
    const told = [];
    for await (const event of runs.attach(runId, 0, forEver())) told.push(event);
    expect(told).toMatchObject([{ event: { type: 'failed', error: { code: 'INTERNAL' } } }]);
  });

  it('is announced when it begins and when it ends', async () => {
    const { runs, runId, changes } = withAnswer();
    const run = { runId, kind: 'answer', chatId: 'chat', state: 'running', isPaused: false, next: 0 };
    expect(runs.list()).toEqual([run]);
    await runs.cancel(runId);
    expect(changes.map(({ state }) => state)).toEqual(['running', 'ended']);
  });

  it('that has ended is forgotten for a lock, and one that has not is not', async () => {
    const ended = withAnswer();
    await ended.runs.cancel(ended.runId);
    ended.runs.forgetEnded();
    await expect(textOf(ended.runs.attach(ended.runId, 0, forEver()))).rejects.toMatchObject({
      code: 'RUN_UNKNOWN',
    });
    const { runs, runId, queue } = withAnswer();
    runs.forgetEnded();
    queue.push(DONE);
    queue.end();
    expect(await textOf(runs.attach(runId, 0, forEver()))).toBe('');
  });

  it('does not stay for ever once it has ended', async () => {
    const runs = createRunRegistry(() => undefined);
    const start = () => runs.start('answer', {}, () => createEnded());
    const first = start();
    for (let i = 0; i < 100; i += 1) start();
    await new Promise(setImmediate);
    await expect(textOf(runs.attach(first, 0, forEver()))).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });
});

async function* createEnded(): AsyncGenerator<ChatEvent> {
  yield DONE;
}
