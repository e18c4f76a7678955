import { create } from 'zustand';
import type { ChatMessage } from '../../../contract/chat.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';

/** The answer that is being written. Its text grows at most once a frame. */
export interface LiveAnswer {
  id: string;
  stage: 'waiting' | 'loading' | 'reading' | 'writing';
  text: string;
}

interface ChatState {
  chatId: string | undefined;
  /** Whose way of answering the chat has. */
  personaId: string | undefined;
  title: string;
  /** Finished messages only; they never change, so they are drawn once. */
  messages: ChatMessage[];
  live: LiveAnswer | undefined;
  /** The answer that ended last on this page: how it ended is news; what a reload shows again is not. */
  endedId: string | undefined;
  /** The message that a search led to: it is brought into sight. */
  foundId: string | undefined;
  /** The model sums up what the chat began with: how far it is, in pieces. */
  summarising: { done: number; total: number } | undefined;
  /** The message whose summary has just been written: it is to be seen. */
  summarisedId: string | undefined;
  draft: string;
  /** What is to be known of the answer that is written, such as what was left out of it. */
  notice: ErrorInfo | undefined;
  /** Why the draft was not taken; the draft stays. */
  refusal: ErrorInfo | undefined;
}

export const INITIAL: ChatState = {
  chatId: undefined,
  personaId: undefined,
  title: '',
  messages: [],
  live: undefined,
  endedId: undefined,
  foundId: undefined,
  summarising: undefined,
  summarisedId: undefined,
  draft: '',
  notice: undefined,
  refusal: undefined,
};

export const useChat = create<ChatState>()(() => INITIAL);

/** A message that nobody writes any more. */
export function settle(message: ChatMessage): ChatMessage {
  return message.state === 'streaming' ? { ...message, state: 'stopped' } : message;
}
