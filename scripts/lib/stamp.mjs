import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Hash over the contents of files and folders, to tell whether something must be made again. */
export function hashOf(paths, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const path of paths) add(hash, path);
  return hash.digest('hex');
}

function add(hash, path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    hash.update(path).update(readFileSync(path));
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (name === 'node_modules' || name === 'build' || name === 'dist') continue;
    add(hash, join(path, name));
  }
}

/** True when the stamp file holds this hash, that is, when what it stands for was made from the same input. */
export function isFresh(stampPath, hash) {
  try {
    return readFileSync(stampPath, 'utf8') === hash;
  } catch {
    return false;
  }
}

export function writeStamp(stampPath, hash) {
  mkdirSync(dirname(stampPath), { recursive: true });
  writeFileSync(stampPath, hash);
}
