import { randomBytes } from 'node:crypto';
import { cp, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../errors.ts';
import { isDiskFull } from '../../system/disk-failure.ts';
import { makeFile } from '../../system/own-file.ts';
import { checkSpace } from './import-model.ts';
import { DOWNLOADS_DIR, scanFolder } from './installed-model.ts';

/**
 * Moves Sotto's own models and unfinished downloads into another folder; what is none of Sotto's stays. Either all of
 * them are there afterwards or all are where they were.
 *
 * @throws AppError PATH_REFUSED, FILE_UNWRITABLE, DISK_SPACE, DISK_FULL.
 */
export async function moveModels(from: string, to: string, usedBytes: number): Promise<void> {
  const target = resolve(to);
  if (isInside(target, from) || isInside(resolve(from), target)) {
    throw new AppError('PATH_REFUSED', 'One of the two folders lies inside the other.', {
      hint: 'Choose a folder beside it, or on another disk.',
    });
  }
  await checkWritable(target);
  if (!(await isSameDisk(from, target))) await checkSpace(target, usedBytes);
  const { models } = await scanFolder(from);
  const names = [...models.map(({ manifest }) => manifest.id), DOWNLOADS_DIR];
  const taken = new Set(await readdir(target));
  const clash = names.find((name) => name !== DOWNLOADS_DIR && taken.has(name));
  if (clash !== undefined) {
    throw new AppError('PATH_REFUSED', `There is something called ${clash} in that folder already.`, {
      hint: 'Choose an empty folder.',
    });
  }
  const moved: string[] = [];
  try {
    for (const name of names) {
      if (await move(join(from, name), join(target, name))) moved.push(name);
    }
  } catch (cause) {
    for (const name of moved) await move(join(target, name), join(from, name)).catch(() => undefined);
    throw isDiskFull(cause)
      ? new AppError('DISK_FULL', 'The disk is full. The models are where they were.', { cause })
      : new AppError('FILE_UNWRITABLE', 'The models could not be moved. They are where they were.', {
          cause,
        });
  }
}

function isInside(path: string, dir: string): boolean {
  const way = relative(resolve(dir), path);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && resolve(way) !== way);
}

async function checkWritable(dir: string): Promise<void> {
  const probe = join(dir, `.sotto-probe-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(dir, { recursive: true });
    await (await makeFile(probe)).close();
    await rm(probe);
  } catch (cause) {
    throw new AppError('FILE_UNWRITABLE', 'That folder cannot be written to.', {
      hint: 'Choose another one.',
      cause,
    });
  }
}

async function isSameDisk(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(a).catch(() => undefined), stat(b)]);
  return one === undefined || one.dev === other.dev;
}

/** Neither a link nor a pipe nor a device: none of them is Sotto's. */
async function isOrdinary(path: string): Promise<boolean> {
  const stats = await lstat(path);
  return stats.isFile() || stats.isDirectory();
}

/** False where there is nothing to move. Onto another disk it is copied whole before the original goes. */
async function move(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code !== 'EXDEV') throw cause;
  }
  try {
    await cp(from, to, {
      recursive: true,
      preserveTimestamps: true,
      errorOnExist: true,
      force: false,
      filter: isOrdinary,
    });
  } catch (cause) {
    await rm(to, { recursive: true, force: true });
    throw cause;
  }
  await rm(from, { recursive: true, force: true });
  return true;
}
