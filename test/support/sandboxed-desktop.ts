import { execFileSync } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { _electron } from 'playwright';
import { type Desktop, quitUnasked } from './desktop.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** What the app needs to run, below its folder. */
const APP_PARTS = [
  'package.json',
  'out',
  'native/runtime',
  'native/build/Release/sotto.node',
  'models/builtin',
  'node_modules/better-sqlite3-multiple-ciphers',
];
/** An unprivileged user that every Linux has. */
const NOBODY = 65534;

/** A copy without its bytes where the file system can: only the names are new. */
function link(from: string, to: string): void {
  try {
    execFileSync('cp', ['-al', from, to], { stdio: 'ignore' });
  } catch {
    execFileSync('cp', ['-a', from, to]);
  }
}

/** The app, its Electron and its Node in a place that an ordinary user may read. */
async function prepare(dir: string, electron: string, node: string) {
  const dist = join(dir, 'electron');
  link(dirname(electron), dist);
  const helper = join(dist, 'chrome-sandbox');
  // The set-user-id helper must be root's; a file of its own, so that the original keeps its mode.
  await rm(helper, { force: true });
  await copyFile(join(dirname(electron), 'chrome-sandbox'), helper);
  await chown(helper, 0, 0);
  await chmod(helper, 0o4755);
  const appDir = join(dir, 'app');
  for (const part of APP_PARTS) {
    await mkdir(dirname(join(appDir, part)), { recursive: true });
    link(join(ROOT, part), join(appDir, part));
  }
  await copyFile(node, join(dir, 'node'));
  await chmod(join(dir, 'node'), 0o755);
  const home = join(dir, 'home');
  await mkdir(home);
  await chown(home, NOBODY, NOBODY);
  await chmod(dir, 0o755);
  // Cached files may belong to root alone; these copies are for everyone to read.
  execFileSync('chmod', ['-R', 'a+rX', dist, appDir]);
  return { dist, appDir, home };
}

/** Runs the app as an unprivileged user, with Chromium's sandbox on. */
export async function withSandboxedDesktop(use: (desktop: Desktop) => Promise<void>): Promise<void> {
  const electron = process.env.SOTTO_TEST_ELECTRON;
  if (electron === undefined) throw new Error('run the e2e tests with npm test');
  const dir = await mkdtemp(join(tmpdir(), 'sotto-sandbox-'));
  try {
    const asRoot = process.getuid?.() === 0;
    const { dist, appDir, home } = asRoot
      ? await prepare(dir, electron, process.env.SOTTO_NODE ?? process.execPath)
      : { dist: dirname(electron), appDir: ROOT, home: dir };
    const start = join(dir, 'start');
    const asNobody = `setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups`;
    // Playwright adds --no-sandbox by itself when it runs as root; it is the first argument.
    const drop = `[ "$1" = --no-sandbox ] && shift`;
    await writeFile(start, `#!/bin/sh\n${drop}\nexec ${asRoot ? asNobody : ''} '${dist}/electron' "$@"\n`);
    await chmod(start, 0o755);
    const app = await _electron.launch({
      executablePath: start,
      args: [appDir],
      env: {
        ...(process.env as Record<string, string>),
        HOME: home,
        XDG_CACHE_HOME: home,
        XDG_CONFIG_HOME: home,
        XDG_RUNTIME_DIR: home,
        TMPDIR: home,
        SOTTO_CACHE_DIR: join(home, 'cache'),
        ...(asRoot ? { SOTTO_NODE: join(dir, 'node') } : {}),
      },
    });
    try {
      await quitUnasked(app);
      const page = await app.firstWindow();
      // A home of its own: this is its very first start.
      await page.getByTestId('skip-steps').click();
      await use({ app, page });
    } finally {
      await app.close();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
