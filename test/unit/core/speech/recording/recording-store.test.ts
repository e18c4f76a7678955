import { randomUUID } from 'node:crypto';
import { appendFile, chmod, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { recordingSchema } from '../../../../../contract/recording.ts';
import { silentLogger } from '../../../../../core/logger.ts';
import { encodeRecord } from '../../../../../core/speech/recording/journal-format.ts';
import { startRecorder } from '../../../../../core/speech/recording/recorder.ts';
import { createRecordingStore } from '../../../../../core/speech/recording/recording-store.ts';
import { TEST_KEY, testKeys } from '../../../../support/item-keys.ts';
import { withTempDir } from '../../../../support/models.ts';
import {
  BEFORE_SOUND,
  exportWav,
  fullDisk,
  GROUP_BYTES,
  pcmOf,
  ramp,
  soundIn,
} from '../../../../support/recordings.ts';
import { readSound } from '../../../../support/sound.ts';

const ignored = { onSaved: () => undefined, onFailed: () => undefined };
const journalIn = (dir: string, id: string) => join(dir, id, 'sound.pcm-journal');

/** A recording as a process that was killed leaves it. */
async function leaveRecording(dir: string, seconds: number, pid = 2 ** 22 + 1): Promise<string> {
  const id = randomUUID();
  const recorder = await startRecorder({
    dir: join(dir, id),
    title: 'Ward round',
    itemKey: await testKeys.create(),
    ...ignored,
  });
  recorder.add(ramp(0, seconds * 16_000));
  await recorder.finish();
  const path = join(dir, id, 'recording.json');
  const file = JSON.parse(await readFile(path, 'utf8')) as object;
  await writeFile(path, JSON.stringify({ ...file, durationMs: 0, state: 'recording', writer: { pid } }));
  return id;
}

describe('recordings', () => {
  it('are kept with title, device and length, and read from the journal', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const { id, recorder } = await store.start({
        title: 'Ward round',
        device: 'USB microphone',
        ...ignored,
      });
      expect((await store.list())[0]).toMatchObject({ id, state: 'recording' });
      await expect(store.delete(id)).rejects.toMatchObject({ code: 'RECORDING_BUSY' });
      recorder.add(ramp(0, 40_000));
      await recorder.finish();
      const again = createRecordingStore(dir, testKeys, silentLogger);
      const [recording] = await again.list();
      expect(recordingSchema.parse(recording)).toMatchObject({
        id,
        title: 'Ward round',
        device: 'USB microphone',
        durationMs: 2500,
        state: 'complete',
      });
      const { sound } = await again.open(id);
      const parts: number[] = [];
      for await (const part of sound.chunks()) parts.push(...part);
      expect(Float32Array.from(parts)).toEqual(ramp(0, 40_000));
      expect(sound.durationMs).toBe(2500);
      // Nobody else on this machine may hear it.
      if (process.platform !== 'win32') {
        expect((await stat(join(dir, id))).mode & 0o77).toBe(0);
        expect((await stat(journalIn(dir, id))).mode & 0o77).toBe(0);
      }
    });
  });

  it('leave out the pauses', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const { id, recorder } = await store.start({ title: '', ...ignored });
      recorder.add(ramp(0, 5000));
      recorder.pause();
      recorder.pause();
      recorder.add(ramp(30_000, 9000));
      recorder.resume();
      recorder.resume();
      recorder.add(ramp(5000, 3000));
      await recorder.finish();
      expect(await soundIn(journalIn(dir, id))).toEqual(pcmOf(0, 8000));
      expect((await store.list())[0]?.durationMs).toBe(500);
    });
  });

  it('become WAV files that say how long they are', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const { id, recorder } = await store.start({ title: '', ...ignored });
      recorder.add(ramp(0, 20_001));
      await recorder.finish();
      const target = join(dir, 'out.wav');
      await exportWav(store, id, target);
      const bytes = await readFile(target);
      expect(bytes.length).toBe(44 + 2 * 20_001);
      expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
      const { samples, source } = await readSound(target);
      expect(source.notices).toEqual([]);
      expect(samples).toEqual(ramp(0, 20_001));
    });
  });

  it('are gone once deleted, also when the deletion was interrupted', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const { id, recorder } = await store.start({ title: '', ...ignored });
      recorder.add(ramp(0, 5000));
      await recorder.finish();
      await store.delete(id);
      expect(await store.list()).toEqual([]);
      await expect(store.open(id)).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
      await mkdir(join(dir, `.deleted-${randomUUID()}`));
      expect(await store.list()).toEqual([]);
      expect(await readdir(dir)).toEqual([]);
    });
  });

  it('that lie elsewhere, or nowhere, are none', async () => {
    await withTempDir(async (dir) => {
      const elsewhere = await startRecorder({
        dir: join(dir, 'elsewhere'),
        title: '',
        itemKey: await testKeys.create(),
        ...ignored,
      });
      elsewhere.add(ramp(0, 5000));
      await elsewhere.finish();
      const store = createRecordingStore(join(dir, 'recordings'), testKeys, silentLogger);
      for (const id of ['../elsewhere', '', '.', 'x', randomUUID()]) {
        for (const act of [store.open(id), store.delete(id), exportWav(store, id, join(dir, 'a.wav'))]) {
          await expect(act, id).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
        }
      }
      expect(await soundIn(join(dir, 'elsewhere', 'sound.pcm-journal'))).toEqual(pcmOf(0, 5000));
    });
  });
});

