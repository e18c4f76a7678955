import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBack } from '../support/chats-written.ts';
import { withTempDir } from '../support/models.ts';

const POINTS = process.env.SOTTO_FAULTS === 'full' ? 1000 : 60;
/** From a file that takes nothing to one that takes so many kilobytes, evenly. */
const MOST_KB = 400;
const AT_ONCE = 2;
const CHILD = join(import.meta.dirname, '../fixtures/chat-child.ts');

/** Runs a writer whose files can grow to so many kilobytes only: the write beyond that fails, whichever it is. */
async function writeUntilFull(dir: string, seed: number, limitKb: number): Promise<string[]> {
  const script = 'trap "" XFSZ; ulimit -f "$1"; shift; exec "$@"';
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', CHILD, dir, String(seed)];
  const child = spawn('bash', ['-c', script, 'bash', String(limitKb), ...node], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await new Promise<void>((resolve) => child.on('close', () => resolve()));
  return text.trimEnd().split('\n');
}

describe.runIf(process.platform !== 'win32')('a disk that is full', () => {
  it(`at ${POINTS} points is a clear error, and what was acknowledged is whole`, {
    timeout: 30 * 60_000,
  }, async () => {
    let next = 0;
    let acknowledged = 0;
    const codes = new Map<string, number>();
    const work = async () => {
      while (next < POINTS) {
        const point = next;
        next += 1;
        await withTempDir(async (dir) => {
          const lines = await writeUntilFull(dir, point, Math.round((point * MOST_KB) / POINTS));
          const last = lines.at(-1) ?? '';
          expect(last).toMatch(/^(problem|failed) (DISK_FULL|FILE_UNWRITABLE)$/);
          codes.set(last, (codes.get(last) ?? 0) + 1);
          const told = lines.slice(1, -1);
          acknowledged += told.length;
          // Where not even the key could be kept, nothing may be written that it would open.
          if (!existsSync(join(dir, 'vault.json'))) {
            expect(existsSync(join(dir, 'sotto.db'))).toBe(false);
            return;
          }
          const { check, texts } = await readBack(dir);
          expect(check).toBe('ok');
          const kept = new Set(texts);
          expect(told.filter((one) => !kept.has(one))).toEqual([]);
          expect(kept.size).toBe(texts.length);
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(acknowledged).toBeGreaterThan(POINTS);
    // Both at the start and in the middle of a conversation.
    expect([...codes.keys()].some((one) => one.startsWith('problem'))).toBe(true);
    expect([...codes.keys()].some((one) => one.startsWith('failed'))).toBe(true);
  });
});
