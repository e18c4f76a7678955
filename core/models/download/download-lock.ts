import { randomUUID } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { isAlive, thisProcess } from '../../system/process-identity.ts';

const lockSchema = z.object({ pid: z.int(), started: z.string().optional(), token: z.string() });
type Lock = z.infer<typeof lockSchema>;

/** A lock that is being taken over is guarded for less than this; an older guard was left by a dead process. */
const GUARD_MS = 5_000;
/** Another that found the same stale lock in the same instant has written by then. */
const SETTLE_MS = 20;

export interface DownloadLock {
  release(): Promise<void>;
}

/**
 * Makes this process the only one that writes to a download, whichever apps share the folder. A lock whose process
 * is gone (its number may have been given to another since, so its start counts too) is taken over.
 *
 * @throws AppError DOWNLOAD_BUSY, with the number of the process that has it.
 */
export async function lockDownload(path: string): Promise<DownloadLock> {
  const mine: Lock = { ...thisProcess(), token: randomUUID() };
  if (!(await create(path, mine))) {
    const holder = await read(path);
    if (holder !== undefined && isAlive(holder)) throw busy(holder);
    await takeOver(path, mine);
  }
  return {
    release: async () => {
      if ((await read(path))?.token === mine.token) await rm(path, { force: true });
    },
  };
}

async function takeOver(path: string, mine: Lock): Promise<void> {
  const guard = `${path}.guard`;
  if (!(await create(guard, mine))) {
    const age = Date.now() - ((await stat(guard).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age < GUARD_MS) throw busy(await read(guard));
    await rm(guard, { force: true });
    if (!(await create(guard, mine))) throw busy(await read(guard));
  }
  try {
    const holder = await read(path);
    if (holder !== undefined && isAlive(holder)) throw busy(holder);
    await rm(path, { force: true });
    if (!(await create(path, mine))) throw busy(await read(path));
    await delay(SETTLE_MS);
    const now = await read(path);
    if (now?.token !== mine.token) throw busy(now);
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

function busy(holder: Lock | undefined): AppError {
  const who = holder === undefined ? 'Another Sotto' : `Another Sotto (process ${holder.pid})`;
  return new AppError('DOWNLOAD_BUSY', `${who} is downloading this model.`, {
    hint: 'Wait for it, or stop it there.',
  });
}
