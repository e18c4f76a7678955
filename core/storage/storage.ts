import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Search, SearchHit, StorageStatus } from '../../contract/history.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { FileLock } from '../system/lock-file.ts';
import { makeFolder } from '../system/whole-file.ts';
import { type ChatStore, createChatStore } from './chats/chat-store.ts';
import { type ImportedChats, importChats } from './chats/import/import-chats.ts';
import { searchMessages } from './chats/search.ts';
import { type Backups, createBackups } from './database/backups.ts';
import { type OpenDatabase, openDatabase } from './database/open-database.ts';
import { toStorageError } from './database/storage-errors.ts';
import { lockOwner } from './owner-lock.ts';
import { createPassingStorage } from './passing-storage.ts';
import { createVault, NO_SECRET_STORE, type SecretStore } from './vault/vault.ts';

/** What is kept of a user's chats: encrypted, in one database that one process owns. */
export interface Storage {
  status(): Promise<StorageStatus>;
  /** @throws AppError STORAGE_LOCKED while the passphrase is wanted. */
  chats(): Promise<ChatStore>;
  search(search: Search): Promise<SearchHit[]>;
  /** @throws AppError AUTH_WRONG, AUTH_WAIT, DB_*. */
  unlock(passphrase: string): Promise<void>;
  /** Drops the key. Nothing to lock where there is no passphrase. */
  lock(): Promise<void>;
  /** Sets the first passphrase, or another one; what was only in memory is kept from now on. @throws AppError AUTH_*. */
  setPassphrase(passphrase: string, current: string | undefined): Promise<void>;
  /** Out of sight at once, gone for good after a while or when Sotto closes. */
  deleteChat(id: string): Promise<void>;
  /** Chats of another program's export. @throws AppError IMPORT_FORMAT. */
  import(path: string): Promise<ImportedChats>;
  backup(): Promise<string>;
  /** Puts a backup in the place of the database, which is kept beside it. */
  restore(name: string | undefined): Promise<void>;
  dispose(): Promise<void>;
}

export interface StorageOptions {
  dataDir: string;
  secrets?: SecretStore;
  /** False: chats last as long as this process (a question in the terminal). */
  isKept: boolean;
  onChange: (status: StorageStatus) => void;
  log: Logger;
}

/** How long a deletion can be taken back. */
const UNDO_MS = 30_000;
const BACKUP_EVERY_MS = 24 * 60 * 60_000;

/** The driver wants it; the compatibility runtime's own Node is older and would be ended by it. */
const OLDEST_NODE = 22;

interface Opened {
  db: OpenDatabase;
  chats: ChatStore;
  /** Undefined for a database in memory. */
  key: Buffer | undefined;
}

