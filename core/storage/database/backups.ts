import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { copyWhole, makeFolder, syncFolder } from '../../system/whole-file.ts';
import { type Deleted, markDeleted, purge } from '../deletions.ts';
import { openDatabase } from './open-database.ts';
import { toStorageError } from './storage-errors.ts';

export interface Backup {
  name: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** Copies of the database, encrypted with its key. */
export interface Backups {
  /** Ends what a kill has left half done. Before the database is opened. */
  settle(): void;
  /** The newest first. */
  list(): Backup[];
  /**
   * Copies the file, which must have everything and stay as it is meanwhile. Returns the copy's name. The oldest copies
   * go. @throws AppError DISK_FULL, FILE_UNWRITABLE.
   */
  copy(): Promise<string>;
  /** The copy of that name, or the newest, once it was found whole. @throws AppError DB_DAMAGED. */
  check(name: string | undefined, key: Buffer): Promise<string>;
  /** Lays a copy ready beside the database. @throws AppError DISK_FULL, FILE_UNWRITABLE. */
  prepare(name: string): Promise<void>;
  /** Puts what was laid ready in the place of the database, which must be closed; that stays beside it. */
  putBack(): Promise<void>;
  /** What was deleted is deleted in every copy too, also in what was put aside. */
  forget(deleted: Deleted, key: Buffer): Promise<void>;
}

const KEPT = 5;
const NAME = /^sotto-(\d{13})\.db$/;
/** What SQLite keeps beside a database that is open. */
const COMPANIONS = ['-wal', '-shm'];

export function createBackups(dir: string, path: string, log: Logger): Backups {
  const aside = `${path}.before-restore`;
  const ready = `${path}.next`;
  const list = (): Backup[] => {
    try {
      return readdirSync(dir)
        .filter((name) => NAME.test(name))
        .sort()
        .reverse()
        .map((name) => ({ name, at: Number(NAME.exec(name)?.[1]) }));
    } catch {
      return [];
    }
  };
  return {
    settle: () => {
      if (existsSync(ready)) {
        // Between its two renames: the one that was to come is done now.
        if (existsSync(path)) rmSync(ready, { recursive: true });
        else renameSync(ready, path);
      }
      rmSync(`${ready}.next`, { force: true });
      if (!existsSync(dir)) return;
      for (const name of readdirSync(dir)) {
        if (name.endsWith('.next')) rmSync(join(dir, name), { force: true });
      }
    },
    list,
    copy: async () => {
      await makeFolder(dir);
      const name = `sotto-${Math.max(Date.now(), (list()[0]?.at ?? 0) + 1)}.db`;
      await copyWhole(path, join(dir, name)).catch(fail);
      for (const old of list().slice(KEPT)) rmSync(join(dir, old.name), { force: true });
      return name;
    },
    check: async (name, key) => {
      const chosen = name ?? list()[0]?.name;
      if (chosen === undefined || !NAME.test(chosen) || !existsSync(join(dir, chosen))) {
        throw new AppError('DB_UNAVAILABLE', 'There is no such backup.', {
          hint: '`sotto backup --list` names those that there are.',
        });
      }
      const db = await openDatabase({ path: join(dir, chosen), key, readonly: true });
      const answer = db.raw.pragma('integrity_check', { simple: true });
      db.close();
      if (answer !== 'ok')
        throw new AppError('DB_DAMAGED', 'This backup is damaged.', { hint: 'Take another one.' });
      return chosen;
    },
    prepare: (name) => copyWhole(join(dir, name), ready).catch(fail),
    putBack: async () => {
      if (existsSync(path)) renameSync(path, aside);
      for (const rest of COMPANIONS) rmSync(`${path}${rest}`, { force: true });
      renameSync(ready, path);
      await syncFolder(dirname(path));
    },
    forget: async (deleted, key) => {
      const copies = [...list().map(({ name }) => join(dir, name)), aside].filter((copy) => existsSync(copy));
      for (const copy of copies) {
        try {
          const db = await openDatabase({ path: copy, key });
          try {
            markDeleted(db, deleted);
            purge(db, deleted);
          } finally {
            db.close();
          }
        } catch (cause) {
          // One that cannot be opened with the key gives nothing out to whoever has it either.
          log.warn(`a deletion in a backup: ${toStorageError(cause).code}`);
        }
      }
    },
  };
}

function fail(cause: unknown): never {
  throw toStorageError(cause);
}
