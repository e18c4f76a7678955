import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWeightCache } from '../../../core/engine/weight-cache.ts';
import { writeJournal } from '../../../core/models/download/journal.ts';
import { openPart } from '../../../core/models/download/part-file.ts';
import { makeWorkFolder } from '../../../core/models/library/install-file.ts';
import { createJournalFile } from '../../../core/speech/recording/journal-writer.ts';
import { openDatabase } from '../../../core/storage/database/open-database.ts';
import { copyRegular } from '../../../core/system/copy-regular.ts';
import { toDiskFailure } from '../../../core/system/disk-failure.ts';
import { lockFile } from '../../../core/system/lock-file.ts';
import { makeFile, writeOwnSync } from '../../../core/system/own-file.ts';
import { nameOwnFolder } from '../../../core/system/own-folders.ts';
import { openRegular } from '../../../core/system/regular-file.ts';
import { copyWhole, makeFolder, writeFirst, writeWhole } from '../../../core/system/whole-file.ts';
import { withTempDir } from '../../support/models.ts';

type Write = (path: string) => unknown;
const identity = { sizeBytes: 4, sha256: undefined, commit: undefined };
const busy = () => {
  throw new Error('busy');
};

/** Everything with which Sotto writes a file of its own. */
const WRITES: Readonly<Record<string, Write>> = {
  makeFile: async (path) => (await makeFile(path)).close(),
  makeFolder: (path) => makeFolder(path),
  writeOwnSync: (path) => writeOwnSync(path, 'new'),
  writeWhole: (path) => writeWhole(path, 'new'),
  writeFirst: (path) => writeFirst(path, 'new'),
  copyWhole: (path) => copyWhole(join(dirname(dirname(path)), 'source'), path),
  copyRegular: (path) => copyRegular(join(dirname(dirname(path)), 'source'), path),
  lockFile: async (path) => (await lockFile(path, busy)).release(),
  'the journal of a download': (path) => writeJournal(path, {} as Parameters<typeof writeJournal>[1]),
  'a part of a download': async (path) => (await openPart(path, `${path}.json`, identity, 4)).close(),
  'the folder of a download': (path) => makeWorkFolder(dirname(path), 'model'),
  'the journal of a recording': async (path) => (await createJournalFile(path)).close(),
  'the database': async (path) => (await openDatabase({ path, key: Buffer.alloc(32) })).close(),
};

/** A folder of Sotto's own, and one of somebody else's in which nothing may change. */
async function withFolders(use: (own: string, other: string) => Promise<void>): Promise<void> {
  await withTempDir(async (dir) => {
    const [own, other] = [join(dir, 'own'), join(dir, 'other')];
    await mkdir(own);
    await mkdir(other);
    await writeFile(join(own, 'source'), 'new');
    await writeFile(join(other, 'file'), 'theirs');
    nameOwnFolder(own);
    await use(own, other);
    expect(await readdir(other)).toEqual(['file']);
    expect(await readFile(join(other, 'file'), 'utf8')).toBe('theirs');
  });
}

describe.each(Object.entries(WRITES))('%s', (_, write) => {
  it('writes into no folder that is a link', async () => {
    await withFolders(async (own, other) => {
      await symlink(other, join(own, 'inner'));
      const failure = await Promise.resolve(join(own, 'inner', 'deep', '..', 'new'))
        .then(write)
        .catch((error: unknown) => error);
      const { code } = failure as { code?: string };
      expect(['ELOOP', 'FILE_UNWRITABLE']).toContain(code);
      const told = toDiskFailure(failure);
      if (told !== undefined) expect(told.message).toContain('symbolic link');
    });
  });

  it('writes through no link of its own name', async () => {
    await withFolders(async (own, other) => {
      await mkdir(join(own, 'inner'));
      const path = join(own, 'inner', 'new');
      await symlink(join(other, 'file'), path);
      for (const end of ['-wal', '-journal', '.json', '.next'])
        await symlink(join(other, 'gone'), `${path}${end}`);
      // It may fail, or take the link's place.
      await Promise.resolve(path)
        .then(write)
        .catch(() => undefined);
    });
  });
});

describe('a folder of Sotto’s own', () => {
  it('may itself be a link of the user’s, and is written to', async () => {
    await withTempDir(async (dir) => {
      await mkdir(join(dir, 'elsewhere'));
      await symlink(join(dir, 'elsewhere'), join(dir, 'data'));
      nameOwnFolder(join(dir, 'data'));
      // The models folder is one of the user's choice as well.
      await mkdir(join(dir, 'disk'));
      await symlink(join(dir, 'disk'), join(dir, 'data', 'models'));
      nameOwnFolder(join(dir, 'data', 'models'));
      await makeFolder(join(dir, 'data', 'models', 'one'));
      await writeWhole(join(dir, 'data', 'models', 'one', 'model.json'), '{}');
      await writeWhole(join(dir, 'data', 'settings.json'), '{}');
      expect(await readFile(join(dir, 'disk', 'one', 'model.json'), 'utf8')).toBe('{}');
      expect(await readFile(join(dir, 'elsewhere', 'settings.json'), 'utf8')).toBe('{}');
    });
  });

  it('gives out nothing that lies behind a link', async () => {
    await withFolders(async (own, other) => {
      await symlink(other, join(own, 'inner'));
      await expect(openRegular(join(own, 'inner', 'file'), { isOurs: true })).rejects.toMatchObject({
        code: 'ELOOP',
      });
    });
  });

  it('has no cache of weights with a link in it', async () => {
    await withFolders(async (own, other) => {
      const cache = await openWeightCache(own, 'weights', 1);
      await writeFile(join(cache.dir ?? '', 'weights.bin'), 'weights');
      await cache.publish();
      await symlink(join(other, 'file'), join(own, 'weights.cache', 'more.bin'));
      const next = await openWeightCache(own, 'weights', 1);
      expect(next.dir).toContain('.building-');
      expect(await readdir(next.dir ?? '')).toEqual([]);
    });
  });
});
