import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where compiled weights and other things that can be made again are kept: the same folder for the window
 * and the terminal, by each system's own custom. SOTTO_CACHE_DIR overrides it.
 */
export function userCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.SOTTO_CACHE_DIR) return env.SOTTO_CACHE_DIR;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'Sotto');
  if (process.platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Sotto', 'Cache');
  }
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sotto');
}

/**
 * Where recordings and all else that cannot be made again are kept, by each system's own custom; on Windows not
 * in the roaming profile, which travels over networks. SOTTO_DATA_DIR overrides it.
 */
export function userDataDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.SOTTO_DATA_DIR) return env.SOTTO_DATA_DIR;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Sotto');
  if (process.platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Sotto', 'Data');
  }
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'sotto');
}
