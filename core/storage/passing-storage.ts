import { AppError } from '../errors.ts';
import { createPassingStore } from './chats/passing-store.ts';
import type { Storage } from './storage.ts';

/** See createPassingStore: chats of this run, where the database cannot be loaded. */
export function createPassingStorage(): Storage {
  const chats = createPassingStore();
  const refuse = async (): Promise<never> => {
    throw new AppError('DB_UNAVAILABLE', 'Chats cannot be kept here.', { hint: 'Use a newer Node.' });
  };
  return {
    status: async () => ({ state: 'memory', hasPassphrase: false }),
    chats: async () => chats,
    search: async () => [],
    unlock: refuse,
    lock: async () => undefined,
    setPassphrase: refuse,
    deleteChat: async (id) => chats.delete(id),
    import: refuse,
    backup: refuse,
    backups: async () => [],
    restore: refuse,
    dispose: async () => undefined,
  };
}
