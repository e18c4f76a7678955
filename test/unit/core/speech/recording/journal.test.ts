import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  HEADER_BYTES,
  type JournalRecord,
  RECORD_HEADER_BYTES,
  recordBytes,
} from '../../../../../core/speech/recording/journal-format.ts';
import { readJournal, scanJournal } from '../../../../../core/speech/recording/journal-reader.ts';
import { createJournalFile, JournalWriter } from '../../../../../core/speech/recording/journal-writer.ts';
import { testKeys } from '../../../../support/item-keys.ts';
import { withTempDir } from '../../../../support/models.ts';
import { BEFORE_SOUND, fullDisk, GROUP_BYTES, pcmOf, ramp, soundIn } from '../../../../support/recordings.ts';

const ignored = { saved: () => undefined, failed: () => undefined };

async function recordsOf(path: string): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of readJournal(path, testKeys.open)) records.push(record);
  return records;
}

/** A journal of `seconds` of ramp, closed. */
async function journalOf(path: string, seconds: number): Promise<void> {
  const writer = await JournalWriter.start(await createJournalFile(path), ignored, await testKeys.create());
  writer.add(ramp(0, seconds * 16_000));
  await writer.close();
}

describe('a journal', () => {
  it('gives back the samples bit by bit, however they were portioned', async () => {
    await withTempDir(async (dir) => {
      let run = 0;
      const pieces = fc.array(fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 9000 }), {
        maxLength: 6,
      });
      await fc.assert(
        fc.asyncProperty(pieces, async (parts) => {
          run += 1;
          const path = join(dir, `${run}`);
          const writer = await JournalWriter.start(
            await createJournalFile(path),
            ignored,
            await testKeys.create(),
          );
          for (const part of parts) writer.add(Float32Array.from(part, (value) => value / 32_768));
          await writer.close();
          expect(await soundIn(path)).toEqual(Int16Array.from(parts.flat()));
          expect(writer.savedMs).toBe(parts.flat().length / 16);
        }),
        { numRuns: 60 },
      );
    });
  });

  it('cuts off what is too loud, and takes what is no number for silence', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'loud');
      const writer = await JournalWriter.start(
        await createJournalFile(path),
        ignored,
        await testKeys.create(),
      );
      writer.add(Float32Array.of(2, -2, Number.NaN, Number.POSITIVE_INFINITY, 1, -1, 0.5));
      await writer.close();
      expect([...(await soundIn(path))]).toEqual([32_767, -32_768, 0, 32_767, 32_767, -32_768, 16_384]);
    });
  });

  it('is good up to the damage, wherever in the last records a byte is wrong', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'whole');
      const writer = await JournalWriter.start(
        await createJournalFile(path),
        ignored,
        await testKeys.create(),
      );
      // Short records, so that every byte can be tried: a mark ends a group.
      for (let index = 0; index < 6; index += 1) {
        writer.add(ramp(index * 30, 30));
        writer.mark(index % 2 === 0 ? 'pause' : 'resume');
      }
      await writer.close();
      const whole = await readFile(path);
      const pairBytes = recordBytes(30) + RECORD_HEADER_BYTES;
      const damaged = join(dir, 'damaged');
      for (let at = BEFORE_SOUND + 3 * pairBytes; at < whole.length; at += 1) {
        const bytes = Buffer.from(whole);
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
        await writeFile(damaged, bytes);
        const scan = await scanJournal(damaged);
        expect(scan.goodBytes).toBeLessThanOrEqual(at);
        expect(at - scan.goodBytes).toBeLessThan(recordBytes(30));
        // A length that grew beyond the end looks like a record that was being written.
        expect(['damaged', 'torn']).toContain(scan.ending);
        expect(await soundIn(damaged)).toEqual(pcmOf(0, scan.durationMs * 16));
      }
    });
  });

  it('is good up to the last whole record, wherever it was cut', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'whole');
      await journalOf(path, 0.5);
      const whole = await readFile(path);
      const cut = join(dir, 'cut');
      const ends = [HEADER_BYTES, BEFORE_SOUND, BEFORE_SOUND + GROUP_BYTES, whole.length];
      for (let length = HEADER_BYTES; length <= whole.length; length += length % 97 === 0 ? 1 : 19) {
        await writeFile(cut, whole.subarray(0, length));
        const scan = await scanJournal(cut);
        expect(scan.goodBytes).toBe(Math.max(...ends.filter((end) => end <= length)));
        expect(scan.ending).toBe(ends.includes(length) ? 'whole' : 'torn');
      }
    });
  });

  it('does not take another record for the next one', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'swapped');
      await journalOf(path, 0.75);
      const bytes = await readFile(path);
      const record = (index: number) =>
        bytes.subarray(BEFORE_SOUND + index * GROUP_BYTES, BEFORE_SOUND + (index + 1) * GROUP_BYTES);
      await writeFile(
        path,
        Buffer.concat([bytes.subarray(0, BEFORE_SOUND), record(0), record(2), record(1)]),
      );
      expect(await scanJournal(path)).toMatchObject({ records: 2, durationMs: 250, ending: 'damaged' });
    });
  });

  it('tells what it is and when it began', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'journal');
      const before = Date.now();
      await journalOf(path, 0.1);
      expect((await readFile(path)).toString('latin1', 0, 8)).toBe('SOTTOPCM');
      const { header } = await scanJournal(path);
      expect(header?.version).toBe(2);
      expect(header?.createdMs).toBeGreaterThanOrEqual(before);
      const [record] = await recordsOf(path);
      expect(record?.writtenMs).toBeGreaterThanOrEqual(before);
    });
  });
});

