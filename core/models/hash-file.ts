import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError } from '../errors.ts';

/** Size and SHA-256 of a file, read as a stream. */
export async function hashFile(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
      sizeBytes += (chunk as Buffer).length;
    }
  } catch (cause) {
    throw new AppError('MODEL_MISSING', 'The model file was not found.', {
      hint: 'Install the model again.',
      cause,
    });
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}
