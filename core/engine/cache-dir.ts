import { accessSync, constants, mkdirSync } from 'node:fs';
import { nameOwnFolder } from '../system/own-folders.ts';

/** Makes the folder for compiled weights. Undefined where it cannot be written to: models run without one. */
export function makeCacheDir(path: string): string | undefined {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK);
    nameOwnFolder(path);
    return path;
  } catch {
    return undefined;
  }
}