describe('the writer of a journal', () => {
  it('tells what is saved after it was synced, never before, and at least once a second', async () => {
    const told: string[] = [];
    let wake: (() => void) | undefined;
    const file = {
      append: async () => undefined,
      sync: async () => {
        told.push('sync begins');
        if (told.length > 1) await new Promise<void>((resolve) => (wake = resolve));
        told.push('sync ends');
      },
      truncate: async () => undefined,
      close: async () => undefined,
    };
    vi.useFakeTimers();
    try {
      const saved: number[] = [];
      const listener = { saved: (ms: number) => saved.push(ms), failed: () => undefined };
      const writer = await JournalWriter.start(file, listener, await testKeys.create());
      for (let ms = 0; ms < 700; ms += 100) {
        writer.add(new Float32Array(1600));
        await vi.advanceTimersByTimeAsync(100);
      }
      expect(told).toEqual(['sync begins', 'sync ends', 'sync begins']);
      expect(saved).toEqual([]);
      wake?.();
      await vi.advanceTimersByTimeAsync(0);
      expect(saved.length).toBe(1);
      expect(saved[0]).toBeGreaterThan(0);
      // A lone piece is written as well, though it fills no group.
      writer.add(new Float32Array(16));
      await vi.advanceTimersByTimeAsync(750);
      wake?.();
      await vi.advanceTimersByTimeAsync(0);
      expect(saved.at(-1)).toBe(701);
    } finally {
      vi.useRealTimers();
    }
  });

  it('stops at a full disk, tells it once, and leaves only whole records', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'journal');
      const failures: unknown[] = [];
      const listener = { saved: () => undefined, failed: (cause: unknown) => failures.push(cause) };
      const writer = await JournalWriter.start(
        await fullDisk(path, 20_000),
        listener,
        await testKeys.create(),
      );
      for (let index = 0; index < 20; index += 1) {
        writer.add(ramp(index * 4000, 4000));
        await writer.flush();
      }
      await writer.close();
      expect(failures).toMatchObject([{ code: 'ENOSPC' }]);
      expect(writer.savedMs).toBe(500);
      expect(await scanJournal(path)).toMatchObject({ durationMs: 500, ending: 'whole' });
    });
  });

  it('does not call saved what a failed sync may have lost', async () => {
    const saved: number[] = [];
    const failures: unknown[] = [];
    let syncs = 0;
    const file = {
      append: async () => undefined,
      sync: async () => {
        syncs += 1;
        if (syncs > 1) throw Object.assign(new Error('input/output error'), { code: 'EIO' });
      },
      truncate: async () => undefined,
      close: async () => undefined,
    };
    const listener = {
      saved: (ms: number) => saved.push(ms),
      failed: (cause: unknown) => failures.push(cause),
    };
    const writer = await JournalWriter.start(file, listener, await testKeys.create());
    for (let index = 0; index < 3; index += 1) {
      writer.add(new Float32Array(8000));
      await writer.flush();
    }
    await writer.close();
    expect(saved).toEqual([]);
    expect(failures.length).toBe(1);
    expect(syncs).toBe(2);
  });
});
