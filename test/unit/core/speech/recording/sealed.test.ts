import { link, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../../core/logger.ts';
import { readJournal, readSealed } from '../../../../../core/speech/recording/journal-reader.ts';
import { createRecordingStore } from '../../../../../core/speech/recording/recording-store.ts';
import type { Storage } from '../../../../../core/storage/storage.ts';
import { filesWith } from '../../../../support/files-with.ts';
import { BEFORE_SOUND, GROUP_BYTES, pcmOf, ramp } from '../../../../support/recordings.ts';
import { fakeSecrets, PASSPHRASE, withStorage } from '../../storage/opening.ts';

const ignored = { onSaved: () => undefined, onFailed: () => undefined };
const journalIn = (dir: string, id: string) => join(dir, 'recordings', id, 'sound.pcm-journal');
const storeOf = (storage: Storage, dir: string) =>
  createRecordingStore(join(dir, 'recordings'), storage.itemKeys, silentLogger);

async function record(storage: Storage, dir: string, title = ''): Promise<string> {
  const { id, recorder } = await storeOf(storage, dir).start({ title, device: 'canary-device', ...ignored });
  recorder.add(ramp(0, 16_000));
  await recorder.finish();
  return id;
}

/** All sound, as the store gives it. */
async function heard(storage: Storage, dir: string, id: string): Promise<number[]> {
  const { sound } = await storeOf(storage, dir).open(id);
  const all: number[] = [];
  for await (const part of sound.chunks()) all.push(...part);
  return all;
}

describe('a recording on the disk', () => {
  it('shows neither its sound nor its name, and opens again with the vault', async () => {
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const first = open(secrets);
      const id = await record(first, dir, 'canary-title');
      expect(filesWith(dir, 'canary')).toEqual([]);
      const sound = Buffer.from(pcmOf(100, 50).buffer).toString('latin1');
      const file = await readFile(journalIn(dir, id), 'latin1');
      expect(file.includes(sound)).toBe(false);
      await first.dispose();
      const again = open(secrets);
      expect(await storeOf(again, dir).list()).toMatchObject([
        { id, title: 'canary-title', device: 'canary-device', durationMs: 1000 },
      ]);
      expect(await heard(again, dir, id)).toEqual([...ramp(0, 16_000)]);
      await storeOf(again, dir).rename(id, 'canary-other');
      expect(filesWith(dir, 'canary')).toEqual([]);
      expect(await storeOf(again, dir).list()).toMatchObject([
        { title: 'canary-other', device: 'canary-device' },
      ]);
    });
  });

  it('is not made where no key can be kept, and leaves nothing', async () => {
    await withStorage(async (open, dir) => {
      const store = storeOf(open(), dir);
      await expect(store.start({ title: '', ...ignored })).rejects.toMatchObject({
        code: 'PASSPHRASE_NEEDED',
      });
      expect(await store.list()).toEqual([]);
    });
  });

  it('goes on while Sotto is locked, even begun anew by another core, and is not given out', async () => {
    await withStorage(async (open, dir) => {
      const first = open();
      await first.setPassphrase(PASSPHRASE, undefined);
      const { id, recorder } = await storeOf(first, dir).start({ title: 'Round', ...ignored });
      recorder.add(ramp(0, 16_000));
      await first.lock();
      recorder.add(ramp(16_000, 16_000));
      await recorder.finish();
      const locked = { code: 'STORAGE_LOCKED' };
      const store = storeOf(first, dir);
      const acts = [store.list, () => store.read(id, 0, 100), () => store.delete(id), () => store.open(id)];
      for (const act of acts) await expect(act()).rejects.toMatchObject(locked);
      await first.dispose();

      const second = open();
      const more = await storeOf(second, dir).start({ title: '', continues: id, ...ignored });
      more.recorder.add(ramp(32_000, 16_000));
      await more.recorder.finish();
      await expect(storeOf(second, dir).list()).rejects.toMatchObject(locked);
      await second.unlock(PASSPHRASE);
      expect(await storeOf(second, dir).list()).toMatchObject([{ title: 'Round', durationMs: 3000 }]);
      expect(await heard(second, dir, id)).toEqual([...ramp(0, 48_000)]);
      const { bytes } = await storeOf(second, dir).read(id, 44 + 2 * 31_990, 40);
      expect(new Int16Array(bytes.slice().buffer)).toEqual(pcmOf(31_990, 20));
    });
  });

  it('is played no more from the moment that Sotto is locked', async () => {
    await withStorage(async (open, dir) => {
      const storage = open();
      await storage.setPassphrase(PASSPHRASE, undefined);
      const id = await record(storage, dir);
      const store = storeOf(storage, dir);
      await store.read(id, 0, 100);
      await storage.lock();
      // In the middle of a file, of which there is a view already.
      await expect(store.read(id, 10_000, 100)).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
    });
  });

  it('does not need the database to be whole', async () => {
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const first = open(secrets);
      const id = await record(first, dir);
      await first.chats();
      await first.dispose();
      await writeFile(join(dir, 'sotto.db'), 'damaged');
      const second = open(secrets);
      expect((await second.status()).problem?.code).toBe('DB_DAMAGED');
      expect(await heard(second, dir, id)).toHaveLength(16_000);
      await record(second, dir);
    });
  });

  it('of another user is not opened', async () => {
    await withStorage(async (open, dir) => {
      const id = await record(open(fakeSecrets()), dir, 'Round');
      await withStorage(async (openOther) => {
        const stranger = openOther(fakeSecrets());
        await stranger.status();
        await expect(heard(stranger, dir, id)).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' });
        expect(await storeOf(stranger, dir).list()).toMatchObject([{ id, title: '' }]);
      });
    });
  });

  it('that somebody changed is not given out as it is, whatever its checksums say', async () => {
    await withStorage(async (open, dir) => {
      const storage = open(fakeSecrets());
      const [one, two] = [await record(storage, dir), await record(storage, dir)];
      const changed = await readFile(journalIn(dir, one));
      const record1 = changed.subarray(BEFORE_SOUND, BEFORE_SOUND + GROUP_BYTES);
      const other = (await readFile(journalIn(dir, two))).subarray(BEFORE_SOUND, BEFORE_SOUND + GROUP_BYTES);
      const whole = Buffer.from(record1);
      const changes: Array<() => void> = [
        () => record1.writeUInt8(record1.readUInt8(500) ^ 1, 500),
        () => record1.writeUInt8(record1.readUInt8(20) ^ 1, 20),
        () => other.copy(record1),
      ];
      for (const change of changes) {
        whole.copy(record1);
        change();
        record1.writeUInt32LE(crc32(record1.subarray(16), crc32(record1.subarray(0, 12))), 12);
        await writeFile(journalIn(dir, one), changed);
        await expect(heard(storage, dir, one)).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' });
      }
      whole.copy(record1);
      await writeFile(journalIn(dir, one), changed);
      expect(await heard(storage, dir, one)).toHaveLength(16_000);
    });
  });

  it('takes its keys with it when it is deleted: what is left of it elsewhere opens no more', async () => {
    await withStorage(async (open, dir) => {
      const storage = open(fakeSecrets());
      const id = await record(storage, dir);
      const more = await storeOf(storage, dir).start({ title: '', continues: id, ...ignored });
      more.recorder.add(ramp(16_000, 16_000));
      await more.recorder.finish();
      // The same bytes on the disk under another name, as a disk that forgets nothing would have them.
      const left = join(dir, 'left');
      await link(journalIn(dir, id), left);
      await storeOf(storage, dir).delete(id);
      const keys: Buffer[] = [];
      const bytes = await readFile(left);
      for (const at of [BEFORE_SOUND - 80, BEFORE_SOUND + 4 * GROUP_BYTES + 24])
        keys.push(bytes.subarray(at, at + 80));
      expect(keys.every((key) => key.every((byte) => byte === 0))).toBe(true);
      const opened: unknown[] = [];
      for await (const one of readJournal(left, storage.itemKeys.open)) opened.push(one);
      expect(opened).toEqual([]);
      for await (const one of readSealed(left)) opened.push(one);
      expect(opened).toEqual([]);
    });
  });
});
