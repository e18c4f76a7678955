/** Types of native.mjs, for the tests. */
export class SetupError extends Error {}
export const hostPlatform: string;
export const addonPath: string;
export function ensureRuntime(options: {
  platform?: string;
  cacheDir: string;
  distDir?: string;
  log?: (line: string) => void;
}): Promise<{ dir: string; libraryPath: string; changed: boolean }>;
export function ensureAddon(options?: {
  log?: (line: string) => void;
}): Promise<{ addonPath: string; changed: boolean }>;
