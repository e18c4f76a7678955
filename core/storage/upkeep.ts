import type { Logger } from '../logger.ts';
import type { Turns } from '../turns.ts';
import type { Backups } from './database/backups.ts';
import type { OpenDatabase } from './database/open-database.ts';
import { toStorageError } from './database/storage-errors.ts';
import { deletedBefore, purge } from './deletions.ts';

/** What is in use. */
export interface Opened {
  db: OpenDatabase;
  /** Undefined for a database in memory. */
  key: Buffer | undefined;
}

/** What goes on beside the user's work. */
export interface Upkeep {
  /** What was deleted goes for good; by default what can no longer be taken back. @throws what SQLite throws. */
  finishDeletions(opened: Opened, before?: number): Promise<void>;
  /** The same in half a minute. */
  finishDeletionsLater(): void;
  /** Once a day, also where Sotto is never closed. Until it is stopped. */
  backUpDaily(): void;
  stop(): void;
}

/** How long a deletion can be taken back. */
const UNDO_MS = 30_000;
const BACKUP_EVERY_MS = 24 * 60 * 60_000;
/** Not in the way of the first screen. */
const BACKUP_AFTER_MS = 20_000;
/** A computer that slept wakes up with a day gone by. */
const LOOK_EVERY_MS = 60 * 60_000;

export function createUpkeep(
  backups: Backups,
  current: () => Opened | undefined,
  inTurn: Turns,
  log: Logger,
): Upkeep {
  let timer: NodeJS.Timeout | undefined;
  let backupTimer: NodeJS.Timeout | undefined;
  /** In the copies first: nothing brings back what is gone from the database. */
  const finishDeletions = async ({ db, key }: Opened, before = Date.now() - UNDO_MS) => {
    const deleted = deletedBefore(db, before);
    if (deleted === undefined) return;
    if (key !== undefined) await backups.forget(deleted, key);
    purge(db, deleted);
  };
  return {
    finishDeletions,
    finishDeletionsLater: () => {
      clearTimeout(timer);
      const finish = async () => {
        const opened = current();
        if (opened !== undefined) await finishDeletions(opened);
      };
      timer = setTimeout(() => {
        inTurn(finish).catch((cause) => log.warn(`a deletion: ${toStorageError(cause).code}`));
      }, UNDO_MS + 1000);
      timer.unref();
    },
    backUpDaily: () => {
      const backUp = async () => {
        const opened = current();
        if (opened?.key === undefined || Date.now() - (backups.list()[0]?.at ?? 0) < BACKUP_EVERY_MS) return;
        await opened.db.hold(backups.copy);
      };
      const look = (after: number) => {
        clearTimeout(backupTimer);
        backupTimer = setTimeout(() => {
          inTurn(backUp).catch((cause) => log.warn(`backup: ${toStorageError(cause).code}`));
          look(LOOK_EVERY_MS);
        }, after);
        backupTimer.unref();
      };
      look(BACKUP_AFTER_MS);
    },
    stop: () => {
      clearTimeout(timer);
      clearTimeout(backupTimer);
    },
  };
}
