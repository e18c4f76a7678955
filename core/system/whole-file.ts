import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NotAFileError } from './regular-file.ts';

/** For what is Sotto's own: its user alone may read it. */
const PRIVATE = 0o600;
/** For what the user has asked for: as the system makes the user's other files. */
const SHARED = 0o666;

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
  await replaceFile(to, createReadStream(from, { highWaterMark: 1 << 20 }), PRIVATE);
}

/**
 * The same for a file that the user asked for, of any length. Where there is a link of that name, what it leads to is
 * replaced. @throws NotAFileError for a device or a pipe, what the disk throws, or the pieces.
 */
export async function exportWhole(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  await replaceFile(await targetOf(path), pieces, SHARED);
}

async function targetOf(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) return path;
  // A file put in the place of /dev/null would harm the whole machine.
  if (!stats.isFile()) throw new NotAFileError(stats);
  return realpath(path);
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
    // Fails where there is anything of that name, and so follows no link.
    const file = await open(next, 'wx', mode);
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

/** Makes a folder that only its user can look into. */
export async function makeFolder(dir: string): Promise<void> {
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
