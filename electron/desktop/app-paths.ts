import { join } from 'node:path';
import { app } from 'electron';
import { userCacheDir, userDataDir } from '../../core/system/user-folders.ts';

/** Where the app's own files lie. Native code and models are never inside the asar archive. */
export interface AppPaths {
  root: string;
  /** Bundled page. */
  renderer: string;
  preload: string;
  coreEntry: string;
  engineEntry: string;
  hashWorker: string;
  importWorker: string;
  nativeDir: string;
  builtInModelsDir: string;
  cacheDir: string;
  dataDir: string;
}

/** Paths of a packaged app or of the source tree, whichever this is. */
export function readAppPaths(): AppPaths {
  const root = app.getAppPath();
  const resources = app.isPackaged ? process.resourcesPath : root;
  const processes = app.isPackaged
    ? join(process.resourcesPath, 'app.asar.unpacked', 'out', 'main')
    : join(root, 'out', 'main');
  return {
    root,
    renderer: join(root, 'out', 'renderer'),
    preload: join(root, 'out', 'preload', 'preload.cjs'),
    coreEntry: join(processes, 'core-process.cjs'),
    engineEntry: testEngineEntry() ?? join(processes, 'engine-process.cjs'),
    hashWorker: join(processes, 'hash-worker.cjs'),
    importWorker: join(processes, 'import-worker.cjs'),
    nativeDir: join(resources, 'native'),
    builtInModelsDir: join(resources, 'models', 'builtin'),
    cacheDir: join(userCacheDir(), 'engine'),
    dataDir: userDataDir(),
  };
}

/** Tests put a scripted engine in the place of the real one; a packaged app never does. */
function testEngineEntry(): string | undefined {
  return app.isPackaged ? undefined : process.env.SOTTO_TEST_ENGINE;
}
