import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type InstalledModel,
  installedModelSchema,
} from '../../../../core/models/library/installed-model.ts';
import { exportPack, importPack } from '../../../../core/models/library/pack.ts';
import { HASH_WORKER, hashOf, someBytes } from '../../../support/hub/fetching.ts';
import { withTempDir } from '../../../support/models.ts';

const SIZE = 100_000;

async function makeModel(dir: string): Promise<InstalledModel> {
  const path = join(dir, 'one.litertlm');
  await writeFile(path, someBytes(SIZE));
  const manifest = installedModelSchema.parse({
    version: 1,
    id: 'one',
    name: 'One',
    maker: '',
    task: 'chat',
    summary: '',
    licence: 'MIT',
    languages: [],
    modalities: ['text'],
    quantization: '',
    file: 'one.litertlm',
    sizeBytes: SIZE,
    sha256: await hashOf(path),
    checkpoints: [],
    blockBytes: 64 * 1024 * 1024,
    source: { kind: 'import' },
    installedAt: '2026-11-24T00:00:00.000Z',
  });
  return { manifest, dir, path, foundBytes: SIZE };
}

describe('a pack of a model', () => {
  it('goes out and comes in again', async () => {
    await withTempDir(async (dir) => {
      const pack = await exportPack(await makeModel(dir), dir, HASH_WORKER);
      expect((await readdir(pack)).sort()).toEqual(['LICENCE.txt', 'model.json', 'one.litertlm']);
      const { id, source } = await importPack(pack, join(dir, 'models'), HASH_WORKER);
      expect({ id, source }).toEqual({ id: 'one', source: { kind: 'pack' } });
      expect(await readFile(join(dir, 'models', 'one', 'one.litertlm'))).toEqual(someBytes(SIZE));
    });
  });

  it('is refused where it cannot be written before the model is hashed, and leaves nothing of a damaged one', async () => {
    await withTempDir(async (dir) => {
      const model = await makeModel(dir);
      const file = join(dir, 'file');
      await writeFile(file, 'theirs');
      // Hashing would fail otherwise: there is no such thread.
      const noHasher = join(dir, 'no-hasher.ts');
      await expect(exportPack(model, file, noHasher)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      await mkdir(join(dir, 'taken', 'one.sotto-pack', 'model.json'), { recursive: true });
      const taken = exportPack(model, join(dir, 'taken'), noHasher);
      await expect(taken).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      const damaged = { ...model, manifest: { ...model.manifest, sha256: '0'.repeat(64) } };
      await mkdir(join(dir, 'out'));
      await expect(exportPack(damaged, join(dir, 'out'), HASH_WORKER)).rejects.toMatchObject({
        code: 'PACK_INVALID',
      });
      expect(await readdir(join(dir, 'out'))).toEqual([]);
    });
  });

  it.each(['', 'one.litertlm', 'LICENCE.txt', 'model.json'])(
    'is written through no link: %j',
    async (name) => {
      await withTempDir(async (dir) => {
        const model = await makeModel(dir);
        const pack = join(dir, 'one.sotto-pack');
        const other = join(dir, 'other');
        await (name === '' ? mkdir(other) : writeFile(other, 'theirs'));
        if (name !== '') await mkdir(pack);
        await symlink(other, join(pack, name));
        await expect(exportPack(model, dir, HASH_WORKER)).rejects.toMatchObject({
          code: 'FILE_UNWRITABLE',
          message: expect.stringContaining('symbolic link'),
        });
        if (name === '') expect(await readdir(other)).toEqual([]);
        else expect(await readFile(other, 'utf8')).toBe('theirs');
      });
    },
  );

  it.skipIf(process.platform === 'win32')(
    'with a pipe in the place of its model is not waited for',
    async () => {
      await withTempDir(async (dir) => {
        const pack = await exportPack(await makeModel(dir), dir, HASH_WORKER);
        const path = join(pack, 'one.litertlm');
        await rm(path);
        execFileSync('mkfifo', [path]);
        await expect(importPack(pack, join(dir, 'models'), HASH_WORKER)).rejects.toMatchObject({
          code: 'PACK_INVALID',
        });
      });
    },
  );
});
