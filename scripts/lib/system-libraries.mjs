import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { log, SetupError } from './log.mjs';
import { run } from './run.mjs';

/** Debian packages that Electron's window needs, and the virtual display that tests draw on. */
const LIBRARIES = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libatk-bridge2.0-0',
  'libdrm2',
  'libxtst6',
];
const FOR_TESTS = ['xvfb', 'xauth'];

/** True when the program finds all its shared libraries. */
function hasLibraries(program) {
  const result = spawnSync('ldd', [program], { encoding: 'utf8' });
  return result.status === 0 && !result.stdout.includes('not found');
}

/**
 * Linux: makes sure that Electron can start, and for tests that Xvfb is there. Installs with apt-get when
 * that is possible (root on Debian), else says exactly what to run.
 */
export async function ensureSystemLibraries(electronPath, { tests }) {
  if (process.platform !== 'linux') return;
  const missing = [
    ...(hasLibraries(electronPath) ? [] : LIBRARIES),
    ...(tests && !existsSync('/usr/bin/Xvfb') ? FOR_TESTS : []),
  ];
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!canInstall)
    throw new SetupError(`Sotto's window needs system libraries. Run: sudo sh -c '${command}'`);
  log(`Installing system packages: ${missing.join(' ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('sh', ['-c', command], { quiet: true, env });
  if (!hasLibraries(electronPath))
    throw new SetupError(`Electron still misses system libraries. See: ldd ${electronPath}`);
}
