#!/usr/bin/env node
/**
 * Brings this source tree to where it runs: packages, LiteRT library, addon, models, bundles and, where a
 * window or tests need it, Electron. Does only what is missing, and needs no network once all is in place.
 *
 *   node scripts/setup.mjs [--window] [--tests]
 */
import { pathToFileURL } from 'node:url';
import { ensureBuild } from './lib/build.mjs';
import { ensureElectron } from './lib/electron.mjs';
import { log, runMain } from './lib/log.mjs';
import { ensureModels } from './lib/models.mjs';
import { findNode } from './lib/node.mjs';
import { ensurePackages } from './lib/packages.mjs';
import { cacheDir } from './lib/paths.mjs';
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

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(async () => {
    await setup({ window: process.argv.includes('--window'), tests: process.argv.includes('--tests') });
    log('Everything is in place.');
  });
}
