import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Chat } from '../../contract/chat.ts';
import type { Search, SearchHit, StorageStatus } from '../../contract/history.ts';
import { type AppError, toErrorInfo } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { FileLock } from '../system/lock-file.ts';
import { makeFolder } from '../system/whole-file.ts';
import { createTurns } from '../turns.ts';
import { type ChatStore, createChatStore } from './chats/chat-store.ts';
import { type ImportedChats, importChats } from './chats/import/import-chats.ts';
import { type Backup, type Backups, createBackups } from './database/backups.ts';
import { endBrokenAnswers, moveAll } from './database/carry-over.ts';
import { createLiveDatabase } from './database/live-database.ts';
import { openDatabase } from './database/open-database.ts';
import {
  keyUnavailable,
  locked,
  notKept,
  passphraseNeeded,
  toStorageError,
} from './database/storage-errors.ts';
import { createItemKeys, type ItemKeys } from './item-keys.ts';
import { createLibraryTable, type LibraryTable } from './library-table.ts';
import { lockOwner } from './owner-lock.ts';
import { createPassingStorage } from './passing-storage.ts';
import { searchAll } from './search.ts';
import { createTranscriptTable, type TranscriptTable } from './transcripts/transcript-table.ts';
import { createUpkeep, type Opened } from './upkeep.ts';
import { type Opener, openerOf } from './vault/recipient.ts';
import { createVault, NO_SECRET_STORE, type SecretStore } from './vault/vault.ts';

/** What is kept of a user's chats and transcripts: encrypted, in one database that one process owns. */
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
  /** A message and all that follows it are gone at once, and from the backups in a moment. @throws AppError CHAT_UNKNOWN. */
  removeMessages(chatId: string, messageId: string): Promise<Chat>;
  /** @throws AppError STORAGE_LOCKED while the passphrase is wanted. */
  transcripts(): Promise<TranscriptTable>;
  /** As with chats. */
  deleteTranscript(id: string): Promise<void>;
  /** @throws AppError STORAGE_LOCKED while the passphrase is wanted. */
  library(): Promise<LibraryTable>;
  /** Keys of recordings, which lie in files of their own. They do not need the database to be whole. */
  readonly itemKeys: ItemKeys;
  /** Chats of another program's export. @throws AppError IMPORT_FORMAT. */
  import(path: string): Promise<ImportedChats>;
  backup(): Promise<string>;
  /** The newest first. */
  backups(): Promise<Backup[]>;
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

/** The driver wants it; the compatibility runtime's own Node is older and would be ended by it. */
const OLDEST_NODE = 22;

