import { expect, test } from 'vitest';
import { runChild } from './fixtures/run-child.ts';

const clean = { status: 0, signal: null };

test('a worker thread and the main thread each have an environment of their own', async () => {
  const result = await runChild('environments.ts', ['two']);
  expect(result).toMatchObject(clean);
  expect(JSON.parse(result.stdout)).toEqual({ main: true, workers: [true, true], foreign: 'DEAD_HANDLE' });
}, 60_000);

test('terminating a worker in the middle of an answer harms nobody', async () => {
  const result = await runChild('environments.ts', ['terminate']);
  expect(result).toMatchObject(clean);
  expect(JSON.parse(result.stdout)).toEqual({ terminated: 6, main: true });
}, 90_000);

test('the process may end in the middle of an answer', async () => {
  const result = await runChild('environments.ts', ['exit']);
  expect(result).toMatchObject({ status: 7, signal: null });
}, 60_000);

test('the process ends by itself with an engine left open', async () => {
  expect(await runChild('environments.ts', ['leave'])).toMatchObject(clean);
}, 60_000);
