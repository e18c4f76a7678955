import { lstat, readdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { modelIdSchema } from '../../../contract/library.ts';
import { AppError } from '../../errors.ts';
import { nameOwnFolder } from '../../system/own-folders.ts';
import { DOWNLOADS_DIR, type InstalledModel, readInstalled, scanFolder } from './installed-model.ts';

/** The folder of downloaded and imported models: one folder a model, named by its id. */
export interface ModelFolder {
  dir(): Promise<string>;
  scan(): Promise<{ models: InstalledModel[]; unknown: string[] }>;
  find(id: string): Promise<InstalledModel | undefined>;
  /** Deletes a model with everything that is kept of it. @throws AppError MODEL_MISSING, PATH_REFUSED. */
  remove(id: string): Promise<void>;
  freeBytes(): Promise<number>;
}

/** What models take of the folder's disk; files that are linked lie elsewhere. */
export function usedBytes(models: readonly InstalledModel[]): number {
  const own = models.filter(({ manifest }) => manifest.linkedPath === undefined);
  return own.reduce((sum, model) => sum + (model.foundBytes ?? 0), 0);
}

export function createModelFolder(chosen: () => Promise<string>, cacheDir: string): ModelFolder {
  const dir = async () => {
    const folder = await chosen();
    nameOwnFolder(folder);
    return folder;
  };
  const folderOf = async (id: string) => join(await dir(), checkId(id));
  return {
    dir,
    scan: async () => scanFolder(await dir()),
    find: async (id) => {
      if (!modelIdSchema.safeParse(id).success) return undefined;
      return readInstalled(await folderOf(id));
    },
    remove: async (id) => {
      const folder = await folderOf(id);
      const found = await lstat(folder).catch(() => undefined);
      if (found?.isDirectory() !== true) {
        throw new AppError('MODEL_MISSING', 'There is no model of that name.', {
          hint: 'See `sotto models list`.',
        });
      }
      const model = await readInstalled(folder);
      if (model === undefined) {
        throw new AppError(
          'PATH_REFUSED',
          'The folder of that name is none of Sotto’s, so it was not touched.',
          {
            hint: 'Remove it by hand if you know what it is.',
          },
        );
      }
      await removeCaches(cacheDir, [model.manifest.file, `${id}_`]);
      await rm(folder, { recursive: true, force: true });
    },
    freeBytes: async () => freeBytesAt(await dir()),
  };
}

/** @throws AppError PATH_REFUSED for what could lead out of the folder, or that some system cannot name. */
export function checkId(id: string): string {
  if (modelIdSchema.safeParse(id).success && id !== DOWNLOADS_DIR) return id;
  throw new AppError('PATH_REFUSED', 'This cannot be the name of a model.', {
    hint: 'Names have small letters, digits, dots and dashes.',
  });
}

/** Of the disk that a folder, or the nearest one above it, is on. */
export async function freeBytesAt(dir: string): Promise<number> {
  for (let at = dir; ; at = join(at, '..')) {
    const found = await statfs(at).catch(() => undefined);
    if (found !== undefined) return found.bavail * found.bsize;
    if (at === join(at, '..')) return 0;
  }
}

/** Compiled weights that the engine keeps under the model file's name, which may be as large as the model. */
async function removeCaches(cacheDir: string, prefixes: string[]): Promise<void> {
  const names = await readdir(cacheDir).catch(() => []);
  const own = names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  await Promise.all(own.map((name) => rm(join(cacheDir, name), { recursive: true, force: true })));
}
