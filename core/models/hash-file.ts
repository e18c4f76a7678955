import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import { openRegular } from '../system/regular-file.ts';

/** Size and SHA-256 of a file, read as a stream. */
export async function hashFile(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    const file = await openRegular(path);
    for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 })) {
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
