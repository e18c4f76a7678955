import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseEvents, ROOT } from '../support/run-cli.ts';

const CLI = join(ROOT, 'out', 'main', 'cli.cjs');
const SPEECH = join(ROOT, 'test', 'native', 'fixtures', 'speech', 'amiable.wav');
const STORY = 'Write a very long story about the sea.';

interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs the terminal client as the leader of a group of its own, as a shell does, and signals the whole group. */
async function interruptGroup(
  args: string[],
  signal: NodeJS.Signals,
  when: (stdout: () => string, isOver: () => boolean) => Promise<void>,
): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (status, by) => resolve({ status, signal: by, stdout, stderr })),
  );
  await Promise.race([
    when(
      () => stdout,
      () => child.exitCode !== null || child.signalCode !== null,
    ),
    ended,
  ]);
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  return ended;
}

const afterMs = (ms: number) => () => delay(ms).then(() => undefined);
const onceItWrites =
  (text: string) =>
  async (stdout: () => string, isOver: () => boolean): Promise<void> => {
    while (!isOver() && !stdout().includes(text)) await delay(5);
  };

function expectCancelled({ status, signal, stdout, stderr }: Ended): void {
  // Before the program has begun to listen, the system ends it: no work was begun.
  if (signal !== null) expect(stdout + stderr).toBe('');
  else expect(status).toBe(130);
  const failures = parseEvents(stdout).filter(({ type }) => type === 'failed');
  expect(failures).toEqual([]);
  expect(stderr).not.toMatch(/ENGINE_|MODEL_|verify/i);
}

describe('Ctrl-C to the whole group of a terminal', () => {
  it.each([100, 250, 400, 700, 1000])(
    'ends a chat as cancelled, also while it loads: after %i ms',
    async (ms) => {
      expectCancelled(await interruptGroup(['chat', '--json', STORY], 'SIGINT', afterMs(ms)));
    },
  );

  it('ends a chat in the middle of an answer, whose figures the engine still tells', async () => {
    const ended = await interruptGroup(['chat', '--json', STORY], 'SIGINT', onceItWrites('"delta"'));
    expectCancelled(ended);
    expect(parseEvents(ended.stdout).at(-1)).toMatchObject({
      type: 'done',
      reason: 'cancelled',
      stats: { completionTokens: expect.toSatisfy((count: number) => count > 0) },
    });
  });

  it.each([150, 400, 800, 1500])(
    'ends a transcription as cancelled, also while it loads: after %i ms',
    async (ms) => {
      const args = ['transcribe', '--json', ...Array<string>(60).fill(SPEECH)];
      expectCancelled(await interruptGroup(args, 'SIGINT', afterMs(ms)));
    },
  );

  it('ends a benchmark as cancelled', async () => {
    const args = ['bench', 'smollm2-135m-instruct', '--json'];
    expectCancelled(await interruptGroup(args, 'SIGINT', onceItWrites('"progress"')));
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('is the same as %s', async (signal) => {
    expectCancelled(await interruptGroup(['chat', '--json', STORY], signal, onceItWrites('"delta"')));
  });
});
