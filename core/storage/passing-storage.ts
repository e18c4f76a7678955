import { randomBytes } from 'node:crypto';
import type { ChatDraft } from '../../contract/drafts.ts';
import type { KeptTranscript } from '../../contract/speech.ts';
import { AppError } from '../errors.ts';
import { createPassingStore } from './chats/passing-store.ts';
import type { Storage } from './storage.ts';
import type { SavedSoundFile } from './transcripts/saved-sound-file.ts';

/** See createPassingStore: chats, transcripts and keys of this run, where the database cannot be loaded. */
export function createPassingStorage(): Storage {
  const chats = createPassingStore();
  const refuse = async (): Promise<never> => {
    throw new AppError('DB_UNAVAILABLE', 'Chats cannot be kept here.', { hint: 'Use a newer Node.' });
  };
  const kept = new Map<string, KeptTranscript>();
  const sounds = new Map<string, SavedSoundFile>();
  const drafts = new Map<string, ChatDraft>();
  const draftOf = (chatId: string) => drafts.get(chatId) ?? { text: '', attachments: [] };
  const keys = new Map<string, Buffer>();
  return {
    isSafeToEnd: () => true,
    draft: async (chatId) => draftOf(chatId),
    changeDraft: async ({ chatId, text, add, remove = [] }) => {
      const { text: before, attachments } = draftOf(chatId);
      const left = attachments.filter(({ id }) => !remove.includes(id));
      drafts.set(chatId, { text: text ?? before, attachments: add === undefined ? left : [...left, add] });
    },
    removeMessages: async (chatId, messageId) => {
      chats.remove(chatId, messageId);
    },
    transcripts: async () => ({
      read: () => [...kept.values()],
      write: (one) => void kept.set(one.transcript.id, one),
      sound: (id) => (kept.has(id) ? sounds.get(id) : undefined),
      writeSound: (id, sound) => void sounds.set(id, sound),
      remove: (id) => void kept.delete(id),
    }),
    deleteTranscript: async (id) => void kept.delete(id),
    library: async () => ({ list: () => [], write: () => undefined, remove: () => undefined }),
    itemKeys: {
      create: async () => {
        const item = { key: randomBytes(32), sealed: randomBytes(80) };
        keys.set(item.sealed.toString('base64'), item.key);
        return item;
      },
      open: async (sealed) => keys.get(sealed.toString('base64')),
    },
    status: async () => ({ state: 'memory', hasPassphrase: false }),
    chats: async () => chats,
    unkept: async () => ({ chats: 0, transcripts: 0, canKeep: false }),
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
