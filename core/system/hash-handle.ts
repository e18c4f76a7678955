import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** Size and SHA-256 of an open file, read as a stream from its beginning. Leaves it open. */
export async function hashHandle(file: FileHandle): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const chunks = file.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
  for await (const chunk of chunks) {
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}
