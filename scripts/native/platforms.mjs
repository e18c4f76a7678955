/** Which LiteRT-LM library each platform gets, and where it goes. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const rootDir = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const nativeDir = join(rootDir, 'native');

/** A step that failed, with the exact next thing to do in its message. */
export class SetupError extends Error {}

/** The platform this Node runs on, as the table names it: `linux-x64`, `win32-arm64`, … */
export const hostPlatform = `${process.platform}-${process.arch}`;

/** @returns the whole table of native/runtime/platforms.json. */
export function readTable() {
  return JSON.parse(readFileSync(join(nativeDir, 'runtime', 'platforms.json'), 'utf8'));
}

/**
 * @param {string} platform such as `linux-x64`
 * @returns the platform's entry, with the package and version added
 * @throws SetupError when there is no library for it, saying why
 */
export function platformEntry(platform) {
  const table = readTable();
  const entry = table.platforms[platform];
  if (entry !== undefined) return { ...entry, package: table.package, version: table.version };
  const known = Object.keys(table.platforms).join(', ');
  throw new SetupError(
    `${table.unsupported[platform] ?? `No such platform: ${platform}.`} Supported: ${known}.`,
  );
}
