import { open, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashFile } from '../../../../core/models/hash-file.ts';
import { createModelIntegrity } from '../../../../core/models/model-integrity.ts';
import { withTempDir } from '../../../support/models.ts';

const SIZE = 3_000_000;
/** Seconds since 1970. */
const DATE = 1_700_000_000;

/** A file, what it must be, and a checker that counts how often it reads the whole of it. */
async function withModel(
  use: (model: {
    path: string;
    record: string;
    check: () => Promise<void>;
    checkAgain: () => Promise<void>;
    wholeReads: () => number;
  }) => Promise<void>,
): Promise<void> {
  await withTempDir(async (dir) => {
    const path = join(dir, 'model.litertlm');
    await writeFile(path, Buffer.alloc(SIZE, 'weights'));
    const expected = await hashFile(path);
    const record = join(dir, 'records', 'model-checks.json');
    let reads = 0;
    const counting = async (file: string) => {
      reads += 1;
      return hashFile(file);
    };
    const first = createModelIntegrity(record, counting);
    await use({
      path,
      record,
      check: () => first.check(path, expected),
      // As the next start of Sotto would.
      checkAgain: () => createModelIntegrity(record, counting).check(path, expected),
      wholeReads: () => reads,
    });
  });
}

async function flipByte(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at);
  await file.close();
}

describe('a model that is about to be loaded', () => {
  it('is read whole once, and in samples from then on, also at the next start', async () => {
    await withModel(async ({ check, checkAgain, wholeReads }) => {
      await check();
      await check();
      await checkAgain();
      expect(wholeReads()).toBe(1);
    });
  });

  it('is refused when one byte of it has changed, wherever that is and whatever time the file shows', async () => {
    // More places than are ever read as samples.
    for (const at of [0, 300_001, 700_003, 1_234_567, 1_700_009, 2_200_013, 2_600_017, SIZE - 1]) {
      await withModel(async ({ path, check, checkAgain }) => {
        // A whole second: what a time has beyond that cannot be set again.
        await utimes(path, DATE, DATE);
        await check();
        await flipByte(path, at);
        await utimes(path, DATE, DATE);
        await expect(check()).rejects.toMatchObject({ code: 'MODEL_HASH', hint: expect.any(String) });
        await expect(checkAgain()).rejects.toMatchObject({ code: 'MODEL_HASH' });
      });
    }
  });

  it('is read whole again after it was replaced by a file of the same bytes', async () => {
    await withModel(async ({ path, check, wholeReads }) => {
      await check();
      await rm(path);
      await writeFile(path, Buffer.alloc(SIZE, 'weights'));
      await check();
      expect(wholeReads()).toBe(2);
    });
  });

  it('is refused when it was never what it is said to be, or is gone', async () => {
    await withModel(async ({ path, record }) => {
      const integrity = createModelIntegrity(record);
      const other = { sizeBytes: SIZE, sha256: 'f'.repeat(64) };
      await expect(integrity.check(path, other)).rejects.toMatchObject({ code: 'MODEL_HASH' });
      await rm(path);
      await expect(integrity.check(path, other)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
    });
  });

  it('is read whole where the record of what was verified is damaged', async () => {
    await withModel(async ({ check, checkAgain, record, wholeReads }) => {
      await check();
      await writeFile(record, '{"not":"a record"');
      await checkAgain();
      expect(wholeReads()).toBe(2);
    });
  });
});
