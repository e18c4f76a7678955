import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StorageStatus } from '../../contract/history.ts';
import { type AppError, toErrorInfo } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { FileLock } from '../system/lock-file.ts';
import { makeFolder } from '../system/whole-file.ts';
import { createTurns } from '../turns.ts';
import { type Backup, type Backups, createBackups } from './database/backups.ts';
import { endBrokenAnswers, moveAll } from './database/carry-over.ts';
import { createLiveDatabase, type LiveDatabase } from './database/live-database.ts';
import { openDatabase } from './database/open-database.ts';
import {
  keyUnavailable,
  locked,
  notKept,
  passphraseNeeded,
  toStorageError,
} from './database/storage-errors.ts';
import { createItemKeys, type ItemKeys } from './item-keys.ts';
import { lockOwner } from './owner-lock.ts';
import { createUpkeep, type Opened } from './upkeep.ts';
import { type Opener, openerOf } from './vault/recipient.ts';
import { createVault, NO_SECRET_STORE, type SecretStore } from './vault/vault.ts';

/** Opens, locks, backs up and replaces the one database that a user has, and says how it stands with it. */
export interface Keeper {
  /** Whichever database is in use. */
  readonly live: LiveDatabase;
  status(): Promise<StorageStatus>;
  /** What is in use, opened where it was not yet. @throws AppError STORAGE_LOCKED while the passphrase is wanted. */
  use(): Promise<Opened>;
  /** @throws AppError AUTH_WRONG, AUTH_WAIT, DB_*. */
  unlock(passphrase: string): Promise<void>;
  /** Drops the key. Nothing to lock where there is no passphrase. */
  lock(): Promise<void>;
  /** Sets the first passphrase, or another one; what was only in memory is kept from now on. @throws AppError AUTH_*. */
  setPassphrase(passphrase: string, current: string | undefined): Promise<void>;
  /** Keys of recordings, which lie in files of their own. They do not need the database to be whole. */
  readonly itemKeys: ItemKeys;
  /** What was deleted goes for good when it can no longer be taken back. */
  finishDeletionsLater(): void;
  backup(): Promise<string>;
  /** The newest first. */
  backups(): Promise<Backup[]>;
  /** Puts a backup in the place of the database, which is kept beside it. */
  restore(name: string | undefined): Promise<void>;
  dispose(): Promise<void>;
}

export interface KeeperOptions {
  dataDir: string;
  secrets?: SecretStore;
  /** False: chats last as long as this process (a question in the terminal). */
  isKept: boolean;
  onChange: (status: StorageStatus) => void;
  /** The script of the thread that reads exports of other programs; without one they are read here. */
  importWorker?: string;
  log: Logger;
}

/** How often it is looked whether the database is free. */
const LOOK_AGAIN_MS = 2_000;

