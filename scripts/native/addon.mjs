/** Builds the addon, with no header download and no npm setting. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { hostPlatform, nativeDir, rootDir, SetupError } from './platforms.mjs';

const buildDir = join(nativeDir, 'build');
const stampPath = join(buildDir, 'sotto-stamp.txt');
const headersDir = join(buildDir, 'node-headers');

/** Where the built addon lies. */
export const addonPath = join(buildDir, 'Release', 'sotto.node');

function packagePath(name) {
  const require = createRequire(join(rootDir, 'package.json'));
  try {
    return require.resolve(`${name}/package.json`);
  } catch {
    throw new SetupError(`The npm package ${name} is missing. Run: npm ci`);
  }
}

/** Changes whenever the addon has to be built anew: sources, settings, versions, platform. */
async function fingerprint() {
  const hash = createHash('sha256').update(hostPlatform);
  for (const name of ['node-addon-api', 'node-api-headers', 'node-gyp']) {
    hash.update(`${name}@${JSON.parse(await readFile(packagePath(name), 'utf8')).version}`);
  }
  for (const folder of ['src', 'headers', join('third_party', 'pocketfft')]) {
    for (const file of (await readdir(join(nativeDir, folder))).sort()) {
      hash.update(file).update(await readFile(join(nativeDir, folder, file)));
    }
  }
  return hash.update(await readFile(join(nativeDir, 'binding.gyp'))).digest('hex');
}

/** Lays out what node-gyp expects of a Node source tree: N-API's headers and two settings files. */
async function layOutHeaders() {
  const include = join(headersDir, 'include', 'node');
  await mkdir(include, { recursive: true });
  await cp(join(dirname(packagePath('node-api-headers')), 'include'), include, { recursive: true });
  await cp(join(nativeDir, 'headers'), include, { recursive: true });
}

function nodeGypArgs(command) {
  const script = join(dirname(packagePath('node-gyp')), 'bin', 'node-gyp.js');
  const args = [script, command, '--release', '--jobs', '2', '--loglevel', 'error'];
  // On Windows the linker needs Node's import library too, which only node-gyp's own download has.
  return process.platform === 'win32' ? args : [...args, `--nodedir=${headersDir}`];
}

function runNodeGyp(command) {
  return new Promise((resolve, reject) => {
    // npm hands its settings (nodedir, devdir, target, …) to node-gyp this way: the build must not
    // depend on the user's.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
    const child = spawn(process.execPath, nodeGypArgs(command), {
      cwd: nativeDir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (text) => {
      output = (output + text).slice(-8000);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else
        reject(
          new SetupError(
            `The addon could not be built. It needs a C++17 compiler, make and Python 3.\n${advice()}\n${output.trim()}`,
          ),
        );
    });
  });
}

function advice() {
  if (process.platform === 'darwin') return 'Run: xcode-select --install';
  if (process.platform === 'win32')
    return 'Install the Visual Studio Build Tools with "Desktop development with C++".';
  return 'On Debian or Ubuntu run: apt-get install -y g++ make python3';
}

/**
 * Builds `native/build/Release/sotto.node` with the Node that runs this, unless it is up to date. No
 * network is needed (on Windows: once, for Node's import library).
 * @param {{log?: (line: string) => void}} options
 * @returns {Promise<{addonPath: string, changed: boolean}>}
 * @throws SetupError naming the next command
 */
export async function ensureAddon({ log = () => {} } = {}) {
  const wanted = await fingerprint();
  const built = await readFile(stampPath, 'utf8').catch(() => '');
  const exists = await stat(addonPath).then(
    () => true,
    () => false,
  );
  if (exists && built === wanted) return { addonPath, changed: false };
  log('Building the addon (about a minute)');
  await rm(buildDir, { recursive: true, force: true });
  await layOutHeaders();
  await runNodeGyp('configure');
  await runNodeGyp('build');
  await writeFile(stampPath, wanted);
  log('The addon is built');
  return { addonPath, changed: true };
}