describe('an interrupted recording', () => {
  it('is whole again at the next start, without the record that was being written', async () => {
    await withTempDir(async (dir) => {
      const id = await leaveRecording(dir, 3);
      const torn = { sequence: 13, kind: 'sound', samples: pcmOf(48_000, 4000), writtenMs: 0 } as const;
      await appendFile(journalIn(dir, id), encodeRecord(torn, TEST_KEY).subarray(0, 5000));
      const [recording] = await createRecordingStore(dir, testKeys, silentLogger).list();
      expect(recording).toMatchObject({ title: 'Ward round', durationMs: 3000, state: 'recovered' });
      expect(recording?.notice).toBeUndefined();
      expect((await stat(journalIn(dir, id))).size).toBe(BEFORE_SOUND + 12 * GROUP_BYTES);
      expect(await soundIn(journalIn(dir, id))).toEqual(pcmOf(0, 48_000));
    });
  });

  it('keeps what lies behind a damaged place, and says so', async () => {
    await withTempDir(async (dir) => {
      const id = await leaveRecording(dir, 60);
      const path = journalIn(dir, id);
      const before = await readFile(path);
      before.writeUInt8(before.readUInt8(900_000) ^ 1, 900_000);
      await writeFile(path, before);
      const [recording] = await createRecordingStore(dir, testKeys, silentLogger).list();
      expect(recording?.notice?.code).toBe('AUDIO_CUT');
      expect(recording?.durationMs).toBe(27_750);
      const goodBytes = (await stat(path)).size;
      const rest = await readFile(join(dir, id, `damaged-from-${goodBytes}.bin`));
      expect(Buffer.concat([await readFile(path), rest]).equals(before)).toBe(true);
    });
  });

  it('is recovered without its description, from the journal alone', async () => {
    await withTempDir(async (dir) => {
      const id = await leaveRecording(dir, 1);
      const path = join(dir, id, 'recording.json');
      await writeFile(path, '{"format":2,"durationM');
      const store = createRecordingStore(dir, testKeys, silentLogger);
      // It could be one that another process begins at this moment.
      expect(await store.list()).toEqual([]);
      vi.useFakeTimers({ now: Date.now() + 11_000, toFake: ['Date'] });
      try {
        expect((await store.list())[0]).toMatchObject({ id, durationMs: 1000, state: 'recovered' });
      } finally {
        vi.useRealTimers();
      }
    });
  });

  it('is left alone while another process still makes it', async () => {
    await withTempDir(async (dir) => {
      const id = await leaveRecording(dir, 1, process.ppid);
      await appendFile(journalIn(dir, id), Buffer.alloc(100));
      expect((await createRecordingStore(dir, testKeys, silentLogger).list())[0]?.state).toBe('recording');
      expect((await stat(journalIn(dir, id))).size).toBe(BEFORE_SOUND + 4 * GROUP_BYTES + 100);
    });
  });

  it('that never had a sound leaves nothing', async () => {
    await withTempDir(async (dir) => {
      const id = await leaveRecording(dir, 0);
      await truncate(journalIn(dir, id), 32);
      expect(await createRecordingStore(dir, testKeys, silentLogger).list()).toEqual([]);
      expect(await readdir(dir)).toEqual([]);
    });
  });
});

describe('a disk that takes no more', () => {
  it('ends the recording with what is saved, in minutes', async () => {
    await withTempDir(async (dir) => {
      const codes: string[] = [];
      const id = randomUUID();
      const recorder = await startRecorder({
        dir: join(dir, id),
        title: '',
        itemKey: await testKeys.create(),
        onSaved: () => undefined,
        onFailed: (error) => codes.push(`${error.code}: ${error.message}`),
        createFile: (path) => fullDisk(path, BEFORE_SOUND + GROUP_BYTES * 480 + 100),
      });
      for (let second = 0; second < 130; second += 1) {
        recorder.add(ramp(second * 16_000, 16_000));
        if (second % 10 === 0) await recorder.flush();
      }
      await recorder.finish();
      expect(codes).toEqual([
        expect.stringMatching(/^DISK_FULL: The disk is full, so .* 1\.\d minutes of sound are saved\.$/),
      ]);
      const [recording] = await createRecordingStore(dir, testKeys, silentLogger).list();
      expect(recording).toMatchObject({ state: 'failed', notice: { code: 'DISK_FULL' } });
      const sound = await soundIn(journalIn(dir, id));
      expect(sound.length / 16).toBe(recording?.durationMs);
      expect(sound).toEqual(pcmOf(0, sound.length));
      expect(sound.length / 16).toBeGreaterThanOrEqual(recorder.savedMs);
    });
  });

  it('is told before anything is said, where the folder cannot be written', async () => {
    await withTempDir(async (dir) => {
      await writeFile(join(dir, 'recordings'), 'a file');
      const store = createRecordingStore(join(dir, 'recordings'), testKeys, silentLogger);
      await expect(store.start({ title: '', ...ignored })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      expect(await store.list()).toEqual([]);
      if (process.getuid?.() === 0) return;
      await chmod(dir, 0o500);
      const other = createRecordingStore(join(dir, 'other'), testKeys, silentLogger);
      await expect(other.start({ title: '', ...ignored })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      await chmod(dir, 0o700);
    });
  });
});
