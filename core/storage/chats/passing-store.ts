import { randomUUID } from 'node:crypto';
import type { Chat, ChatMessage } from '../../../contract/chat.ts';
import { AppError } from '../../errors.ts';
import type { ChatStore } from './chat-store.ts';
import type { WholeMedia } from './media-rows.ts';
import { titleOf } from './title.ts';

/**
 * Chats of a run of Sotto on a Node that cannot load the database (the compatibility runtime's own, when core is a
 * utility process there, which tests alone ask for): without branches, without a history.
 */
export function createPassingStore(): ChatStore {
  const chats = new Map<string, Chat>();
  const wholes = new Map<string, WholeMedia>();
  let currentId: string | undefined;
  const get = (id: string): Chat => {
    const chat = chats.get(id);
    if (chat !== undefined) return chat;
    throw unknownChat();
  };
  const store: ChatStore = {
    open: (id) => {
      const wanted = id ?? currentId;
      return wanted === undefined ? store.create() : copyOf(get(wanted));
    },
    head: (id) => {
      const { messages, ...chat } = store.open(id);
      return { ...chat, shownId: messages.at(-1)?.id ?? null };
    },
    create: () => {
      const chat: Chat = { id: randomUUID(), title: '', messages: [] };
      chats.set(chat.id, chat);
      currentId = chat.id;
      return copyOf(chat);
    },
    add: (chatId, message, _parentId, media = []) => {
      const chat = get(chatId);
      const added: ChatMessage = { ...message, id: randomUUID() };
      for (const { bytes, ...facts } of media) {
        const one = { ...facts, id: randomUUID(), byteLength: bytes.byteLength };
        wholes.set(one.id, { ...one, bytes });
        added.media = [...(added.media ?? []), one];
      }
      chat.messages.push(added);
      if (chat.title === '') chat.title = titleOf(message.text);
      return added;
    },
    update: (chatId, messageId, change) => {
      const message = get(chatId).messages.find(({ id }) => id === messageId);
      if (message !== undefined) Object.assign(message, change);
    },
    remove: (chatId, messageId) => {
      const chat = get(chatId);
      chat.messages = chat.messages.filter(({ id }) => id !== messageId);
    },
    removeSummary: (chatId, messageId) => {
      delete get(chatId).messages.find(({ id }) => id === messageId)?.summary;
    },
    media: (_chatId, id) => {
      const found = wholes.get(id);
      if (found === undefined) throw unknownChat();
      return found;
    },
    parentOf: () => null,
    versions: (chatId, messageId) => get(chatId).messages.filter(({ id }) => id === messageId),
    show: () => undefined,
    list: () => [],
    summary: (id) => {
      const { title, messages } = get(id);
      const shownId = messages.at(-1)?.id ?? null;
      return {
        id,
        title,
        isPinned: false,
        isArchived: false,
        hasDraft: false,
        isEmpty: messages.length === 0,
        createdAt: 0,
        updatedAt: 0,
        shownId,
      };
    },
    page: (chatId, after, count) => {
      const { messages } = get(chatId);
      return messages.slice(after + 1, after + 1 + count).map((message, index) => ({
        ...message,
        seq: after + 1 + index,
        parentId: messages[after + index]?.id ?? null,
        createdAt: 0,
      }));
    },
    change: () => undefined,
    isUnnamed: () => false,
    nameByModel: () => false,
    delete: (id) => void chats.delete(id),
    undelete: () => undefined,
  };
  return store;
}

function unknownChat(): AppError {
  return new AppError('CHAT_UNKNOWN', 'This chat is not there any more.', { hint: 'Start a new chat.' });
}

/** By hand: that Node has no structuredClone. */
function copyOf(chat: Chat): Chat {
  return { ...chat, messages: chat.messages.map((message) => ({ ...message })) };
}
