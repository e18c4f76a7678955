import { randomUUID } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { AppError } from '../errors.ts';
import { isAlive, thisProcess } from './process-identity.ts';

const lockSchema = z.object({ pid: z.int(), started: z.string().optional(), token: z.string() });
type Lock = z.infer<typeof lockSchema>;

/** A lock that is being taken over is guarded for less than this; an older guard was left by a dead process. */
const GUARD_MS = 5_000;
/** Another that found the same stale lock in the same instant has written by then. */
const SETTLE_MS = 20;

export interface FileLock {
  release(): Promise<void>;
}

/**
 * Makes this process the only one of all that ask for this lock, whichever apps share the folder. A lock whose process
 * is gone (its number may have been given to another since, so its start counts too) is taken over.
 *
 * @param busy the error to throw, with the number of the process that has it, where that is known
 */
export async function lockFile(path: string, busy: (pid: number | undefined) => AppError): Promise<FileLock> {
  const mine: Lock = { ...thisProcess(), token: randomUUID() };
  if (!(await create(path, mine))) {
    const holder = await read(path);
    if (holder !== undefined && isAlive(holder)) throw busy(holder.pid);
    await takeOver(path, mine, busy);
  }
  return {
    release: async () => {
      if ((await read(path))?.token === mine.token) await rm(path, { force: true });
    },
  };
}

async function takeOver(
  path: string,
  mine: Lock,
  busy: (pid: number | undefined) => AppError,
): Promise<void> {
  const guard = `${path}.guard`;
  if (!(await create(guard, mine))) {
    const age = Date.now() - ((await stat(guard).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age < GUARD_MS) throw busy((await read(guard))?.pid);
    await rm(guard, { force: true });
    if (!(await create(guard, mine))) throw busy((await read(guard))?.pid);
  }
  try {
    const holder = await read(path);
    if (holder !== undefined && isAlive(holder)) throw busy(holder.pid);
    await rm(path, { force: true });
    if (!(await create(path, mine))) throw busy((await read(path))?.pid);
    await delay(SETTLE_MS);
    const now = await read(path);
    if (now?.token !== mine.token) throw busy(now?.pid);
  } finally {
    if ((await read(guard))?.token === mine.token) await rm(guard, { force: true });
  }
}

async function create(path: string, lock: Lock): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(JSON.stringify(lock)).finally(() => file.close());
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

/** Undefined where there is none. One that is just being written is read again. */
async function read(path: string): Promise<Lock | undefined> {
  for (let tries = 0; tries < 5; tries += 1) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return lockSchema.parse(JSON.parse(text));
    } catch {
      await delay(5);
    }
  }
  return undefined;
}
