import { AppError } from '../errors.ts';
import { hashHandle } from '../system/hash-handle.ts';
import { openRegular } from '../system/regular-file.ts';

/** Size and SHA-256 of a model's file. @throws AppError MODEL_MISSING. */
export async function hashFile(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  try {
    const file = await openRegular(path);
    try {
      return await hashHandle(file);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new AppError('MODEL_MISSING', 'The model file was not found.', {
      hint: 'Install the model again.',
      cause,
    });
  }
}
