import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { AppError } from '../../errors.ts';

/** Deep enough for the folders of other programs, shallow enough for somebody's whole disk. */
const MAX_DEPTH = 5;
const MAX_FOLDERS = 5000;
const EXTENSIONS = ['.litertlm', '.tflite'];

/**
 * Files of a folder, and of those in it, that may be models, by their names. Symbolic links are not followed, hidden
 * folders not entered.
 *
 * @throws AppError MODEL_MISSING when the folder cannot be read.
 */
export async function findModelFiles(dir: string): Promise<string[]> {
  const found: string[] = [];
  let folders = 0;
  const visit = async (at: string, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH || ++folders > MAX_FOLDERS) return;
    const entries = await readdir(at, { withFileTypes: true }).catch((cause) => {
      if (depth > 0) return [];
      throw new AppError('MODEL_MISSING', 'The folder cannot be read.', { hint: 'Check the path.', cause });
    });
    for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.')) await visit(path, depth + 1);
      else if (entry.isFile() && EXTENSIONS.includes(extname(entry.name).toLowerCase())) found.push(path);
    }
  };
  await visit(dir, 0);
  return found;
}
