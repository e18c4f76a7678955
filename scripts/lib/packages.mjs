import { join } from 'node:path';
import { log } from './log.mjs';
import { root } from './paths.mjs';
import { run } from './run.mjs';
import { hashOf, isFresh, writeStamp } from './stamp.mjs';

const lockFile = join(root, 'package-lock.json');
const stampFile = join(root, 'node_modules', '.sotto-stamp');

/** npm packages exactly as locked. No install script is run: none is needed, and each is a risk. */
export async function ensurePackages() {
  const hash = hashOf([lockFile]);
  if (isFresh(stampFile, hash)) return;
  log('Installing npm packages (about a minute, once) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // Node by its own path, npm by the path of the npm that runs us: PATH may hold neither.
  if (npm?.endsWith('.js')) await run(process.execPath, [npm, ...args], { cwd: root });
  else await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd: root });
  writeStamp(stampFile, hash);
}
