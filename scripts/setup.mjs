#!/usr/bin/env node
/**
 * Brings this source tree to where it runs: packages, LiteRT library, addon, models, bundles and, where a
 * window or tests need it, Electron. Does only what is missing, and needs no network once all is in place.
 *
 *   node scripts/setup.mjs [--window] [--tests] [--path]
 */
import { lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuild } from './lib/build.mjs';
import { ensureElectron } from './lib/electron.mjs';
import { log, runMain, SetupError } from './lib/log.mjs';
import { ensureModels } from './lib/models.mjs';
import { findNode } from './lib/node.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { cacheDir, root } from './lib/paths.mjs';
import { ensureSystemLibraries } from './lib/system-libraries.mjs';
import { ensureAddon, ensureRuntime, hostPlatform } from './native.mjs';

/**
 * @param {{ window?: boolean, tests?: boolean }} needs
 * @returns {Promise<{ node: string, electron?: { path: string, version: string, compatibility: boolean } }>}
 */
export async function setup({ window = false, tests = false } = {}) {
  await ensurePackages();
  const node = findNode();
  await ensureRuntime({ platform: hostPlatform, cacheDir, log });
  await ensureAddon({ log, node });
  await ensureModels();
  await ensureBuild();
  if (!window && !tests) return { node };
  const electron = await ensureElectron();
  await ensureSystemLibraries(electron.path, { tests });
  return { node, electron };
}

/** Makes `sotto` a command of this user: a link, so that it is always this tree's. */
function linkIntoPath() {
  const folder = join(homedir(), '.local', 'bin');
  const link = join(folder, 'sotto');
  mkdirSync(folder, { recursive: true });
  const found = lstatSync(link, { throwIfNoEntry: false });
  if (found !== undefined && !found.isSymbolicLink()) {
    throw new SetupError(`${link} is another program's, so it was not replaced.`);
  }
  rmSync(link, { force: true });
  symlinkSync(join(root, 'sotto'), link);
  const isFound = (process.env.PATH ?? '').split(':').includes(folder);
  log(`${link} leads here.${isFound ? '' : ` Add ${folder} to your PATH.`}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(async () => {
    await setup({ window: process.argv.includes('--window'), tests: process.argv.includes('--tests') });
    if (process.argv.includes('--path')) linkIntoPath();
    log('Everything is in place.');
  });
}
