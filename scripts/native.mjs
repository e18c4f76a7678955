#!/usr/bin/env node
/**
 * Fetches the LiteRT-LM library and builds the addon, whichever is missing.
 *
 *   node scripts/native.mjs [--platform linux-x64]
 *
 * With another platform than this one it only fetches, for packaging.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureAddon } from './native/addon.mjs';
import { hostPlatform, SetupError } from './native/platforms.mjs';
import { ensureRuntime } from './native/runtime.mjs';

export { addonPath, ensureAddon } from './native/addon.mjs';
export { hostPlatform, SetupError } from './native/platforms.mjs';
export { ensureRuntime } from './native/runtime.mjs';

async function main() {
  const { values } = parseArgs({ options: { platform: { type: 'string' } } });
  const platform = values.platform ?? hostPlatform;
  const log = (line) => process.stderr.write(`${line}\n`);
  const cacheDir = process.env.SOTTO_CACHE_DIR || join(tmpdir(), 'sotto-cache');
  await ensureRuntime({ platform, cacheDir, log });
  if (platform === hostPlatform) await ensureAddon({ log });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    process.stderr.write(`${error instanceof SetupError ? error.message : (error?.stack ?? error)}\n`);
    process.exitCode = 1;
  });
}
