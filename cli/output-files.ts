import { constants } from 'node:fs';
import { access, lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../core/errors.ts';
import { toWriteError } from '../core/system/file-errors.ts';
import { LinkedPathError } from '../core/system/own-folders.ts';
import { NotAFileError } from '../core/system/regular-file.ts';

/** File systems there take names that differ in case only for the same. */
const IGNORES_CASE = process.platform === 'darwin' || process.platform === 'win32';

/**
 * Looks at every place that is to be written to, before any work is done for it.
 *
 * @param inputs what is read, which nothing may replace
 * @throws AppError FILE_UNWRITABLE, or PARAM_RANGE where one file would replace another
 */
export async function planFiles(paths: readonly string[], inputs: readonly string[] = []): Promise<void> {
  const read = new Set(await Promise.all(inputs.map((input) => realpath(input).catch(() => resolve(input)))));
  const planned = new Set<string>();
  for (const path of paths) {
    const target = await checkPlace(path);
    if (read.has(target)) {
      throw new AppError('PARAM_RANGE', `${basename(path)} would replace the file that is read.`, {
        hint: 'Give another name or folder with --output.',
      });
    }
    const key = IGNORES_CASE ? target.toLowerCase() : target;
    if (planned.has(key)) {
      throw new AppError('PARAM_RANGE', `Two files would be written as ${basename(path)}.`, {
        hint: 'Transcribe them one by one, each with its own --output.',
      });
    }
    planned.add(key);
  }
}

/** Refuses a folder that is not there, or cannot be written to. @throws AppError FILE_UNWRITABLE. */
export async function checkFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch((cause) => {
    throw toWriteError(cause);
  });
  if (!stats.isDirectory()) {
    throw new AppError('FILE_UNWRITABLE', `${basename(folder)} is a file and no folder.`, {
      hint: 'Give a folder with --output.',
    });
  }
  await access(folder, constants.W_OK | constants.X_OK).catch((cause) => {
    throw toWriteError(cause);
  });
}

/** @returns the file that is really written to, whatever folders are links */
async function checkPlace(path: string): Promise<string> {
  const folder = dirname(resolve(path));
  await checkFolder(folder);
  if (path.endsWith('/')) throw toWriteError(Object.assign(new Error(), { code: 'EISDIR' }));
  const stats = await lstat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw toWriteError(cause);
  });
  if (stats === undefined) return join(await realpath(folder), basename(resolve(path)));
  if (stats.isSymbolicLink()) throw toWriteError(new LinkedPathError());
  if (!stats.isFile()) throw toWriteError(new NotAFileError(stats));
  return realpath(path);
}
