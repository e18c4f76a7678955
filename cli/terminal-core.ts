import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Core, createCore } from '../core/create-core.ts';
import { forkEngine } from '../core/engine/fork-engine.ts';
import { createStderrLogger } from '../core/logger.ts';
import { userCacheDir, userDataDir } from '../core/system/user-folders.ts';

/** The folder that holds native/, models/ and out/. The bundle lies in out/main. */
export const ROOT = process.env.SOTTO_ROOT ?? resolve(dirname(process.argv[1] ?? '.'), '..', '..');

/** The version in package.json. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return String((manifest as { version?: unknown }).version ?? '');
}

/** Core inside this process, with engines as child processes. */
export function createTerminalCore(keepsChats = false): Core {
  return createCore({
    version: readVersion(),
    electron: process.env.SOTTO_ELECTRON,
    nativeDir: join(ROOT, 'native'),
    builtInModelsDir: join(ROOT, 'models', 'builtin'),
    cacheDir: join(userCacheDir(), 'engine'),
    dataDir: userDataDir(),
    // A question in passing leaves nothing behind; what is about saved chats opens them.
    keepsChats,
    hashWorker: join(ROOT, 'out', 'main', 'hash-worker.cjs'),
    importWorker: join(ROOT, 'out', 'main', 'import-worker.cjs'),
    launchEngine: () => forkEngine(join(ROOT, 'out', 'main', 'engine-process.cjs')),
    log: createStderrLogger('sotto', process.env.SOTTO_VERBOSE === '1'),
    broadcast: () => undefined,
  });
}
