import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../../core/logger.ts';
import type { Backups } from '../../../../core/storage/database/backups.ts';
import { openDatabase } from '../../../../core/storage/database/open-database.ts';
import { createUpkeep, type Opened } from '../../../../core/storage/upkeep.ts';
import { createTurns } from '../../../../core/turns.ts';

const HOUR = 60 * 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the daily backup', () => {
  const start = async (key: Buffer | undefined) => {
    const made: number[] = [];
    const copy = async () => {
      made.unshift(Date.now());
      return 'a backup';
    };
    const backups: Pick<Backups, 'list' | 'copy'> = {
      list: () => made.map((at) => ({ name: 'a backup', at })),
      copy,
    };
    const opened: Opened = { db: await openDatabase({ path: ':memory:' }), key };
    const upkeep = createUpkeep(backups as Backups, () => opened, createTurns(), silentLogger);
    upkeep.backUpDaily();
    return { made, upkeep, db: opened.db };
  };

  it('comes soon after the start and again every day that Sotto goes on, until it is stopped', async () => {
    const { made, upkeep, db } = await start(Buffer.alloc(32));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(made).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(made).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(22 * HOUR);
    expect(made).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(24 * HOUR);
    expect(made).toHaveLength(2);
    upkeep.stop();
    await vi.advanceTimersByTimeAsync(48 * HOUR);
    expect(made).toHaveLength(2);
    db.close();
  });

  it('is not made of what is in memory only', async () => {
    const { made, upkeep, db } = await start(undefined);
    await vi.advanceTimersByTimeAsync(48 * HOUR);
    expect(made).toEqual([]);
    upkeep.stop();
    db.close();
  });
});
