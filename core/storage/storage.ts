import { join } from 'node:path';
import type { ChatDraft, DraftChange } from '../../contract/drafts.ts';
import type { Search, SearchHit, Unkept } from '../../contract/history.ts';
import { type ChangedChat, createChatChanges } from './chats/chat-changes.ts';
import { createChatList } from './chats/chat-list.ts';
import { type ChatStore, createChatStore } from './chats/chat-store.ts';
import { type ImportedChats, type ImportOptions, importChats } from './chats/import/import-chats.ts';
import { createDrafts } from './drafts.ts';
import { createKeeper, type Keeper, type KeeperOptions } from './keeper.ts';
import { createLibraryTable, type LibraryTable } from './library-table.ts';
import { createPassingStorage } from './passing-storage.ts';
import { searchAll } from './search.ts';
import { createTranscriptTable, type TranscriptTable } from './transcripts/transcript-table.ts';

/** What is kept of a user's chats and transcripts: encrypted, in one database that one process owns. */
export interface Storage extends Omit<Keeper, 'live' | 'use' | 'finishDeletionsLater'> {
  /** @throws AppError STORAGE_LOCKED while the passphrase is wanted. */
  chats(): Promise<ChatStore>;
  /** What is being written in a chat. @throws AppError STORAGE_LOCKED while the passphrase is wanted. */
  draft(chatId: string): Promise<ChatDraft>;
  /** While Sotto is locked the change waits, sealed, till it is open. @throws AppError CHAT_UNKNOWN. */
  changeDraft(change: DraftChange): Promise<void>;
  /** What is in memory only, and goes with this process. */
  unkept(): Promise<Unkept>;
  search(search: Search): Promise<SearchHit[]>;
  /** Out of sight at once, gone for good after a while or when Sotto closes. */
  deleteChat(id: string): Promise<void>;
  /** A message and all that follows it are gone at once, and from the backups in a moment. @throws AppError CHAT_UNKNOWN. */
  removeMessages(chatId: string, messageId: string): Promise<void>;
  /** @throws AppError STORAGE_LOCKED while the passphrase is wanted. */
  transcripts(): Promise<TranscriptTable>;
  /** Whether nothing would be lost if this process ended while Sotto is locked. */
  isSafeToEnd(): boolean;
  /** As with chats. */
  deleteTranscript(id: string): Promise<void>;
  /** @throws AppError STORAGE_LOCKED while the passphrase is wanted. */
  library(): Promise<LibraryTable>;
  /** Chats of another program's export. @throws AppError IMPORT_FORMAT. */
  import(path: string, options?: Pick<ImportOptions, 'signal' | 'onProgress'>): Promise<ImportedChats>;
}

/** The driver wants it; the compatibility runtime's own Node is older and would be ended by it. */
const OLDEST_NODE = 22;

export interface StorageOptions extends KeeperOptions {
  /** A chat looks otherwise in the list, or is not in it any more. */
  onChatChange?: (changed: ChangedChat) => void;
}

export function createStorage(options: StorageOptions): Storage {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) return createPassingStorage();
  const { live, use, finishDeletionsLater, ...keeper } = createKeeper(options);
  const list = createChatList(live);
  const onChange = createChatChanges(list, options.onChatChange ?? (() => undefined));
  const chats = createChatStore(live, { list, onChange });
  const drafts = createDrafts(live, use, keeper.itemKeys, join(options.dataDir, 'late-drafts.json'));
  const transcripts = createTranscriptTable(live, options.log);
  const library = createLibraryTable(live);
  return {
    ...keeper,
    chats: async () => {
      await use();
      return chats;
    },
    isSafeToEnd: drafts.isSafeToEnd,
    draft: drafts.read,
    changeDraft: async (change) => {
      await drafts.change(change);
      onChange(change.chatId);
      if (change.isSent !== true && (change.text === '' || change.remove !== undefined))
        finishDeletionsLater();
    },
    unkept: async () => {
      const { state, problem } = await keeper.status();
      if (state !== 'memory') return { chats: 0, transcripts: 0, canKeep: false };
      return {
        chats: chats.list().length,
        transcripts: transcripts.read().length,
        canKeep: problem === undefined,
      };
    },
    search: async (search) => searchAll((await use()).db, search),
    deleteChat: async (id) => {
      await use();
      chats.delete(id);
      finishDeletionsLater();
    },
    removeMessages: async (chatId, messageId) => {
      await use();
      chats.remove(chatId, messageId);
      finishDeletionsLater();
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
      finishDeletionsLater();
    },
    import: async (file, watching) =>
      importChats((await use()).db, file, { worker: options.importWorker, ...watching }),
  };
}
