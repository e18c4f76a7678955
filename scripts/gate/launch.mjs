import { join } from 'node:path';
import { log } from '../lib/log.mjs';
import { ensureModels } from '../lib/models.mjs';
import { findNode } from '../lib/node.mjs';
import { ensurePackages } from '../lib/packages.mjs';
import { cacheDir, root } from '../lib/paths.mjs';
import { runForeground } from '../lib/run.mjs';
import { ensureAddon, ensureRuntime, hostPlatform } from '../native.mjs';

/**
 * Sets up what is missing, then runs one of the gate's scripts on the Node that runs the addon.
 *
 * @param {string} script within scripts/gate
 */
export async function launch(script) {
  await ensurePackages();
  const node = findNode();
  await ensureRuntime({ platform: hostPlatform, cacheDir, log });
  await ensureAddon({ log, node });
  await ensureModels();
  const quiet = ['--disable-warning=ExperimentalWarning', '--no-warnings'];
  const args = [...quiet, join(root, 'scripts', 'gate', script), ...process.argv.slice(2)];
  process.exitCode = await runForeground(node, args);
}
