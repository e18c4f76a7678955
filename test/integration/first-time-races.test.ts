import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import { createSettingsStore } from '../../core/settings/settings-store.ts';
import { createStorage, type Storage } from '../../core/storage/storage.ts';
import type { Act, Outcome } from '../fixtures/first-time-child.ts';
import { withTempDir } from '../support/models.ts';

const CHILD = join(import.meta.dirname, '../fixtures/first-time-child.ts');
const TEN = 10;
/** Of two processes and of ten, for each thing that is done for the first time: 200 in all, or 15. */
const [RACES_OF_TWO, RACES_OF_TEN] = process.env.SOTTO_FAULTS === 'full' ? [20, 20] : [2, 1];

const children: ChildProcess[] = [];
/** Rejects when one of them ends before its time. */
let death: Promise<never> = new Promise(() => undefined);
let isOver = false;

beforeAll(() => {
  death = new Promise((_, reject) => {
    for (let i = 0; i < TEN; i += 1) {
      const child = fork(CHILD, [], { execArgv: ['--disable-warning=ExperimentalWarning'] });
      child.once('exit', () => {
        if (!isOver) reject(new Error('a process ended in the middle of a race'));
      });
      children.push(child);
    }
  });
});

afterAll(() => {
  isOver = true;
  for (const child of children) child.kill('SIGKILL');
});

async function tellAll(racers: ChildProcess[], messages: object[]): Promise<unknown[]> {
  const answers = racers.map(async (child) => Promise.race([once(child, 'message'), death]));
  racers.forEach((child, index) => {
    child.send(messages[index] ?? {});
  });
  return (await Promise.all(answers)).map(([answer]) => answer);
}

/** Has so many processes do the same thing at once, and returns what each says of it. */
async function race(act: Act, dir: string, count: number): Promise<Outcome[]> {
  const racers = children.slice(0, count);
  await tellAll(
    racers,
    racers.map((_, index) => ({ type: 'prepare', order: { act, dir, index } })),
  );
  const outcomes = await tellAll(racers, Array(count).fill({ type: 'act' }));
  await tellAll(racers, Array(count).fill({ type: 'close' }));
  return outcomes.map((answer) => (answer as { outcome: Outcome }).outcome);
}

function successes(outcomes: Outcome[]): string[][] {
  return outcomes.flatMap(({ done }) => (done === undefined || done.length === 0 ? [] : [done]));
}

async function withStorageAt<T>(
  dir: string,
  isOpen: boolean,
  use: (storage: Storage) => Promise<T>,
): Promise<T> {
  const storage = createStorage({
    dataDir: dir,
    isKept: true,
    ...(isOpen ? { secrets: { wrap: async (s) => s, unwrap: async (d) => d } } : {}),
    onChange: () => undefined,
    log: silentLogger,
  });
  try {
    return await use(storage);
  } finally {
    await storage.dispose();
  }
}

/** Nothing of a lock, a guard or half a file may be left. */
async function expectNoLeftovers(dir: string): Promise<void> {
  const names = await readdir(dir, { recursive: true });
  expect(names.filter((name) => /\.(lock|guard|next)$|\.[0-9a-f-]{36}$|\.[0-9a-f]{12}$/.test(name))).toEqual(
    [],
  );
}

const CHECKS: Record<Act, (dir: string, outcomes: Outcome[]) => Promise<void>> = {
  passphrase: async (dir, outcomes) => {
    const won = successes(outcomes);
    expect(won).toHaveLength(1);
    expect(outcomes.flatMap(({ failed }) => failed ?? [])).toEqual(
      Array(outcomes.length - 1).fill('DB_UNAVAILABLE'),
    );
    const [passphrase = '', id = ''] = won[0] ?? [];
    await withStorageAt(dir, false, async (storage) => {
      expect(await storage.status()).toMatchObject({ state: 'locked' });
      await storage.unlock(passphrase);
      expect((await storage.chats()).open(id).messages[0]?.text).toMatch(/^said by/);
    });
  },
  database: async (dir, outcomes) => {
    expect(outcomes.flatMap(({ failed }) => failed ?? [])).toEqual([]);
    const won = successes(outcomes);
    expect(won).toHaveLength(1);
    await withStorageAt(dir, true, async (storage) => {
      expect(await storage.status()).toMatchObject({ state: 'open' });
      expect((await storage.chats()).list().map(({ id }) => id)).toEqual(won[0]);
    });
  },
  settings: async (dir, outcomes) => {
    const { presets } = await createSettingsStore(join(dir, 'settings.json')).get();
    expect(presets.map(({ name }) => name).sort()).toEqual(
      outcomes.map(({ index }) => `preset-${index}`).sort(),
    );
  },
  models: async (dir, outcomes) => {
    expect(outcomes.flatMap(({ failed }) => failed ?? [])).toEqual([]);
    const ids = new Set(successes(outcomes).flat());
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    const manifest = JSON.parse(await readFile(join(dir, 'models', id, 'model.json'), 'utf8'));
    expect(manifest).toMatchObject({ id, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await readdir(join(dir, 'models', id))).sort()).toEqual(['model.json', `${id}.litertlm`]);
  },
  'recording-keys': async (dir, outcomes) => {
    const won = successes(outcomes);
    expect(won.length).toBeGreaterThan(0);
    // Whoever was refused has recorded nothing; what the others sealed can be opened.
    const refused = outcomes.flatMap(({ failed }) => failed ?? []);
    expect(new Set([...refused, 'DB_UNAVAILABLE'])).toEqual(new Set(['DB_UNAVAILABLE']));
    await withStorageAt(dir, true, async (storage) => {
      for (const [sealed = '', key] of won) {
        const opened = await storage.itemKeys.open(Buffer.from(sealed, 'base64'));
        expect(opened?.toString('base64')).toBe(key);
      }
    });
  },
};

describe('what several processes do for the first time at once', () => {
  it.each(Object.keys(CHECKS) as Act[])(
    'leaves one whole result that all can use: %s',
    {
      timeout: 20 * 60_000,
    },
    async (act) => {
      const sizes = [...Array(RACES_OF_TWO).fill(2), ...Array(RACES_OF_TEN).fill(TEN)];
      for (const size of sizes) {
        await withTempDir(async (dir) => {
          const outcomes = await race(act, dir, size);
          await CHECKS[act](dir, outcomes);
          await expectNoLeftovers(dir);
        });
      }
    },
  );
});
