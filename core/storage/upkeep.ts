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
  backUpNowAndThen(opened: Opened): void;
  stop(): void;
}

/** How long a deletion can be taken back. */
const UNDO_MS = 30_000;
const BACKUP_EVERY_MS = 24 * 60 * 60_000;
/** Not in the way of the first screen. */
const BACKUP_AFTER_MS = 20_000;

export function createUpkeep(
  backups: Backups,
  current: () => Opened | undefined,
  inTurn: Turns,
  log: Logger,
): Upkeep {
  let timer: NodeJS.Timeout | undefined;
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
    backUpNowAndThen: ({ db, key }) => {
      if (key === undefined || Date.now() - (backups.list()[0]?.at ?? 0) < BACKUP_EVERY_MS) return;
      setTimeout(() => {
        if (current()?.db !== db) return;
        try {
          db.checkpoint();
          backups.copy();
        } catch (cause) {
          log.warn(`backup: ${toStorageError(cause).code}`);
        }
      }, BACKUP_AFTER_MS).unref();
    },
    stop: () => clearTimeout(timer),
  };
}
