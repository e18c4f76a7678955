/** Whether the files that the docs name are there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from './log.mjs';
import { root } from './paths.mjs';

/** A name in code marks that ends as a source file does, with or without its folders. */
const SOURCE_NAME = /`(?:\.\/)?([\w@./-]+\.(?:tsx?|mjs|cjs|cc|h|py|css))`/g;

/** Not ours, or made from what is. */
const SKIPPED = new Set(['node_modules', '.git', 'out', 'dist', 'test-results']);

function filesIn(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return SKIPPED.has(entry.name) ? [] : filesIn(path);
  });
}

/** @throws SetupError that names each file that README or docs/ speak of and the project does not have. */
export async function checkDocPaths() {
  const files = filesIn('');
  const docs = files.filter((file) => file === 'README.md' || /^docs\/.*\.md$/.test(file));
  const missing = docs.flatMap((doc) =>
    [...readFileSync(join(root, doc), 'utf8').matchAll(SOURCE_NAME)]
      .map(([, name]) => name)
      .filter((name) => !files.some((file) => file === name || file.endsWith(`/${name}`)))
      .map((name) => `${doc}: ${name}`),
  );
  if (missing.length > 0)
    throw new SetupError(`Files that the docs name and nobody has:\n${missing.join('\n')}`);
}
