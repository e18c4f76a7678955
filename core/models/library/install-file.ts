import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import { withLock } from '../../system/lock-file.ts';
import { openRegular } from '../../system/regular-file.ts';
import { makeFolder, syncFolder, writeWhole } from '../../system/whole-file.ts';
import { DOWNLOADS_DIR, type InstalledManifest, MANIFEST_FILE } from './installed-model.ts';

/** The folder in which a model is put together before it has its name: same disk, out of sight. */
export async function makeWorkFolder(modelsDir: string, id: string): Promise<string> {
  const dir = join(modelsDir, DOWNLOADS_DIR, id);
  try {
    await makeFolder(dir);
  } catch (cause) {
    throw new AppError('FILE_UNWRITABLE', 'The models folder cannot be written to.', {
      hint: 'Check the folder, or choose another one.',
      cause,
    });
  }
  return dir;
}

/** Does what puts a model together, in a folder of its own; when that fails, nothing of it stays. */
export async function inWorkFolder<T>(
  modelsDir: string,
  id: string,
  make: (work: string) => Promise<T>,
): Promise<T> {
  // Another process may be taking the same model in.
  const work = await makeWorkFolder(modelsDir, `${id}.${randomBytes(6).toString('hex')}`);
  try {
    return await make(work);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Gives a finished model its place: the file is on the disk, then the manifest, then the folder gets its name. A
 * kill at any point leaves the model either there or not there.
 *
 * @param work a folder of makeWorkFolder that holds the file under `partName`, unless the model is linked.
 */
export async function install(
  modelsDir: string,
  work: string,
  partName: string | undefined,
  manifest: InstalledManifest,
): Promise<void> {
  if (partName !== undefined) {
    const part = await openRegular(join(work, partName), { isOurs: true, flags: constants.O_RDWR });
    await part.sync().finally(() => part.close());
    await rename(join(work, partName), join(work, manifest.file));
  }
  await writeWhole(join(work, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  const place = join(modelsDir, manifest.id);
  // Another process may be putting the same model there.
  await withLock(join(modelsDir, DOWNLOADS_DIR, `${manifest.id}.lock`), busy, async () => {
    await rm(place, { recursive: true, force: true });
    await rename(work, place);
  });
  await syncFolder(modelsDir);
}

const busy = () =>
  new AppError('FILE_UNWRITABLE', 'Another Sotto is adding this model.', { hint: 'Try again in a moment.' });
