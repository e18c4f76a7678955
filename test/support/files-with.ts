import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names of files below a folder that hold a text; models are left out. One that goes meanwhile holds nothing. */
export function filesWith(dir: string, text: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(part|litertlm)$/.test(entry.name))
    .filter((entry) => holds(join(entry.parentPath, entry.name), text))
    .map((entry) => entry.name);
}

function holds(path: string, text: string): boolean {
  try {
    return readFileSync(path).includes(text);
  } catch {
    return false;
  }
}
