import { randomUUID } from 'node:crypto';
import { link, rename, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AppError } from '../errors.ts';
import { makeFile } from './own-file.ts';
import { isAlive, thisProcess } from './process-identity.ts';
import { readOwnText } from './regular-file.ts';

const lockSchema = z.object({ pid: z.int(), started: z.string().optional(), token: z.string() });
type Lock = z.infer<typeof lockSchema>;

export interface FileLock {
  release(): Promise<void>;
}

type Busy = (pid: number | undefined) => AppError;

/**
 * Makes this process the only one of all that ask for this lock, whichever apps share the folder. A lock whose process
 * is gone (its number may have been given to another since, so its start counts too) is taken over.
 *
 * @param busy the error to throw, with the number of the process that has it, where that is known
 */
export async function lockFile(path: string, busy: Busy): Promise<FileLock> {
  const mine: Lock = { ...thisProcess(), token: randomUUID() };
  if (!(await create(path, mine))) await takeOver(path, mine, busy);
  return {
    release: async () => {
      if ((await readLock(path))?.token === mine.token) await rm(path, { force: true });
    },
  };
}

/** How often a lock that is held for an instant is asked for, and how long to wait in between. */
const SHORT_LOCK_TRIES = 2_000;
const SHORT_LOCK_WAIT_MS = 5;

/**
 * Does short work, such as changing a small file, while no other process does work under the same lock.
 *
 * @throws what `busy` makes, where another process holds the lock for longer than any such work takes; what `work` throws
 */
export async function withLock<T>(path: string, busy: Busy, work: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(path, busy);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function waitForLock(path: string, busy: Busy): Promise<FileLock> {
  const isBusy = Symbol('busy');
  for (let tries = 1; ; tries += 1) {
    let told: AppError | undefined;
    const taken = await lockFile(path, (pid) => {
      told = busy(pid);
      return told;
    }).catch((error: unknown) => {
      if (told === undefined || error !== told) throw error;
      return isBusy;
    });
    if (typeof taken !== 'symbol') return taken;
    if (tries === SHORT_LOCK_TRIES) throw told;
    await delay(SHORT_LOCK_WAIT_MS);
  }
}

/** Takes the lock of a dead process. A guard lets one process at a time do that. */
async function takeOver(path: string, mine: Lock, busy: Busy): Promise<void> {
  await refuseLiving(path, busy);
  const guard = `${path}.guard`;
  if (!(await create(guard, mine))) {
    await removeDead(guard, busy);
    if (!(await create(guard, mine))) throw busy((await readLock(guard))?.pid);
  }
  try {
    await removeDead(path, busy);
    if (!(await create(path, mine))) throw busy((await readLock(path))?.pid);
  } finally {
    if ((await readLock(guard))?.token === mine.token) await rm(guard, { force: true });
  }
}

/** @returns the token of a dead process's lock, "" of one that says nothing, undefined where there is none */
async function refuseLiving(path: string, busy: Busy): Promise<string | undefined> {
  const holder = await read(path);
  if (holder === undefined || holder === UNREADABLE) return holder === undefined ? undefined : '';
  if (isAlive(holder)) throw busy(holder.pid);
  return holder.token;
}

/** Removes a dead process's lock, and never one that a living process has put in its place since it was read. */
async function removeDead(path: string, busy: Busy): Promise<void> {
  const dead = await refuseLiving(path, busy);
  // Nothing may be moved away unless it is known to be dead: whoever has just come would lose its lock.
  if (dead === undefined) return;
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return;
    throw cause;
  }
  const moved = await readLock(aside);
  const isAnother = moved !== undefined && moved.token !== dead;
  // It goes back, unless somebody has the place by now.
  if (isAnother) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  if (isAnother && isAlive(moved)) throw busy(moved.pid);
}

/**
 * Makes the lock with all that it says in one step, so that nobody ever finds half of one, also where the disk is full.
 * False: there is one.
 */
async function create(path: string, lock: Lock): Promise<boolean> {
  const whole = `${path}.${randomUUID()}`;
  try {
    await write(whole, lock);
    await link(whole, path);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    if (!NO_HARD_LINKS.has(codeOf(cause) ?? '')) throw cause;
  } finally {
    await rm(whole, { force: true });
  }
  return createOpenly(path, lock);
}

/** What file systems without hard links (FAT, some network drives) answer. */
const NO_HARD_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL']);

/** For those: the file is there an instant before what it says. */
async function createOpenly(path: string, lock: Lock): Promise<boolean> {
  try {
    await write(path, lock);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    await rm(path, { force: true });
    throw cause;
  }
}

async function write(path: string, lock: Lock): Promise<void> {
  const file = await makeFile(path);
  await file.writeFile(JSON.stringify(lock)).finally(() => file.close());
}

function codeOf(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException | undefined)?.code;
}

const UNREADABLE = Symbol('unreadable');

/** Undefined where there is none. One that is just being written is read again. */
async function read(path: string): Promise<Lock | typeof UNREADABLE | undefined> {
  for (let tries = 0; tries < 5; tries += 1) {
    const text = await readOwnText(path).catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return lockSchema.parse(JSON.parse(text));
    } catch {
      await delay(5);
    }
  }
  return UNREADABLE;
}

async function readLock(path: string): Promise<Lock | undefined> {
  const lock = await read(path);
  return lock === UNREADABLE ? undefined : lock;
}
