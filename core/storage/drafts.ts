import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { type ChatDraft, type DraftChange, draftChangeSchema } from '../../contract/drafts.ts';
import { AppError } from '../errors.ts';
import { readOwnText } from '../system/regular-file.ts';
import { writeWhole } from '../system/whole-file.ts';
import { createTurns } from '../turns.ts';
import { createDraftStore } from './chats/draft-store.ts';
import type { OpenDatabase } from './database/open-database.ts';
import type { ItemKeys } from './item-keys.ts';
import { openBytes, sealBytes } from './sealed-bytes.ts';

/** Messages that are being written, whether Sotto is locked or not. */
export interface Drafts {
  /** @throws AppError STORAGE_LOCKED. */
  read(chatId: string): Promise<ChatDraft>;
  /**
   * What comes while Sotto is locked was written in the moment before. It waits, sealed as recordings are, so that nobody
   * reads it before the passphrase is given; on the disk, as core ends after a lock.
   *
   * @throws AppError CHAT_UNKNOWN.
   */
  change(change: DraftChange): Promise<void>;
  /** False while something waits in memory alone. */
  isSafeToEnd(): boolean;
}

interface Sealed {
  /** The key, which the owner of the vault alone can open. */
  sealed: Buffer;
  change: Buffer;
}

const CONTEXT = Buffer.from('sotto late draft');

/**
 * @param use opens what is kept, or throws STORAGE_LOCKED
 * @param path of the file for what comes while Sotto is locked
 */
export function createDrafts(
  live: OpenDatabase,
  use: () => Promise<unknown>,
  keys: ItemKeys,
  path: string,
): Drafts {
  const store = createDraftStore(live);
  /** An older text never overtakes a newer one. */
  const inTurn = createTurns();
  let known: Promise<Sealed[]> | undefined;
  const lateOnes = () => {
    known ??= readLate(path);
    return known;
  };
  let isWritten = true;
  const keep = async (late: readonly Sealed[]) => {
    // A disk that is full leaves it in memory, and core running.
    isWritten = await writeLate(path, late).then(
      () => true,
      () => false,
    );
  };
  const opened = async () => {
    await use();
    const late = await lateOnes();
    for (let next = late[0]; next !== undefined; next = late[0]) {
      const opening = await open(keys, next).then(
        (change) => ({ change }),
        () => undefined,
      );
      // Chats are in memory for now, without the key: they stay for when there is one.
      if (opening === undefined) break;
      try {
        if (opening.change !== undefined) store.change(opening.change);
      } catch (cause) {
        // The chat was deleted meanwhile, and its draft with it.
        if (!hasCode(cause, 'CHAT_UNKNOWN')) throw cause;
      }
      late.shift();
      await keep(late);
    }
    return store;
  };
  return {
    read: (chatId) => inTurn(async () => (await opened()).read(chatId)),
    change: (change) =>
      inTurn(async () => {
        try {
          (await opened()).change(change);
        } catch (cause) {
          if (!hasCode(cause, 'STORAGE_LOCKED')) throw cause;
          const late = await lateOnes();
          late.push(await seal(keys, change));
          await keep(late);
        }
      }),
    isSafeToEnd: () => isWritten,
  };
}

const lateSchema = z.array(z.object({ sealed: z.base64(), change: z.base64() }));

async function readLate(path: string): Promise<Sealed[]> {
  const text = await readOwnText(path).catch(() => '[]');
  try {
    return lateSchema.parse(JSON.parse(text)).map(({ sealed, change }) => ({
      sealed: Buffer.from(sealed, 'base64'),
      change: Buffer.from(change, 'base64'),
    }));
  } catch {
    return [];
  }
}

async function writeLate(path: string, late: readonly Sealed[]): Promise<void> {
  if (late.length === 0) return rm(path, { force: true });
  const list = late.map(({ sealed, change }) => ({
    sealed: sealed.toString('base64'),
    change: change.toString('base64'),
  }));
  await writeWhole(path, JSON.stringify(list));
}

async function seal(keys: ItemKeys, change: DraftChange): Promise<Sealed> {
  const { key, sealed } = await keys.create(false);
  const text = JSON.stringify(change, (_name, value) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  );
  const bytes = sealBytes(key, Buffer.from(text), CONTEXT);
  key.fill(0);
  return { sealed, change: bytes };
}

/** Undefined: the vault is another one now. */
async function open(keys: ItemKeys, { sealed, change }: Sealed): Promise<DraftChange | undefined> {
  const key = await keys.open(sealed);
  const text = key === undefined ? undefined : openBytes(key, change, CONTEXT)?.toString('utf8');
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text, (_name, part) =>
    typeof part?.base64 === 'string' ? new Uint8Array(Buffer.from(part.base64, 'base64')) : part,
  );
  return draftChangeSchema.parse(value);
}

function hasCode(cause: unknown, code: AppError['code']): boolean {
  return cause instanceof AppError && cause.code === code;
}
