import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** For what is Sotto's own: its user alone may read it. */
const PRIVATE = 0o600;
/** For what the user has asked for: as the system makes the user's other files. */
const SHARED = 0o666;

/** Writes a file of Sotto's own whole or not at all: a kill or a full disk leaves the old one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await replaceFile(path, [Buffer.from(text)], PRIVATE);
}

/** The same with what another file of Sotto's own has. */
export async function copyWhole(from: string, to: string): Promise<void> {
  await replaceFile(to, createReadStream(from, { highWaterMark: 1 << 20 }), PRIVATE);
}

/** The same for a file that the user asked for, of any length. @throws what the disk throws, or the pieces. */
export async function exportWhole(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  await replaceFile(path, pieces, SHARED);
}

async function replaceFile(
  path: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  mode: number,
): Promise<void> {
  const next = `${path}.next`;
  try {
    const file = await open(next, 'w', mode);
    try {
      for await (const piece of pieces) await file.appendFile(piece);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
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

/** True where the disk, or the user's share of it, is full. */
export function isDiskFull(cause: unknown): boolean {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
}
