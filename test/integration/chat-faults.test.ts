import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readBack } from '../support/chats-written.ts';
import { withTempDir } from '../support/models.ts';

const IS_FULL = process.env.SOTTO_FAULTS === 'full';
const POINTS = IS_FULL ? 1000 : 60;
/** From a file that takes nothing to one that takes so many kilobytes, evenly. */
const MOST_KB = 600;
const AT_ONCE = 2;
const FIXTURES = join(import.meta.dirname, '../fixtures');
const CHILD = join(FIXTURES, 'chat-child.ts');
/** A writer that no fault has ended writes so many messages, and makes a backup every 25 or so, and is done. */
const MESSAGES = IS_FULL ? 400 : 60;

/** Lines of a writer of chats: what it acknowledged, between "open" and how it ended. */
async function linesOf(program: string, args: string[], env = {}): Promise<string[]> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await new Promise<void>((resolve) => child.on('close', () => resolve()));
  return text.trimEnd().split('\n');
}

const nodeArgs = (dir: string, seed: number, ...more: string[]) => [
  '--disable-warning=ExperimentalWarning',
  CHILD,
  dir,
  String(seed),
  ...more,
];

/** A writer whose files can grow to so many kilobytes only: the write beyond that fails, whichever it is. */
function writeUntilFull(dir: string, seed: number, limitKb: number): Promise<string[]> {
  const script = 'trap "" XFSZ; ulimit -f "$1"; shift; exec "$@"';
  return linesOf('bash', ['-c', script, 'bash', String(limitKb), process.execPath, ...nodeArgs(dir, seed)]);
}

/** What a writer told is kept, once each, in a database that is whole. @returns what it acknowledged */
async function expectWhole(dir: string, lines: string[]): Promise<string[]> {
  const told = lines.slice(1, -1);
  // Where not even the key could be kept, nothing may be written that it would open.
  if (!existsSync(join(dir, 'vault.json'))) {
    expect(existsSync(join(dir, 'sotto.db'))).toBe(false);
    return told;
  }
  const { check, texts } = await readBack(dir);
  expect(check).toBe('ok');
  const kept = new Set(texts);
  expect(told.filter((one) => !kept.has(one))).toEqual([]);
  expect(kept.size).toBe(texts.length);
  return told;
}

/** Two at a time: a processor has two cores at least. */
async function forEach<T>(cases: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < cases.length) {
      const one = cases[next] as T;
      next += 1;
      await work(one);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

describe.runIf(process.platform !== 'win32')('a disk that is full', () => {
  it(`at ${POINTS} points is a clear error, and what was acknowledged is whole`, {
    timeout: 30 * 60_000,
  }, async () => {
    let acknowledged = 0;
    const ends = new Set<string>();
    await forEach([...Array(POINTS).keys()], (point) =>
      withTempDir(async (dir) => {
        const lines = await writeUntilFull(dir, point, Math.round((point * MOST_KB) / POINTS));
        const last = lines.at(-1) ?? '';
        expect(last).toMatch(/^(problem|failed) (DISK_FULL|FILE_UNWRITABLE)$/);
        ends.add(last);
        acknowledged += (await expectWhole(dir, lines)).length;
      }),
    );
    expect(acknowledged).toBeGreaterThan(POINTS);
    // Both at the start and in the middle of a conversation.
    expect([...ends].some((one) => one.startsWith('problem'))).toBe(true);
    expect([...ends].some((one) => one.startsWith('failed'))).toBe(true);
  });
});

/** The calls that fail, each in a writer of its own; as many as a writer makes, or the first ones. */
const CALLS = IS_FULL
  ? { write: { count: 600, step: 1 }, sync: { count: 384, step: 1 }, rename: { count: 16, step: 1 } }
  : { write: { count: 15, step: 13 }, sync: { count: 15, step: 9 }, rename: { count: 4, step: 1 } };

describe.runIf(process.platform === 'linux')('a disk whose n-th call fails', () => {
  let library: string;

  beforeAll(() => {
    const dir = join(import.meta.dirname, '../../node_modules/.cache/sotto-test');
    execFileSync('mkdir', ['-p', dir]);
    library = join(dir, 'failing-disk.so');
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, join(FIXTURES, 'failing-disk.c'), '-ldl']);
  });

  it.each(Object.entries(CALLS))(
    '%s: says so, and loses nothing that was acknowledged',
    {
      timeout: 30 * 60_000,
    },
    async (call, { count, step }) => {
      const expected =
        call === 'write'
          ? /^(problem|failed) (DISK_FULL|FILE_UNWRITABLE)$/
          : /^(problem|failed) FILE_UNWRITABLE$/;
      let failed = 0;
      await forEach(
        Array.from({ length: count }, (_, index) => 1 + index * step),
        (at) =>
          withTempDir(async (dir) => {
            const told = join(dir, 'told');
            const env = {
              LD_PRELOAD: library,
              FAILING_CALL: call,
              FAILING_AT: String(at),
              FAILING_TOLD: told,
            };
            const lines = await linesOf(process.execPath, nodeArgs(dir, at, String(MESSAGES)), env);
            const last = lines.at(-1) ?? '';
            // A folder's own sync may fail, and a checkpoint comes again: neither loses anything.
            if (last !== 'done') expect([at, last]).toEqual([at, expect.stringMatching(expected)]);
            if (last !== 'done') failed += 1;
            else if (call === 'rename' && existsSync(told)) throw new Error(`Rename ${at} failed unnoticed`);
            await expectWhole(dir, lines);
          }),
      );
      // Otherwise the writers met nothing.
      expect(failed).toBeGreaterThan(count / 3);
    },
  );
});
