import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../errors.ts';
import { createChatStore } from '../chats/chat-store.ts';
import { openDatabase } from './open-database.ts';
import { toStorageError } from './storage-errors.ts';

/** Copies of the database, encrypted with its key. */
export interface Backups {
  newest(): { name: string; at: number } | undefined;
  /** Copies the file, whose log must be empty. Returns the copy's name. The oldest copies go. */
  copy(): string;
  /** The copy of that name, or the newest, once it was found whole. @throws AppError DB_DAMAGED. */
  check(name: string | undefined, key: Buffer): Promise<string>;
  /** Puts a copy in the place of the database, which must be closed; that stays beside it. */
  putBack(name: string): void;
  /** Chats that were deleted are deleted in every copy too. */
  forget(ids: readonly string[], key: Buffer): Promise<void>;
}

const KEPT = 5;
const NAME = /^sotto-(\d{13})\.db$/;

export function createBackups(dir: string, path: string): Backups {
  const list = (): string[] => {
    try {
      return readdirSync(dir)
        .filter((name) => NAME.test(name))
        .sort()
        .reverse();
    } catch {
      return [];
    }
  };
  const newest = () => {
    const [name] = list();
    return name === undefined ? undefined : { name, at: Number(NAME.exec(name)?.[1]) };
  };
  return {
    newest,
    copy: () => {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      const name = `sotto-${Math.max(Date.now(), (newest()?.at ?? 0) + 1)}.db`;
      const next = join(dir, `${name}.next`);
      try {
        copyFileSync(path, next);
        if (statSync(next).size !== statSync(path).size) throw new Error('a short copy');
        renameSync(next, join(dir, name));
      } catch (cause) {
        rmSync(next, { force: true });
        throw toStorageError(cause);
      }
      for (const old of list().slice(KEPT)) rmSync(join(dir, old), { force: true });
      return name;
    },
    check: async (name, key) => {
      const chosen = name ?? newest()?.name;
      if (chosen === undefined || !NAME.test(chosen) || !existsSync(join(dir, chosen))) {
        throw new AppError('DB_UNAVAILABLE', 'There is no such backup.', {
          hint: 'See `sotto backup --list`.',
        });
      }
      const db = await openDatabase({ path: join(dir, chosen), key, readonly: true });
      const answer = db.raw.pragma('integrity_check', { simple: true });
      db.close();
      if (answer !== 'ok')
        throw new AppError('DB_DAMAGED', 'This backup is damaged.', { hint: 'Take another one.' });
      return chosen;
    },
    putBack: (name) => {
      if (existsSync(path)) renameSync(path, `${path}.before-restore`);
      for (const rest of ['-wal', '-shm']) rmSync(`${path}${rest}`, { force: true });
      copyFileSync(join(dir, name), path);
    },
    forget: async (ids, key) => {
      for (const name of list()) {
        const db = await openDatabase({ path: join(dir, name), key });
        const chats = createChatStore(db);
        for (const id of ids) {
          db.run(db.query.updateTable('chats').set({ deleted_at: 0 }).where('id', '=', id));
        }
        chats.purge(1);
        db.checkpoint();
        db.close();
      }
    },
  };
}
