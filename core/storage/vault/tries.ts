import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { readOwnText } from '../../system/regular-file.ts';
import { writeWhole } from '../../system/whole-file.ts';

/** Wrong passphrases, and how long one has to wait after them: also after a restart. */
export interface Tries {
  /** @throws AppError AUTH_WAIT. */
  refuseWhileWaiting(): Promise<void>;
  countWrong(): Promise<void>;
  forget(): Promise<void>;
}

/** So many tries before one has to wait; each wrong one after doubles the wait. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 15 * 60_000;

const triesSchema = z.object({ wrong: z.int().nonnegative(), at: z.number() });

/** @param path where they are written down; what cannot be written is remembered until the end of the process */
export function createTries(path: string, now: () => number): Tries {
  let known: z.infer<typeof triesSchema> | undefined;
  const read = async () => {
    if (known !== undefined) return known;
    const none = { wrong: 0, at: 0 };
    try {
      known = triesSchema.parse(JSON.parse(await readOwnText(path)));
    } catch {
      known = none;
    }
    return known;
  };
  const waitMs = (wrong: number): number =>
    wrong < FREE_TRIES ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (wrong - FREE_TRIES), LONGEST_WAIT_MS);
  return {
    refuseWhileWaiting: async () => {
      const { wrong, at } = await read();
      const wait = waitMs(wrong);
      // A clock that was put back must not make the wait longer than it is.
      const leftMs = Math.min(at + wait - now(), wait);
      if (leftMs <= 0) return;
      throw new AppError('AUTH_WAIT', `Too many wrong tries: wait ${Math.ceil(leftMs / 1000)} s.`, {
        hint: 'Then try once more.',
      });
    },
    countWrong: async () => {
      const { wrong } = await read();
      known = { wrong: wrong + 1, at: now() };
      if (wrong + 1 >= FREE_TRIES) await writeWhole(path, JSON.stringify(known)).catch(() => undefined);
    },
    forget: async () => {
      const { wrong } = await read();
      known = { wrong: 0, at: 0 };
      if (wrong > 0) await rm(path, { force: true }).catch(() => undefined);
    },
  };
}
