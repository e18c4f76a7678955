import { expect, it } from 'vitest';
import { createTranscriptionQueue } from '../../../../core/speech/transcription-queue.ts';

const forEver = () => new AbortController().signal;
const rest = () => new Promise(setImmediate);

it('transcriptions have their turns in order, as many as there are', async () => {
  const queue = createTranscriptionQueue();
  const done: number[] = [];
  await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const leave = await queue.enter(forEver());
      expect(queue.isTaken).toBe(true);
      await rest();
      done.push(i);
      leave();
    }),
  );
  expect(done).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(queue.isTaken).toBe(false);
});

it('no transcription begins while somebody records or dictates', async () => {
  const queue = createTranscriptionQueue();
  const releases = [queue.hold(), queue.hold()];
  let hasBegun = false;
  const turn = queue.enter(forEver()).then(() => {
    hasBegun = true;
  });
  releases[0]?.();
  // A second time is without effect.
  releases[0]?.();
  await rest();
  expect(hasBegun).toBe(false);
  releases[1]?.();
  await turn;
});

it('a transcription that is cancelled while it waits takes no turn', async () => {
  const queue = createTranscriptionQueue();
  const leave = await queue.enter(forEver());
  const abort = new AbortController();
  const cancelled = queue.enter(abort.signal);
  const next = queue.enter(forEver());
  abort.abort(new Error('stopped'));
  await expect(cancelled).rejects.toThrow('stopped');
  leave();
  (await next)();
  expect(queue.isTaken).toBe(false);
});
