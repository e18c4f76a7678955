import { copyFile, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelChange } from '../../../../contract/library.ts';
import { createImports } from '../../../../core/models/library/imports.ts';
import { readInstalled } from '../../../../core/models/library/installed-model.ts';
import { sweepWorkFolders } from '../../../../core/models/library/sweep-work-folders.ts';
import { createModelEvents } from '../../../../core/models/model-events.ts';
import { HASH_WORKER } from '../../../support/hub/fetching.ts';
import { withTempDir } from '../../../support/models.ts';
import { TINY_GEMMA } from '../../../support/tiny-gemma.ts';
import { TINY_VISION } from '../../../support/tiny-vision.ts';

function create(dir: string) {
  const modelsDir = join(dir, 'models');
  const changes: ModelChange[] = [];
  const events = createModelEvents();
  events.on((change) => changes.push(change));
  const imports = createImports({ modelsDir: async () => modelsDir, hashWorker: HASH_WORKER, events });
  return { imports, modelsDir, changes, events };
}

describe('importing', () => {
  it('tells how far it is, and what the model takes from its own graph', async () => {
    await withTempDir(async (dir) => {
      const { imports, modelsDir, changes } = create(dir);
      const { ids, problems } = await imports.take(TINY_GEMMA, false);
      expect(problems).toEqual([]);
      const installed = await readInstalled(join(modelsDir, String(ids[0])));
      // 4 layers, keys and values of one head of 64 in FP32, for 1,024 tokens.
      expect(installed?.manifest.memory).toMatchObject({
        fixedCacheBytes: 4 * 2 * 64 * 4 * 1024,
        cacheBytesPerToken: 0,
      });
      expect(changes.map(({ state }) => state.state)).toEqual(
        expect.arrayContaining(['importing', 'verifying', 'ready']),
      );
      expect(imports.running.size).toBe(0);
    });
  });

  it('tells what a model takes beside text', async () => {
    await withTempDir(async (dir) => {
      const { imports, modelsDir } = create(dir);
      const { ids } = await imports.take(TINY_VISION, false);
      const installed = await readInstalled(join(modelsDir, String(ids[0])));
      expect(installed?.manifest.modalities).toEqual(['text', 'image']);
    });
  });

  it('takes every model of a folder and names what it cannot take', async () => {
    await withTempDir(async (dir) => {
      const folder = join(dir, 'other app');
      await mkdir(join(folder, 'deep', '.hidden'), { recursive: true });
      await copyFile(TINY_GEMMA, join(folder, 'One.litertlm'));
      await copyFile(TINY_GEMMA, join(folder, 'deep', 'two.LITERTLM'));
      await copyFile(TINY_GEMMA, join(folder, 'deep', '.hidden', 'three.litertlm'));
      await writeFile(join(folder, 'broken.litertlm'), 'no model');
      await writeFile(join(folder, 'notes.txt'), 'notes');
      // Out of the folder, and in a circle.
      await symlink(TINY_GEMMA, join(folder, 'link.litertlm'));
      await symlink(folder, join(folder, 'deep', 'round'));
      const { imports } = create(dir);
      const { ids, problems } = await imports.take(folder, false);
      expect(ids.map((id) => id.replace(/-[0-9a-f]{8}$/, '')).sort()).toEqual(['one', 'two']);
      expect(problems).toMatchObject([{ name: 'broken.litertlm', error: { code: 'MODEL_FORMAT' } }]);
    });
  });

  it('says that a folder holds none', async () => {
    await withTempDir(async (dir) => {
      await expect(create(dir).imports.take(dir, false)).rejects.toMatchObject({ code: 'MODEL_MISSING' });
    });
  });

  it('stops when it is asked to, and leaves nothing', async () => {
    await withTempDir(async (dir) => {
      const { imports, modelsDir, changes, events } = create(dir);
      events.on(({ id, state }) => {
        if (state.state === 'importing') imports.cancel(id);
      });
      expect(await imports.take(TINY_GEMMA, false)).toEqual({ ids: [], problems: [] });
      expect(await readdir(modelsDir)).toEqual(['.downloads']);
      expect(await readdir(join(modelsDir, '.downloads'))).toEqual([]);
      expect(changes.at(-1)?.state.state).toBe('absent');
      expect(imports.cancel('other')).toBe(false);
    });
  });
});

describe('what an import left that was killed', () => {
  it('goes once it is stale; what can go on and what is new stay', async () => {
    await withTempDir(async (dir) => {
      const downloads = join(dir, '.downloads');
      for (const name of ['killed', 'running']) {
        await mkdir(join(downloads, name), { recursive: true });
        await writeFile(join(downloads, name, 'model.part'), 'half');
      }
      const old = new Date(Date.now() - 2 * 60 * 60_000);
      await utimes(join(downloads, 'killed', 'model.part'), old, old);
      await utimes(join(downloads, 'killed'), old, old);
      await sweepWorkFolders(dir);
      expect(await readdir(downloads)).toEqual(['running']);
    });
  });
});
