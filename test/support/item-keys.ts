import type { ItemKeys } from '../../core/storage/item-keys.ts';

/** The one key of recordings in tests that are not about keys: what any of them wrote another can read. */
export const TEST_KEY = Buffer.alloc(32, 5);
const SEALED = Buffer.alloc(80, 7);

export const testKeys: ItemKeys = {
  create: async () => ({ key: Buffer.from(TEST_KEY), sealed: SEALED }),
  open: async () => Buffer.from(TEST_KEY),
};
