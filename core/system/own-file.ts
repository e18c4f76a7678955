import { randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { refuseLinks, refuseLinksSync } from './own-folders.ts';

/** Its user alone may read it. */
export const PRIVATE = 0o600;

/**
 * Makes a file that is not there yet, in a folder of Sotto's own or in one that the user has chosen. Fails where there is
 * anything of that name, and so writes through no link.
 *
 * @param flags of those that make the file themselves, and fail where there is one
 * @throws LinkedPathError, EEXIST, or what the disk throws
 */
export async function makeFile(
  path: string,
  mode = PRIVATE,
  flags: 'wx' | 'wx+' | 'ax' = 'wx',
): Promise<FileHandle> {
  await refuseLinks(path);
  return open(path, flags, mode);
}

/** Writes a small file whole or not at all where nothing can be waited for. @throws as `makeFile`. */
export function writeOwnSync(path: string, text: string): void {
  refuseLinksSync(path);
  const next = `${path}.${randomBytes(6).toString('hex')}.next`;
  const file = openSync(next, 'wx', PRIVATE);
  try {
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
    renameSync(next, path);
  } catch (cause) {
    rmSync(next, { force: true });
    throw cause;
  }
}
