import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPictures } from '../../../cli/read-pictures.ts';
import { readContainer } from '../../../core/models/container/container.ts';
import { createSettingsStore } from '../../../core/settings/settings-store.ts';
import { AudioFile } from '../../../core/speech/audio/audio-file.ts';
import { importChats } from '../../../core/storage/chats/import/import-chats.ts';
import { openDatabase } from '../../../core/storage/database/open-database.ts';
import { createVault } from '../../../core/storage/vault/vault.ts';
import { openRegular, readOwnText, readRegular, readText } from '../../../core/system/regular-file.ts';
import { withTempDir } from '../../support/models.ts';

const makePipe = (path: string) => execFileSync('mkfifo', [path]);

describe('a file that is opened', () => {
  it('is read whole, also where its size is not known before', async () => {
    await withTempDir(async (dir) => {
      await writeFile(join(dir, 'a'), 'words');
      expect(await readText(join(dir, 'a'))).toBe('words');
      if (process.platform === 'linux') expect(await readText('/proc/self/status')).toContain('Name:');
    });
  });

  it('is not larger than it may be', async () => {
    await withTempDir(async (dir) => {
      await writeFile(join(dir, 'a'), 'words');
      await expect(readRegular(join(dir, 'a'), 4)).rejects.toMatchObject({ code: 'ETOOLARGE' });
    });
  });

  it('of Sotto’s own is no link to another', async () => {
    await withTempDir(async (dir) => {
      await writeFile(join(dir, 'a'), 'words');
      await symlink(join(dir, 'a'), join(dir, 'b'));
      expect(await readText(join(dir, 'b'))).toBe('words');
      await expect(readOwnText(join(dir, 'b'))).rejects.toMatchObject({ code: 'ELOOP' });
    });
  });

  it.skipIf(process.platform === 'win32')('is no folder, pipe or device, and is not waited for', async () => {
    await withTempDir(async (dir) => {
      makePipe(join(dir, 'pipe'));
      await mkdir(join(dir, 'folder'));
      await expect(openRegular(join(dir, 'folder'))).rejects.toMatchObject({ isFolder: true });
      for (const path of [join(dir, 'pipe'), '/dev/zero'])
        await expect(openRegular(path)).rejects.toMatchObject({ code: 'ENOTFILE', isFolder: false });
    });
  });
});

it.skipIf(process.platform === 'win32')(
  'a pipe in the place of any file is told, or passed over, at once',
  async () => {
    await withTempDir(async (dir) => {
      const pipe = join(dir, 'pipe');
      makePipe(pipe);
      const signal = new AbortController().signal;
      await expect(AudioFile.open(pipe, signal)).rejects.toMatchObject({
        code: 'AUDIO_FORMAT',
        message: 'Sound cannot be read from a pipe or a device.',
      });
      await expect(readContainer(pipe)).rejects.toMatchObject({ code: 'MODEL_FORMAT' });
      await expect(readPictures([pipe])).rejects.toMatchObject({ code: 'MEDIA_UNREADABLE' });
      const db = await openDatabase({ path: ':memory:' });
      await expect(importChats(db, pipe)).rejects.toMatchObject({ code: 'IMPORT_FORMAT' });
      expect(await createSettingsStore(pipe).get()).toMatchObject({});
      const secrets = { wrap: async () => undefined, unwrap: async () => undefined };
      await expect(createVault(pipe, secrets, () => true).open()).rejects.toMatchObject({
        code: 'KEY_UNAVAILABLE',
      });
    });
  },
);