export function createStorage(options: StorageOptions): Storage {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) return createPassingStorage();
  const { dataDir, secrets = NO_SECRET_STORE, onChange, log } = options;
  const path = join(dataDir, 'sotto.db');
  const vault = createVault(join(dataDir, 'vault.json'), secrets, () => existsSync(path));
  const backups: Backups = createBackups(join(dataDir, 'backups'), path, log);
  const live = createLiveDatabase();
  const chats = createChatStore(live);
  const transcripts = createTranscriptTable(live, log);
  const library = createLibraryTable(live);
  /** Opening, closing and replacing never meet half-way. */
  const inTurn = createTurns();
  let opened: Opened | undefined;
  let opening: Promise<unknown> | undefined;
  let hasPassphrase = false;
  let problem: AppError | undefined;
  /** Of a database that could not be opened: a backup of it may be. */
  let rescueKey: Buffer | undefined;
  let owner: FileLock | undefined;
  /** Opens what was sealed to this user; there as long as the key may be used. */
  let opener: Promise<Opener> | undefined;

  const upkeep = createUpkeep(backups, () => opened, inTurn, log);

  const take = (next: Opened | undefined) => {
    opened = next;
    live.use(next?.db);
  };
  const inMemory = async (): Promise<Opened> => ({
    db: await openDatabase({ path: ':memory:' }),
    key: undefined,
  });
  const onDisk = async (key: Buffer): Promise<Opened> => {
    opener = openerOf(key);
    await makeFolder(dataDir);
    owner ??= await lockOwner(join(dataDir, 'sotto.db.lock'));
    rescueKey = Buffer.from(key);
    backups.settle();
    const db = await openDatabase({ path, key, beforeMigration: () => backups.copy() });
    rescueKey.fill(0);
    rescueKey = undefined;
    endBrokenAnswers(db);
    await upkeep.finishDeletions({ db, key });
    return { db, key };
  };
  /** What is kept, or a place in memory: whatever is wrong with it, chatting goes on; nothing is written in its place. */
  const enter = async (open: () => Promise<Opened | undefined>) => {
    problem = undefined;
    try {
      take(await open());
      if (opened !== undefined) upkeep.backUpNowAndThen(opened);
    } catch (cause) {
      problem = toStorageError(cause);
      log.warn(`saved chats: ${problem.code}`);
      take(await inMemory());
    }
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
  const ensure = async (): Promise<Opened | undefined> => {
    opening ??= inTurn(() => enter(open));
    await opening;
    return opened;
  };
  const status = async (): Promise<StorageStatus> => {
    const now = await ensure();
    const backupAt = backups.list()[0]?.at;
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
  /** Nothing can be read from the moment this is called; then what was deleted is cleaned up and the key is dropped. */
  const close = async () => {
    upkeep.stop();
    const was = opened;
    take(undefined);
    if (was === undefined) return;
    try {
      await upkeep.finishDeletions(was, Number.MAX_SAFE_INTEGER);
      if (was.key !== undefined) was.db.checkpoint();
    } catch (cause) {
      log.warn(`closing saved chats: ${toStorageError(cause).code}`);
    } finally {
      was.db.close();
      was.key?.fill(0);
    }
  };

  const drop = () => {
    opener = undefined;
    itemKeys.forget();
    return close();
  };
  const itemKeys = createItemKeys({
    recipient: async () => {
      const known = await vault.recipient();
      if (known !== undefined) return known;
      // Makes the key where the system can keep it.
      await ensure();
      const made = await vault.recipient();
      if (made === undefined) throw problem ?? passphraseNeeded();
      return made;
    },
    opener: async () => {
      await ensure();
      if (opener !== undefined) return opener;
      throw hasPassphrase ? locked() : (problem ?? passphraseNeeded());
    },
  });

  return {
    status,
    itemKeys,
    chats: async () => {
      await use();
      return chats;
    },
    search: async (search) => searchAll((await use()).db, search),
    unlock: async (passphrase) => {
      await ensure();
      await inTurn(async () => {
        if (opened !== undefined) return;
        const key = await vault.unlock(passphrase);
        await enter(() => onDisk(key));
      });
      await tell();
    },
    lock: async () => {
      if (!hasPassphrase || (await ensure()) === undefined) return;
      await inTurn(async () => {
        const closed = drop();
        await tell();
        await closed;
      });
    },
    setPassphrase: async (passphrase, current) => {
      await use();
      await inTurn(async () => {
        if (opened === undefined) throw locked();
        if (problem !== undefined) throw problem;
        if (hasPassphrase) (await vault.unlock(current ?? '')).fill(0);
        if (opened.key !== undefined) await vault.setPassphrase(passphrase, opened.key);
        else await keep(await vault.setPassphrase(passphrase));
        hasPassphrase = true;
      });
      await tell();
    },
    deleteChat: async (id) => {
      await use();
      chats.delete(id);
      upkeep.finishDeletionsLater();
    },
    removeMessages: async (chatId, messageId) => {
      await use();
      chats.remove(chatId, messageId);
      upkeep.finishDeletionsLater();
      return chats.open(chatId);
    },
    transcripts: async () => {
      await use();
      return transcripts;
    },
    library: async () => {
      await use();
      return library;
    },
    deleteTranscript: async (id) => {
      await use();
      transcripts.remove(id);
      upkeep.finishDeletionsLater();
    },
    import: async (file) => importChats((await use()).db, file),
    backup: async () => {
      const { db, key } = await use();
      if (key === undefined) throw notKept();
      db.checkpoint();
      return backups.copy();
    },
    backups: async () => backups.list(),
    restore: async (name) => {
      await use();
      await inTurn(async () => {
        const key = Buffer.from(opened?.key ?? rescueKey ?? []);
        if (key.length === 0) throw problem ?? notKept();
        backups.prepare(await backups.check(name, key));
        await close();
        await enter(async () => {
          backups.putBack();
          return onDisk(key);
        });
      });
      await tell();
      if (problem !== undefined) throw problem;
    },
    dispose: async () => {
      await opening;
      await inTurn(drop);
      await owner?.release();
    },
  };

  /** What was only in memory is kept from now on. */
  async function keep(key: Buffer): Promise<void> {
    const kept = await onDisk(key);
    const before = opened;
    if (before !== undefined) moveAll(before.db, kept.db);
    take(kept);
    before?.db.close();
  }
}
