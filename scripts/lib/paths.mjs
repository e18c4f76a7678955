import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The folder of this source tree. */
export const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', '..');

/** What can be fetched again: wheels, the compatibility runtime, weights for benchmarks. Shared by clones. */
export const cacheDir = process.env.SOTTO_CACHE_DIR || userCache();

function userCache() {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Sotto');
  if (process.platform === 'win32') {
    return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Sotto', 'Cache');
  }
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sotto');
}
