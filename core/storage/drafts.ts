import { type ChatDraft, type DraftChange, draftChangeSchema } from '../../contract/drafts.ts';
import { AppError } from '../errors.ts';
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
   * What comes while Sotto is locked was written in the moment before. It waits in memory, sealed as recordings are, so
   * that nobody reads it before the passphrase is given.
   *
   * @throws AppError CHAT_UNKNOWN.
   */
  change(change: DraftChange): Promise<void>;
}

interface Sealed {
  /** The key, which the owner of the vault alone can open. */
  sealed: Buffer;
  change: Buffer;
}

const CONTEXT = Buffer.from('sotto late draft');

/** @param use opens what is kept, or throws STORAGE_LOCKED */
export function createDrafts(live: OpenDatabase, use: () => Promise<unknown>, keys: ItemKeys): Drafts {
  const store = createDraftStore(live);
  /** An older text never overtakes a newer one. */
  const inTurn = createTurns();
  const late: Sealed[] = [];
  const opened = async () => {
    await use();
    for (let next = late[0]; next !== undefined; next = late[0]) {
      const change = await open(keys, next);
      try {
        if (change !== undefined) store.change(change);
      } catch (cause) {
        // The chat was deleted meanwhile, and its draft with it.
        if (!hasCode(cause, 'CHAT_UNKNOWN')) throw cause;
      }
      late.shift();
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
          late.push(await seal(keys, change));
        }
      }),
  };
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
