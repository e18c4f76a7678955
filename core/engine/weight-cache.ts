import { randomBytes } from 'node:crypto';
import { lstat, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { hashFile } from '../models/hash-file.ts';
import { makeFile } from '../system/own-file.ts';
import { nameOwnFolder } from '../system/own-folders.ts';
import { isAlive } from '../system/process-identity.ts';
import { readOwnText } from '../system/regular-file.ts';
import { makeFolder } from '../system/whole-file.ts';

/** A folder for weights as a processor wants them, which a runtime makes from a model once. */
export interface WeightCache {
  /** Given to the runtime; undefined where there is no room for one: then every start takes as long as the first. */
  dir: string | undefined;
  /** What was made is whole: from now on others may use it. Does nothing where it was there before. */
  publish(): Promise<void>;
}

/**
 * Every process makes a cache of its own and shows it to others only when it is whole. The runtime itself writes to the
 * one file that it will read the next time, without a lock: two that start at once, or one that is ended on the way, left
 * a file with which the model writes nonsense from then on (4 of 60 tries; docs/platforms.md).
 *
 * A cache that is not what it was when it was made is thrown away: its files have a checksum of their own.
 *
 * @param name of the model's file and the runtime, so that another of either has another cache
 * @param neededBytes what it will take, about as much as the model's file
 */
export async function openWeightCache(
  cacheDir: string,
  name: string,
  neededBytes: number,
): Promise<WeightCache> {
  nameOwnFolder(cacheDir);
  const whole = join(cacheDir, `${name}.cache`);
  const mark = `${name}.building-`;
  await sweep(cacheDir, mark);
  if ((await lstat(whole).catch(() => undefined))?.isDirectory() === true) {
    if (await isUndamaged(whole)) return { dir: whole, publish: async () => undefined };
    // Damaged weights would answer nothing, or nonsense: they are made anew.
    await discard(cacheDir, whole);
  }
  const dir = join(cacheDir, `${mark}${process.pid}-${randomBytes(4).toString('hex')}`);
  // A runtime that finds the disk full half-way fails to load the model.
  if (!(await makeFolderFor(dir, neededBytes))) return { dir: undefined, publish: async () => undefined };
  let isDone = false;
  return {
    dir,
    publish: async () => {
      if (isDone) return;
      isDone = true;
      // Another was first, the disk is full, or the system does not move a folder whose file is in use (Windows): it is
      // made again then.
      await seal(dir)
        .then(() => rename(dir, whole))
        .catch(() => undefined);
    },
  };
}

/** The name under which a model's cache is kept: another file, or one that was changed, has another. */
export async function cacheNameOf(modelPath: string, runtime: string): Promise<string> {
  const { size, mtimeMs } = await stat(modelPath);
  return `${basename(modelPath)}_${size}_${Math.floor(mtimeMs)}_${runtime}`;
}

/** False: there is no room for it, or no right to write there. */
async function makeFolderFor(dir: string, neededBytes: number): Promise<boolean> {
  try {
    await makeFolder(dir);
    const { bavail, bsize } = await statfs(dir);
    if (bavail * bsize > neededBytes) return true;
    await rm(dir, { recursive: true, force: true });
    return false;
  } catch {
    return false;
  }
}

const SEAL_FILE = 'checksums.json';
const sealSchema = z.record(z.string(), z.object({ sizeBytes: z.number(), sha256: z.string() }));

/** Writes down what the files of a finished cache are. */
async function seal(dir: string): Promise<void> {
  const files = (await readdir(dir)).filter((name) => name !== SEAL_FILE);
  const sums = await Promise.all(files.map(async (name) => [name, await hashFile(join(dir, name))] as const));
  const file = await makeFile(join(dir, SEAL_FILE));
  await file.writeFile(JSON.stringify(Object.fromEntries(sums))).finally(() => file.close());
}

/** Reads all of it, which the runtime is about to do anyway. One that was never sealed is no better than a damaged one. */
async function isUndamaged(dir: string): Promise<boolean> {
  try {
    const sums = sealSchema.parse(JSON.parse(await readOwnText(join(dir, SEAL_FILE))));
    for (const [name, expected] of Object.entries(sums)) {
      const { sizeBytes, sha256 } = await hashFile(join(dir, basename(name)));
      if (sizeBytes !== expected.sizeBytes || sha256 !== expected.sha256) return false;
    }
    const entries = await readdir(dir, { withFileTypes: true });
    // The runtime would write through a link.
    return entries.every(
      (entry) => entry.isFile() && (entry.name === SEAL_FILE || Object.hasOwn(sums, entry.name)),
    );
  } catch {
    return false;
  }
}

/** Out of the way first: two processes may find the same damage. */
async function discard(cacheDir: string, whole: string): Promise<void> {
  const aside = join(cacheDir, `${basename(whole)}.damaged-${randomBytes(4).toString('hex')}`);
  await rename(whole, aside).catch(() => undefined);
  await rm(aside, { recursive: true, force: true }).catch(() => undefined);
}

/** What processes left that are gone. */
async function sweep(cacheDir: string, mark: string): Promise<void> {
  for (const name of await readdir(cacheDir).catch(() => [])) {
    if (!name.startsWith(mark)) continue;
    const pid = Number(name.slice(mark.length).split('-')[0]);
    if (pid === process.pid || isAlive({ pid })) continue;
    await rm(join(cacheDir, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