export function createKeeper(options: KeeperOptions): Keeper {
  const { dataDir, secrets = NO_SECRET_STORE, onChange, log } = options;
  const path = join(dataDir, 'sotto.db');
  const vault = createVault(join(dataDir, 'vault.json'), secrets, () => existsSync(path));
  const backups: Backups = createBackups(join(dataDir, 'backups'), path, log);
  const live = createLiveDatabase();
  /** Opening, closing and replacing never meet half-way. */
  const inTurn = createTurns();
  let opened: Opened | undefined;
  let opening: Promise<unknown> | undefined;
  let hasPassphrase = false;
  let problem: AppError | undefined;
  /** Of a database that could not be opened: a backup of it may be. */
  let rescueKey: Buffer | undefined;
  let owner: FileLock | undefined;
  /** For the database to be free. */
  let waiting: NodeJS.Timeout | undefined;
  /** What was said in memory while another process had the database; it goes into the database once that is open. */
  let carried: Opened | undefined;
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
    rescueKey = Buffer.from(key);
    backups.settle();
    const db = await openDatabase({ path, key, beforeMigration: () => backups.copy() });
    rescueKey.fill(0);
    rescueKey = undefined;
    endBrokenAnswers(db);
    // What was deleted before a crash, or did not come in whole.
    await upkeep.finishDeletions({ db, key }, Number.MAX_SAFE_INTEGER);
    upkeep.backUpDaily();
    return { db, key };
  };
  /** Before anything is read or written that two processes could make at once: a key, a database. */
  const own = async () => {
    await makeFolder(dataDir);
    owner ??= await lockOwner(join(dataDir, 'sotto.db.lock'));
  };
  const disown = async () => {
    await owner?.release();
    owner = undefined;
  };
  /** What is kept, or a place in memory: whatever is wrong with it, chatting goes on; nothing is written in its place. */
  const enter = async (open: () => Promise<Opened | undefined>) => {
    problem = undefined;
    try {
      take(await open());
    } catch (cause) {
      problem = toStorageError(cause);
      log.warn(`saved chats: ${problem.code}`);
      take(await inMemory());
      if (problem.code === 'DB_UNAVAILABLE') waitFor(open);
    }
  };
  /** Another process has the database, a command in a terminal mostly: when it is done, what was written meanwhile is kept. */
  const waitFor = (open: () => Promise<Opened | undefined>) => {
    waiting = setTimeout(() => {
      const tryAgain = async () => {
        // Locked, or closed.
        if (opened === undefined || problem?.code !== 'DB_UNAVAILABLE') return;
        const kept = await open();
        problem = undefined;
        if (kept !== undefined) moveTo(kept);
        else {
          // There is a passphrase by now, set by the other process.
          carried = opened;
          take(undefined);
        }
        await tell();
      };
      inTurn(tryAgain).catch(() => waitFor(open));
    }, LOOK_AGAIN_MS);
    waiting.unref();
  };
  /** Undefined while the passphrase is wanted. */
  const open = async (): Promise<Opened | undefined> => {
    if (!options.isKept) return inMemory();
    // Without a store to keep a key in nothing is written before there is a passphrase.
    if (secrets === NO_SECRET_STORE && !existsSync(path) && !(await vault.exists())) return inMemory();
    await own();
    const state = await vault.open().catch(async (cause: unknown) => {
      await disown();
      throw cause;
    });
    hasPassphrase = state.kind === 'passphrase';
    if (state.kind === 'key') return onDisk(state.key);
    if (state.kind === 'passphrase') return undefined;
    await disown();
    if (state.kind === 'unavailable') throw keyUnavailable();
    return inMemory();
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
    clearTimeout(waiting);
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
    live,
    status,
    use,
    finishDeletionsLater: upkeep.finishDeletionsLater,
    itemKeys,
    unlock: async (passphrase) => {
      await ensure();
      await inTurn(async () => {
        if (opened !== undefined) return;
        const key = await vault.unlock(passphrase);
        await enter(() => onDisk(key));
        if (carried === undefined || problem !== undefined) return;
        const kept = opened;
        opened = carried;
        carried = undefined;
        if (kept !== undefined) moveTo(kept);
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
        await own();
        if (hasPassphrase) (await vault.unlock(current ?? '')).fill(0);
        if (opened.key !== undefined) await vault.setPassphrase(passphrase, opened.key);
        else moveTo(await onDisk(await vault.setPassphrase(passphrase)));
        hasPassphrase = true;
      });
      await tell();
    },
    backup: async () => {
      await use();
      return inTurn(async () => {
        if (opened === undefined) throw locked();
        if (opened.key === undefined) throw notKept();
        return opened.db.hold(backups.copy);
      });
    },
    backups: async () => backups.list(),
    restore: async (name) => {
      await use();
      await inTurn(async () => {
        const key = Buffer.from(opened?.key ?? rescueKey ?? []);
        if (key.length === 0) throw problem ?? notKept();
        await backups.prepare(await backups.check(name, key));
        await close();
        await enter(async () => {
          await backups.putBack();
          return onDisk(key);
        });
      });
      await tell();
      if (problem !== undefined) throw problem;
    },
    dispose: async () => {
      await opening;
      await inTurn(drop);
      carried?.db.close();
      await disown();
    },
  };

  /** What was only in memory is kept from now on. */
  function moveTo(kept: Opened): void {
    const before = opened;
    if (before !== undefined) moveAll(before.db, kept.db);
    take(kept);
    before?.db.close();
  }
}
