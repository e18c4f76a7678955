import { join } from 'node:path';
import { log } from './log.mjs';
import { findNode } from './node.mjs';
import { root } from './paths.mjs';
import { run } from './run.mjs';
import { hashOf, isFresh, writeStamp } from './stamp.mjs';

const SOURCES = [
  'contract',
  'core',
  'cli',
  'electron',
  'renderer',
  'electron.vite.config.ts',
  'package-lock.json',
];
/** What of native/ is in the bundle: the loader, not the C++. */
const NATIVE_SOURCES = [
  'index.ts',
  'addon.ts',
  'held-file.ts',
  'platform.ts',
  'binding-types.ts',
  'runtime/platforms.json',
  // Its hash is in the bundle.
  'build/Release/sotto.node',
];
const stampFile = join(root, 'out', '.sotto-stamp');

/** Bundles main, preload, page, core, engine and terminal into out/. */
export async function ensureBuild() {
  const native = NATIVE_SOURCES.map((path) => join(root, 'native', path));
  const hash = hashOf([...SOURCES.map((path) => join(root, path)), ...native]);
  if (isFresh(stampFile, hash)) return;
  log('Building Sotto …');
  const vite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  await run(findNode(), [vite, 'build', '--logLevel', 'warn'], { cwd: root, quiet: true });
  writeStamp(stampFile, hash);
}
