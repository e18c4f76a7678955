import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { refuseLinks, refuseLinksSync } from './own-folders.ts';

/** Thrown for a folder, a pipe, a device or a socket where a file was asked for. */
export class NotAFileError extends Error {
  readonly code = 'ENOTFILE';
  readonly isFolder: boolean;

  constructor(stats: Stats) {
    super('not a regular file');
    this.name = 'NotAFileError';
    this.isFolder = stats.isDirectory();
  }
}

/** Thrown for a file that has more than may be read at once. */
export class FileTooLargeError extends Error {
  readonly code = 'ETOOLARGE';

  constructor() {
    super('the file is too large');
    this.name = 'FileTooLargeError';
  }
}

export interface RegularOptions {
  /** In a folder of Sotto's own: a symbolic link there was put by somebody else, and is not followed. */
  isOurs?: boolean;
  /** Beside reading; none of them makes a file. */
  flags?: number;
}

/** Windows knows neither flag. */
const { O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;

/**
 * Opens a file that the user or another process has chosen, for reading. Never waits for the other end of a pipe, and
 * takes regular files only: a device may have no end.
 *
 * @throws NotAFileError, or what the disk throws
 */
export async function openRegular(
  path: string,
  { isOurs = false, flags = constants.O_RDONLY }: RegularOptions = {},
): Promise<FileHandle> {
  if (isOurs) await refuseLinks(path);
  const handle = await open(path, flags | O_NONBLOCK | (isOurs ? O_NOFOLLOW : 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new NotAFileError(stats);
    return handle;
  } catch (cause) {
    await handle.close();
    throw cause;
  }
}

const PIECE_BYTES = 1 << 20;

/** The whole of such a file. @throws FileTooLargeError, NotAFileError, or what the disk throws. */
export async function readRegular(
  path: string,
  mostBytes: number,
  options?: RegularOptions,
): Promise<Buffer> {
  const handle = await openRegular(path, options);
  try {
    const { size } = await handle.stat();
    if (size > mostBytes) throw new FileTooLargeError();
    let bytes = Buffer.allocUnsafe(size + 1);
    let length = 0;
    // Files under /proc say 0 and have more; one that grows while it is read has more as well.
    for (;;) {
      const { bytesRead } = await handle.read(bytes, length, bytes.length - length, null);
      if (bytesRead === 0) return bytes.subarray(0, length);
      length += bytesRead;
      if (length > mostBytes) throw new FileTooLargeError();
      if (length === bytes.length) bytes = Buffer.concat([bytes], length + PIECE_BYTES);
    }
  } finally {
    await handle.close();
  }
}

/** Nothing that is read as a whole beside exports of chats comes near it. */
const MOST_TEXT_BYTES = 64 * 1024 * 1024;

/** A file of text that somebody else has chosen, as UTF-8. @throws as `readRegular`. */
export async function readText(path: string): Promise<string> {
  return (await readRegular(path, MOST_TEXT_BYTES)).toString('utf8');
}

/** The same for a file in a folder of Sotto's own. @throws as `readRegular`, and for a symbolic link. */
export async function readOwnText(path: string): Promise<string> {
  return (await readRegular(path, MOST_TEXT_BYTES, { isOurs: true })).toString('utf8');
}

/** The same for what must be known before anything else. */
export function readOwnTextSync(path: string): string {
  const file = openRegularSync(path, { isOurs: true });
  try {
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** As `openRegular`, where nothing else can be waited for. @returns the file's descriptor */
export function openRegularSync(path: string, { isOurs = false }: RegularOptions = {}): number {
  if (isOurs) refuseLinksSync(path);
  const file = openSync(path, constants.O_RDONLY | O_NONBLOCK | (isOurs ? O_NOFOLLOW : 0));
  const stats = fstatSync(file);
  if (stats.isFile()) return file;
  closeSync(file);
  throw new NotAFileError(stats);
}
