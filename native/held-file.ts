import { createHash } from 'node:crypto';
import { createReadStream, openSync, readFileSync } from 'node:fs';
import { NativeError } from './native-error.ts';

/** A file that was hashed, and that is opened by the very handle that was. */
export interface HeldFile {
  /**
   * What to open: on Linux the handle, so that nobody can put another file in its place; elsewhere the path. The handle
   * stays open for good: the dynamic linker knows libraries by the name they were opened with.
   */
  from: string;
  sha256: string;
}

/**
 * Hashes a file and keeps it open.
 *
 * @param sha256 what its SHA-256 must be, in hex
 * @throws NativeError RUNTIME_MISSING when it cannot be read, RUNTIME_UNTRUSTED when it is another file
 */
export async function holdFile(path: string, sha256: string): Promise<HeldFile> {
  const hash = createHash('sha256');
  try {
    const fd = openSync(path, 'r');
    const bytes = createReadStream(path, { fd, start: 0, autoClose: false, highWaterMark: 1 << 20 });
    for await (const chunk of bytes) hash.update(chunk as Buffer);
    return checked(path, fd, hash.digest('hex'), sha256);
  } catch (error) {
    throw asMissing(error);
  }
}

/**
 * The same at once, for a small file that is loaded before the process is confined: reading in the background would start
 * threads that stay outside.
 *
 * @param sha256 undefined where none was pinned: an addon that was just built from its sources
 */
export function holdFileSync(path: string, sha256: string | undefined): HeldFile {
  try {
    const fd = openSync(path, 'r');
    const actual = createHash('sha256').update(readFileSync(fd)).digest('hex');
    return checked(path, fd, actual, sha256 ?? actual);
  } catch (error) {
    throw asMissing(error);
  }
}

function checked(path: string, fd: number, actual: string, sha256: string): HeldFile {
  if (actual !== sha256) {
    throw new NativeError('RUNTIME_UNTRUSTED', `${path} is not the pinned file: its SHA-256 is ${actual}`);
  }
  return { from: process.platform === 'linux' ? `/proc/self/fd/${fd}` : path, sha256: actual };
}

function asMissing(error: unknown): NativeError {
  if (error instanceof NativeError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new NativeError('RUNTIME_MISSING', `A part of Sotto cannot be read: ${reason}`);
}
