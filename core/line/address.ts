import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { readOwnText } from '../system/regular-file.ts';
import { makeFolder, writeWhole } from '../system/whole-file.ts';

/** Where the core of the window that is open can be reached; only its user can read the file that says so. */
const addressSchema = z.object({ path: z.string(), token: z.string().length(64) });
export type Address = z.infer<typeof addressSchema>;

/** Systems cut a socket's path at 104 bytes (macOS) or 108 (Linux). */
const LONGEST_PATH_BYTES = 100;

const fileOf = (dataDir: string) => join(dataDir, 'sotto.line.json');

/** Undefined where no window has ever been open, or the file is damaged. */
export async function readAddress(dataDir: string): Promise<Address | undefined> {
  const text = await readOwnText(fileOf(dataDir)).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return addressSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A new one, in a folder that only this user can enter. @throws what the file system throws. */
export async function makeAddress(dataDir: string): Promise<Address> {
  await makeFolder(dataDir);
  return { path: await freePath(dataDir), token: randomBytes(32).toString('hex') };
}

async function freePath(dataDir: string): Promise<string> {
  if (process.platform === 'win32') return `\\\\.\\pipe\\sotto-${randomUUID()}`;
  const near = join(dataDir, 'sotto.sock');
  // What a core that was killed has left.
  await rm(near, { force: true });
  if (Buffer.byteLength(near) <= LONGEST_PATH_BYTES) return near;
  return join(await mkdtemp(join(tmpdir(), 'sotto-')), 's');
}

export async function publishAddress(dataDir: string, address: Address): Promise<void> {
  await writeWhole(fileOf(dataDir), JSON.stringify(address));
}

/** Unless another core has published its own since. */
export async function withdrawAddress(dataDir: string, { path, token }: Address): Promise<void> {
  if ((await readAddress(dataDir))?.token === token) await rm(fileOf(dataDir), { force: true });
  const folder = dirname(path);
  if (process.platform !== 'win32' && folder !== dataDir) await rm(folder, { recursive: true, force: true });
}
