import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readBack } from '../support/chats-written.ts';
import { withTempDir } from '../support/models.ts';

const KILLS = process.env.SOTTO_FAULTS === 'full' ? 3000 : 300;
/** Databases that live through so many kills each. */
const KILLS_EACH = 25;
const CHILD = join(import.meta.dirname, '../fixtures/chat-child.ts');

/** Runs a writer and kills it some time after it has opened the database. Returns what it acknowledged. */
async function writeUntilKilled(dir: string, seed: number, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, dir, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  let tell: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    tell = resolve;
  });
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    if (text.includes('\n')) tell();
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await Promise.race([opened, ended]);
  await delay(afterMs);
  child.kill('SIGKILL');
  await ended;
  const [first, ...lines] = text.split('\n');
  expect(first).toBe('open');
  // The last line may be half a line; whole lines end with a line break.
  return lines.slice(0, -1);
}

describe('chats', () => {
  it(`are whole after ${KILLS} kills at any time: what was acknowledged is there, once`, {
    timeout: 30 * 60_000,
  }, async () => {
    let acknowledged = 0;
    const killOne = (base: number) =>
      withTempDir(async (dir) => {
        const told: string[] = [];
        for (let i = 0; i < KILLS_EACH; i += 1) {
          // From the first moment after the start to a tenth of a second on, evenly.
          told.push(...(await writeUntilKilled(dir, base + i, (i * 37) % 100)));
        }
        const { check, texts } = await readBack(dir);
        expect(check).toBe('ok');
        expect(new Set(texts).size).toBe(texts.length);
        const kept = new Set(texts);
        expect(told.filter((one) => !kept.has(one))).toEqual([]);
        acknowledged += told.length;
      });
    // Two at a time: each waits for its process most of the time.
    for (let base = 0; base < KILLS; base += 2 * KILLS_EACH) {
      await Promise.all([killOne(base), killOne(base + KILLS_EACH)]);
    }
    expect(acknowledged).toBeGreaterThan(KILLS);
  });
});
