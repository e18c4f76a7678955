import { execFile } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { log, SetupError } from './log.mjs';
import { cacheDir, root } from './paths.mjs';
import { run } from './run.mjs';
import { hashOf, isFresh, writeStamp } from './stamp.mjs';

/** For these there are wheels of what compares models. */
const COMPARING = ['3.11', '3.12', '3.13'];

/**
 * The first Python of one of these versions.
 *
 * @param {string[]} versions such as "3.11"
 */
export async function findPython(versions) {
  for (const name of ['python3', ...versions.map((version) => `python${version}`), 'python']) {
    const found = await promisify(execFile)(name, [
      '-c',
      'import sys; print("%d.%d" % sys.version_info[:2])',
    ]).catch(() => undefined);
    if (found !== undefined && versions.includes(found.stdout.trim())) return name;
  }
  throw new SetupError(`Python ${versions.join(' or ')} is needed and was not found.`);
}

/** What comparing a model with FP32 takes, as a folder for PYTHONPATH: a download of some 40 MB, once. */
export async function ensureAccuracyTools() {
  const python = await findPython(COMPARING);
  const requirements = join(root, 'models', 'recipes', 'requirements-check.txt');
  const hash = hashOf([requirements]);
  const folder = join(cacheDir, 'accuracy-tools');
  const stamp = join(folder, '.sotto-stamp');
  if (!isFresh(stamp, hash)) {
    log('Installing what compares models with FP32 (once) …');
    const next = `${folder}.next`;
    await rm(next, { recursive: true, force: true });
    await mkdir(cacheDir, { recursive: true });
    const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--target', next];
    await run(python, [...args, '-r', requirements], { quiet: true });
    await rm(folder, { recursive: true, force: true });
    await rename(next, folder);
    writeStamp(stamp, hash);
  }
  return { python, folder };
}
