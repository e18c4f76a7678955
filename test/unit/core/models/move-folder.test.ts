import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InstalledManifest } from '../../../../core/models/library/installed-model.ts';
import { moveModels } from '../../../../core/models/library/move-folder.ts';
import { withTempDir } from '../../../support/models.ts';

async function makeModel(dir: string, id: string): Promise<void> {
  const manifest: InstalledManifest = {
    version: 1,
    id,
    name: id,
    maker: '',
    task: 'chat',
    summary: '',
    licence: '',
    languages: [],
    modalities: [],
    quantization: '',
    file: `${id}.litertlm`,
    sizeBytes: 4,
    sha256: 'a'.repeat(64),
    checkpoints: [],
    blockBytes: 64,
    source: { kind: 'import' },
    installedAt: '2026-11-24T00:00:00.000Z',
  };
  await mkdir(join(dir, id), { recursive: true });
  await writeFile(join(dir, id, 'model.json'), JSON.stringify(manifest));
  await writeFile(join(dir, id, manifest.file), 'data');
}

describe('the models folder', () => {
  it('moves with its models and unfinished downloads, and leaves what is not ours', async () => {
    await withTempDir(async (dir) => {
      const from = join(dir, 'from');
      const to = join(dir, 'to', 'deep');
      await makeModel(from, 'one');
      await makeModel(from, 'two');
      await mkdir(join(from, '.downloads', 'three'), { recursive: true });
      await writeFile(join(from, 'notes.txt'), 'mine');
      await moveModels(from, to, 8);
      expect((await readdir(to)).sort()).toEqual(['.downloads', 'one', 'two']);
      expect(await readdir(from)).toEqual(['notes.txt']);
      expect(await readFile(join(to, 'two', 'two.litertlm'), 'utf8')).toBe('data');
    });
  });

  it('stays where it is when a name is taken there, or one folder is inside the other', async () => {
    await withTempDir(async (dir) => {
      const from = join(dir, 'from');
      await makeModel(from, 'one');
      await makeModel(from, 'two');
      await mkdir(join(dir, 'to', 'two'), { recursive: true });
      for (const to of [join(dir, 'to'), from, join(from, 'inside'), dir]) {
        await expect(moveModels(from, to, 8)).rejects.toMatchObject({ code: 'PATH_REFUSED' });
      }
      expect((await readdir(from)).filter((name) => name !== 'inside').sort()).toEqual(['one', 'two']);
    });
  });

  it('brings back what was moved when something cannot be', async () => {
    await withTempDir(async (dir) => {
      const from = join(dir, 'from');
      await makeModel(from, 'one');
      await mkdir(join(from, '.downloads', 'three'), { recursive: true });
      // Another's unfinished download lies there: ours cannot take its place.
      await mkdir(join(dir, 'to', '.downloads', 'four'), { recursive: true });
      await expect(moveModels(from, join(dir, 'to'), 8)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      expect((await readdir(from)).sort()).toEqual(['.downloads', 'one']);
      expect(await readdir(join(dir, 'to'))).toEqual(['.downloads']);
    });
  });

  it('stays where it is when the other cannot be written to', async () => {
    await withTempDir(async (dir) => {
      const from = join(dir, 'from');
      await makeModel(from, 'one');
      const file = join(dir, 'file');
      await writeFile(file, '');
      await chmod(file, 0o400);
      await expect(moveModels(from, join(file, 'to'), 8)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      expect(await readdir(from)).toEqual(['one']);
    });
  });
});
