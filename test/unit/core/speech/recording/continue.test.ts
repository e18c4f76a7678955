import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../../core/logger.ts';
import { createRecordingStore } from '../../../../../core/speech/recording/recording-store.ts';
import { testKeys } from '../../../../support/item-keys.ts';
import { withTempDir } from '../../../../support/models.ts';
import {
  BEFORE_SOUND,
  exportWav,
  GROUP_BYTES,
  pcmOf,
  ramp,
  soundIn,
} from '../../../../support/recordings.ts';

const ignored = { onSaved: () => undefined, onFailed: () => undefined };
const journalIn = (dir: string, id: string) => join(dir, id, 'sound.pcm-journal');
const DEAD = { pid: 2 ** 22 + 1 };

/** A recording of so many samples whose process was killed, with half a record at its end. */
async function leave(dir: string, count: number): Promise<string> {
  const store = createRecordingStore(dir, testKeys, silentLogger);
  const { id, recorder } = await store.start({ title: 'Round', device: 'USB', ...ignored });
  recorder.add(ramp(0, count));
  await recorder.finish();
  await appendFile(journalIn(dir, id), Buffer.from([7, 7, 7]));
  const path = join(dir, id, 'recording.json');
  const file = JSON.parse(await readFile(path, 'utf8')) as object;
  await writeFile(path, JSON.stringify({ ...file, durationMs: 0, state: 'recording', writer: DEAD }));
  return id;
}

describe('a recording that goes on', () => {
  it('begins where the sound on the disk ends, and is one recording', async () => {
    await withTempDir(async (dir) => {
      const id = await leave(dir, 40_000);
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const saved: number[] = [];
      const begun = await store.start({
        ...ignored,
        title: 'Ignored',
        continues: id,
        onSaved: (savedMs) => saved.push(savedMs),
      });
      expect(begun.id).toBe(id);
      expect(begun.recorder.savedMs).toBe(2500);
      expect((await store.list())[0]).toMatchObject({ id, state: 'recording' });
      begun.recorder.add(ramp(40_000, 16_000));
      await begun.recorder.finish();
      expect(await soundIn(journalIn(dir, id))).toEqual(pcmOf(0, 56_000));
      expect(saved.at(-1)).toBe(3500);
      expect((await store.list())[0]).toMatchObject({
        title: 'Round',
        device: 'USB',
        durationMs: 3500,
        state: 'complete',
      });
    });
  });

  it('is refused while another one writes it, and where there is none; nothing is taken away', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const { id, recorder } = await store.start({ title: 'Round', ...ignored });
      recorder.add(ramp(0, 16_000));
      await expect(store.start({ title: '', continues: id, ...ignored })).rejects.toMatchObject({
        code: 'RECORDING_BUSY',
      });
      recorder.add(ramp(16_000, 16_000));
      await recorder.finish();
      expect(await soundIn(journalIn(dir, id))).toEqual(pcmOf(0, 32_000));
      const unknown = '00000000-0000-4000-8000-000000000000';
      await expect(store.start({ title: '', continues: unknown, ...ignored })).rejects.toMatchObject({
        code: 'RECORDING_UNKNOWN',
      });
    });
  });

  it('that a newer version made is left as it is', async () => {
    await withTempDir(async (dir) => {
      const id = await leave(dir, 32_000);
      const bytes = await readFile(journalIn(dir, id));
      bytes.writeUInt16LE(99, 8);
      bytes.writeUInt32LE(crc32(bytes.subarray(0, 28)), 28);
      await writeFile(journalIn(dir, id), bytes);
      const store = createRecordingStore(dir, testKeys, silentLogger);
      await expect(store.start({ title: '', continues: id, ...ignored })).rejects.toMatchObject({
        code: 'RECORDING_UNKNOWN',
      });
      expect((await readFile(journalIn(dir, id))).equals(bytes)).toBe(true);
    });
  });

  it('says how far it was saved when the disk then fails', async () => {
    await withTempDir(async (dir) => {
      const id = await leave(dir, 32_000);
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const { recorder } = await store.start({ title: '', continues: id, ...ignored });
      await recorder.finish();
      // Afterwards the journal still begins with what was there.
      expect(await soundIn(journalIn(dir, id))).toEqual(pcmOf(0, 32_000));
      expect((await store.list())[0]?.durationMs).toBe(2000);
    });
  });
});

describe('a recording as a WAV file', () => {
  it('read in pieces of any size is the file that is exported', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const { id, recorder } = await store.start({ title: '', ...ignored });
      // Records of different lengths, with marks between them.
      for (let at = 0, i = 0; at < 60_000; i += 1) {
        const count = Math.min(60_000 - at, 1_000 + 777 * i);
        recorder.add(ramp(at, count));
        recorder.pause();
        recorder.resume();
        at += count;
      }
      await recorder.finish();
      const target = join(dir, 'whole.wav');
      await exportWav(store, id, target);
      const whole = await readFile(target);
      for (const size of [1, 43, 44, 45, 4_096, 9_999, 1 << 20]) {
        const offsets = size < 44 ? [0, 1, 43, 44, 45, whole.length - 1] : undefined;
        const parts: Buffer[] = [];
        for (const at of offsets ?? steps(whole.length, size)) {
          const { bytes, totalBytes } = await store.read(id, at, size);
          expect(totalBytes).toBe(whole.length);
          expect(Buffer.from(bytes), `${size} at ${at}`).toEqual(whole.subarray(at, at + size));
          parts.push(Buffer.from(bytes));
        }
        if (offsets === undefined) expect(Buffer.concat(parts)).toEqual(whole);
      }
      expect((await store.read(id, whole.length, 100)).bytes).toHaveLength(0);
      expect((await store.read(id, whole.length + 5_000, 100)).bytes).toHaveLength(0);
    });
  });

  it('ends where a cut journal ends, and is not read once it was deleted', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const { id, recorder } = await store.start({ title: '', ...ignored });
      recorder.add(ramp(0, 12_000));
      await recorder.finish();
      await truncate(journalIn(dir, id), BEFORE_SOUND + GROUP_BYTES + 100);
      const again = createRecordingStore(dir, testKeys, silentLogger);
      const { bytes, totalBytes } = await again.read(id, 0, 1 << 20);
      expect(totalBytes).toBe(44 + 8_000);
      expect(Buffer.from(bytes).readUInt32LE(40)).toBe(8_000);
      await again.delete(id);
      await expect(again.read(id, 44, 10)).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
    });
  });
});

function steps(length: number, size: number): number[] {
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => i * size);
}
