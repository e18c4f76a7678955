import { randomUUID } from 'node:crypto';
import type { Chat, ChatMessage } from '../../contract/chat.ts';
import { AppError } from '../errors.ts';

/**
 * Where chats live while the app runs. History that lasts comes with the encrypted store; this keeps what
 * a reload of the page must find again.
 */
export interface ChatStore {
  /** The chat of that id, or the current one (made if there is none). @throws AppError CHAT_UNKNOWN. */
  open(id?: string): Chat;
  /** Starts an empty chat and makes it the current one. */
  create(): Chat;
  add(chatId: string, message: Omit<ChatMessage, 'id'>): ChatMessage;
  update(chatId: string, messageId: string, change: Partial<Omit<ChatMessage, 'id' | 'role'>>): void;
  remove(chatId: string, messageId: string): void;
}

/** Chats kept at most; the oldest goes first. */
const MAX_CHATS = 50;

export function createChatStore(): ChatStore {
  const chats = new Map<string, Chat>();
  let currentId: string | undefined;
  const create = () => {
    const chat: Chat = { id: randomUUID(), messages: [] };
    chats.set(chat.id, chat);
    currentId = chat.id;
    const oldest = chats.keys().next().value;
    if (chats.size > MAX_CHATS && oldest !== undefined) chats.delete(oldest);
    return chat;
  };
  const get = (id: string): Chat => {
    const chat = chats.get(id);
    if (chat === undefined) {
      throw new AppError('CHAT_UNKNOWN', 'This chat is no longer open.', { hint: 'Start a new chat.' });
    }
    return chat;
  };
  return {
    open: (id) => {
      if (id !== undefined) return get(id);
      return currentId === undefined ? create() : get(currentId);
    },
    create,
    add: (chatId, message) => {
      const added: ChatMessage = { ...message, id: randomUUID() };
      get(chatId).messages.push(added);
      return added;
    },
    update: (chatId, messageId, change) => {
      const message = get(chatId).messages.find((candidate) => candidate.id === messageId);
      if (message !== undefined) Object.assign(message, change);
    },
    remove: (chatId, messageId) => {
      const chat = get(chatId);
      chat.messages = chat.messages.filter((message) => message.id !== messageId);
    },
  };
}
