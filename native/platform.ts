import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { NativeError } from './native-error.ts';

interface PinnedFile {
  path: string;
  sizeBytes: number;
  sha256: string;
}

interface PlatformEntry {
  library: PinnedFile;
  extraFiles: PinnedFile[];
}

interface PlatformTable {
  version: string;
  platforms: Record<string, PlatformEntry | undefined>;
  unsupported: Record<string, string | undefined>;
}

/** The library that this platform is meant to use. */
export interface PinnedRuntime {
  version: string;
  platform: string;
  sha256: string;
  libraryPath: string;
  /** Libraries to open before it, by full path: it would look them up by bare name. */
  preloads: Array<{ path: string; sha256: string }>;
}

/**
 * The folder `native/`: the option, else SOTTO_NATIVE_DIR, else `native` in the working directory. Not
 * found from this file's own place, which is another one once the code is bundled.
 */
export function resolveNativeDir(option: string | undefined): string {
  const dir = option ?? process.env.SOTTO_NATIVE_DIR ?? join(process.cwd(), 'native');
  if (existsSync(join(dir, 'runtime', 'platforms.json'))) return dir;
  throw new NativeError('RUNTIME_MISSING', `${dir} is not Sotto's native folder`);
}

/**
 * Looks up this platform in runtime/platforms.json.
 * @throws NativeError RUNTIME_INCOMPATIBLE when there is no library for it, saying why
 */
export function pinnedRuntime(nativeDir: string): PinnedRuntime {
  const table = JSON.parse(
    readFileSync(join(nativeDir, 'runtime', 'platforms.json'), 'utf8'),
  ) as PlatformTable;
  const platform = `${process.platform}-${process.arch}`;
  const entry = table.platforms[platform];
  if (entry === undefined) {
    const reason = table.unsupported[platform] ?? `There is no LiteRT-LM library for ${platform}.`;
    throw new NativeError('RUNTIME_INCOMPATIBLE', reason);
  }
  const dir = join(nativeDir, 'runtime', 'dist', platform);
  return {
    version: table.version,
    platform,
    sha256: entry.library.sha256,
    libraryPath: join(dir, basename(entry.library.path)),
    preloads: entry.extraFiles.map(({ path, sha256 }) => ({ path: join(dir, basename(path)), sha256 })),
  };
}