export function createStorage(options: StorageOptions): Storage {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) return createPassingStorage();
  const { dataDir, secrets = NO_SECRET_STORE, onChange, log } = options;
  const path = join(dataDir, 'sotto.db');
  const vault = createVault(join(dataDir, 'vault.json'), secrets, () => existsSync(path));
  const backups: Backups = createBackups(join(dataDir, 'backups'), path);
  let opened: Opened | undefined;
  let opening: Promise<Opened | undefined> | undefined;
  let hasPassphrase = false;
  let problem: AppError | undefined;
  /** Of a database that could not be opened: a backup of it may be. */
  let rescueKey: Buffer | undefined;
  let owner: FileLock | undefined;
  let purgeTimer: NodeJS.Timeout | undefined;

  const inMemory = async (): Promise<Opened> => {
    const db = await openDatabase({ path: ':memory:' });
    return { db, chats: createChatStore(db), key: undefined };
  };
  const onDisk = async (key: Buffer): Promise<Opened> => {
    await makeFolder(dataDir);
    owner ??= await lockOwner(join(dataDir, 'sotto.db.lock'));
    rescueKey = Buffer.from(key);
    const db = await openDatabase({ path, key, beforeMigration: () => backups.copy() });
    rescueKey.fill(0);
    rescueKey = undefined;
    const chats = createChatStore(db);
    endBrokenAnswers(db);
    purge({ db, chats, key });
    return { db, chats, key };
  };
  /** Undefined while the passphrase is wanted. */
  const open = async (): Promise<Opened | undefined> => {
    if (!options.isKept) return inMemory();
    const state = await vault.open();
    hasPassphrase = state.kind === 'passphrase';
    if (state.kind === 'passphrase') return undefined;
    if (state.kind === 'none') return inMemory();
    if (state.kind === 'unavailable') throw keyUnavailable();
    return onDisk(state.key);
  };
  const ensure = (): Promise<Opened | undefined> => {
    opening ??= open()
      .catch(async (cause) => {
        // Whatever is wrong with what is kept, chatting goes on; nothing is written in its place.
        problem = toStorageError(cause);
        log.warn(`saved chats: ${problem.code}`);
        return inMemory();
      })
      .then((result) => {
        opened = result;
        if (result?.key !== undefined) backUpNowAndThen(result);
        return result;
      });
    return opening;
  };
  const purge = ({ chats, key }: Opened, before = Date.now() - UNDO_MS) => {
    const gone = chats.purge(before);
    if (key !== undefined && gone.length > 0) void backups.forget(gone, key).catch(() => undefined);
  };
  const backUpNowAndThen = ({ db, key }: Opened) => {
    if (key === undefined || Date.now() - (backups.newest()?.at ?? 0) < BACKUP_EVERY_MS) return;
    // Not in the way of the first screen.
    setTimeout(() => {
      if (opened?.db !== db) return;
      try {
        db.checkpoint();
        backups.copy();
      } catch (cause) {
        log.warn(`backup: ${toStorageError(cause).code}`);
      }
    }, 20_000).unref();
  };
  const status = async (): Promise<StorageStatus> => {
    const now = await ensure();
    const backupAt = backups.newest()?.at;
    const info = problem === undefined ? undefined : toErrorInfo(problem);
    return {
      state: now === undefined ? 'locked' : now.key === undefined ? 'memory' : 'open',
      hasPassphrase,
      ...(info === undefined ? {} : { problem: info }),
      ...(backupAt === undefined ? {} : { backupAt }),
    };
  };
  const tell = async () => onChange(await status());
  const use = async (): Promise<Opened> => {
    const now = await ensure();
    if (now === undefined) throw locked();
    return now;
  };
  const close = () => {
    clearTimeout(purgeTimer);
    if (opened === undefined) return;
    if (opened.db.raw.open) {
      purge(opened, Number.MAX_SAFE_INTEGER);
      if (opened.key !== undefined) opened.db.checkpoint();
      opened.db.close();
    }
    opened.key?.fill(0);
    opened = undefined;
  };

  return {
    status,
    chats: async () => (await use()).chats,
    search: async (search) => searchMessages((await use()).db, search),
    unlock: async (passphrase) => {
      if ((await ensure()) !== undefined) return;
      const key = await vault.unlock(passphrase);
      problem = undefined;
      try {
        opened = await onDisk(key);
        backUpNowAndThen(opened);
      } catch (cause) {
        // As at a start without a passphrase: chatting goes on, and what is wrong is told.
        problem = toStorageError(cause);
        opened = await inMemory();
      }
      opening = Promise.resolve(opened);
      await tell();
    },
    lock: async () => {
      if (!hasPassphrase || (await ensure()) === undefined) return;
      close();
      opening = Promise.resolve(undefined);
      await tell();
    },
    setPassphrase: async (passphrase, current) => {
      const before = await use();
      if (problem !== undefined) throw problem;
      if (hasPassphrase) (await vault.unlock(current ?? '')).fill(0);
      if (before.key !== undefined) await vault.setPassphrase(passphrase, before.key);
      else {
        const key = await vault.setPassphrase(passphrase);
        const kept = await onDisk(key);
        moveChats(before.db, kept.db);
        before.db.close();
        opened = kept;
        opening = Promise.resolve(kept);
      }
      hasPassphrase = true;
      await tell();
    },
    deleteChat: async (id) => {
      (await use()).chats.delete(id);
      clearTimeout(purgeTimer);
      purgeTimer = setTimeout(() => opened !== undefined && purge(opened), UNDO_MS + 1000);
      purgeTimer.unref();
    },
    import: async (path) => importChats((await use()).db, path),
    backup: async () => {
      const { db, key } = await use();
      if (key === undefined) throw notKept();
      db.checkpoint();
      return backups.copy();
    },
    restore: async (name) => {
      const key = (await use()).key ?? rescueKey;
      if (key === undefined) throw problem ?? notKept();
      const chosen = await backups.check(name, key);
      const copy = Buffer.from(key);
      close();
      problem = undefined;
      backups.putBack(chosen);
      opened = await onDisk(copy);
      opening = Promise.resolve(opened);
      await tell();
    },
    dispose: async () => {
      await opening;
      close();
      await owner?.release();
    },
  };
}

/** Answers that were being written when Sotto was ended by force. */
function endBrokenAnswers(db: OpenDatabase): void {
  db.run(db.query.updateTable('messages').set({ state: 'stopped' }).where('state', '=', 'streaming'));
}

function moveChats(from: OpenDatabase, to: OpenDatabase): void {
  to.transaction(() => {
    for (const row of from.all(from.query.selectFrom('chats').selectAll()))
      to.run(to.query.insertInto('chats').values(row));
    for (const row of from.all(from.query.selectFrom('messages').selectAll()))
      to.run(to.query.insertInto('messages').values(row));
  });
}

function locked(): AppError {
  return new AppError('STORAGE_LOCKED', 'Sotto is locked.', { hint: 'Unlock it with your passphrase.' });
}

function keyUnavailable(): AppError {
  return new AppError('KEY_UNAVAILABLE', 'The system does not give out the key of your saved chats.', {
    hint: 'Unlock the system’s secret store, then start Sotto again.',
  });
}

function notKept(): AppError {
  return new AppError('DB_UNAVAILABLE', 'Chats are not kept yet.', { hint: 'Set a passphrase first.' });
}
