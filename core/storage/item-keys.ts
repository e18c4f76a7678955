import { randomBytes } from 'node:crypto';
import { KEY_BYTES } from './vault/key-file.ts';
import { type Opener, openSealed, sealTo } from './vault/recipient.ts';

/** A key for one thing alone, and how it is kept beside that thing. */
export interface ItemKey {
  /** 32 bytes. */
  key: Buffer;
  /** Only the owner of the vault can open it. 80 bytes. */
  sealed: Buffer;
}

/** Keys of single recordings: with the last copy of such a key goes what it has sealed. */
export interface ItemKeys {
  /**
   * Needs no passphrase: what is being recorded goes on, or begins, while Sotto is locked. Unless it is to be known here,
   * it takes the passphrase to have it again. @throws AppError PASSPHRASE_NEEDED, KEY_UNAVAILABLE.
   */
  create(isKnown?: boolean): Promise<ItemKey>;
  /** Undefined: it is not one of this vault, or was changed. @throws AppError STORAGE_LOCKED, PASSPHRASE_NEEDED, KEY_UNAVAILABLE. */
  open(sealed: Buffer): Promise<Buffer | undefined>;
}

export interface ItemKeySource {
  /** @throws AppError PASSPHRASE_NEEDED, KEY_UNAVAILABLE. */
  recipient(): Promise<Buffer>;
  /** @throws AppError STORAGE_LOCKED, PASSPHRASE_NEEDED, KEY_UNAVAILABLE. */
  opener(): Promise<Opener>;
}

/** @returns with `forget`, which drops every key that is known: Sotto is locked. */
export function createItemKeys(source: ItemKeySource): ItemKeys & { forget(): void } {
  const known = new Map<string, Buffer>();
  const nameOf = (sealed: Buffer) => sealed.toString('base64');
  return {
    create: async (isKnown = true) => {
      const key = randomBytes(KEY_BYTES);
      const sealed = await sealTo(await source.recipient(), key);
      // A copy: whoever has it may outlive the lock.
      if (isKnown) known.set(nameOf(sealed), Buffer.from(key));
      return { key, sealed };
    },
    open: async (sealed) => {
      const name = nameOf(sealed);
      const key = known.get(name) ?? (await openSealed(await source.opener(), sealed));
      if (key === undefined) return undefined;
      known.set(name, key);
      return Buffer.from(key);
    },
    forget: () => {
      for (const key of known.values()) key.fill(0);
      known.clear();
    },
  };
}
