import { randomBytes } from 'node:crypto';
import { link, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFile, PRIVATE } from './own-file.ts';
import { LinkedPathError, refuseLinks } from './own-folders.ts';
import { NotAFileError, openRegular } from './regular-file.ts';

/** For what the user has asked for: as the system makes the user's other files. */
export const SHARED = 0o666;

/** Writes a file of Sotto's own whole or not at all: a kill or a full disk leaves the old one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await replaceFile(path, [Buffer.from(text)], PRIVATE);
}

/**
 * The same for a file that must not be there yet: of several processes one writes it.
 *
 * @returns false where there is one, which stays as it is
 */
export async function writeFirst(path: string, text: string): Promise<boolean> {
  return replaceFile(path, [Buffer.from(text)], PRIVATE, 'first');
}

/** The same with what another file of Sotto's own has. */
export async function copyWhole(from: string, to: string): Promise<void> {
  const source = await openRegular(from, { isOurs: true });
  await replaceFile(to, source.createReadStream({ highWaterMark: 1 << 20 }), PRIVATE).finally(() =>
    source.close(),
  );
}

/**
 * The same for a file that the user asked for, of any length. Folders on the way to it may be links of the user's.
 *
 * @throws NotAFileError for a device or a pipe, LinkedPathError for a link, what the disk throws, or the pieces
 */
export async function exportWhole(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  await refuseTaken(path);
  await replaceFile(path, pieces, SHARED);
}

/**
 * Looks whether a file may take a name: a file put in the place of /dev/null would harm the whole machine, and what a link
 * leads to is not what was named. @throws NotAFileError, LinkedPathError.
 */
export async function refuseTaken(path: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats?.isSymbolicLink() === true) throw new LinkedPathError();
  if (stats?.isFile() === false) throw new NotAFileError(stats);
}

async function replaceFile(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  mode: number,
  place: 'replace' | 'first' = 'replace',
): Promise<boolean> {
  await sweep(path);
  // A name of its own: two processes that write the same file must not write into each other's.
  const next = `${path}.${randomBytes(6).toString('hex')}.next`;
  try {
    const file = await makeFile(next, mode);
    try {
      for await (const piece of pieces) await file.appendFile(piece);
      await file.datasync();
    } finally {
      await file.close();
    }
    if (place === 'replace') await rename(next, path);
    else if (!(await nameFirst(next, path))) return false;
  } catch (error) {
    await rm(next, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
  return true;
}

/** Gives a file its name unless that is taken. */
async function nameFirst(next: string, path: string): Promise<boolean> {
  try {
    await link(next, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // A file system without hard links: the owner's lock alone keeps others away.
    if (await isThere(path)) return false;
    await rename(next, path);
    return true;
  } finally {
    await rm(next, { force: true });
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Nobody takes so long to write one file. */
const ABANDONED_MS = 24 * 60 * 60_000;

/** Removes what a process that was killed in the middle has left beside a file. */
async function sweep(path: string): Promise<void> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.`;
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix) || !/^[0-9a-f]{12}\.next$/.test(name.slice(prefix.length))) continue;
    const left = join(folder, name);
    const age = Date.now() - ((await stat(left).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > ABANDONED_MS) await rm(left, { force: true }).catch(() => undefined);
  }
}

/** Makes a folder that only its user can look into. @throws LinkedPathError, or what the disk throws. */
export async function makeFolder(dir: string): Promise<void> {
  await refuseLinks(dir, true);
  await mkdir(dir, { recursive: true, mode: 0o700 });
}

/** Names in a folder survive a power cut only once the folder itself is on the disk. */
export async function syncFolder(dir: string): Promise<void> {
  try {
    const folder = await open(dir, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows knows no such thing, and needs none.
  }
}
