import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

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
}

/**
 * Opens a file that the user or another process has chosen, for reading. Never waits for the other end of a pipe, and
 * takes regular files only: a device may have no end.
 *
 * @throws NotAFileError, or what the disk throws
 */
export async function openRegular(
  path: string,
  { isOurs = false }: RegularOptions = {},
): Promise<FileHandle> {
  // Windows knows neither flag.
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  const handle = await open(path, O_RDONLY | O_NONBLOCK | (isOurs ? O_NOFOLLOW : 0));
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
