import { accessSync, constants, mkdirSync } from 'node:fs';
import { AppError } from '../errors.ts';

/** Makes the folder for compiled weights. @throws AppError CACHE_UNWRITABLE. */
export function ensureCacheDir(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw new AppError('CACHE_UNWRITABLE', 'Sotto cannot write to its cache folder.', {
      hint: 'Free some space or give your user the right to write there.',
      cause,
    });
  }
}
