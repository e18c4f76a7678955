import type { ChatEvent, ChatMessage } from '../../contract/chat.ts';
import { type AppError, assertNever } from '../errors.ts';
import type { ChatStore } from '../storage/chats/chat-store.ts';
import { toStorageError } from '../storage/database/storage-errors.ts';

/** How often a growing answer is written to the store, so that a death costs little. */
const WRITE_INTERVAL_MS = 250;

/** Keeps the store's copy of one answer in step with its events. A disk that fails does not stop the answer. */
export function createRecorder(store: ChatStore, chatId: string, answerId: string, begun = '') {
  let text = begun;
  let writtenAt = 0;
  let ended = false;
  let problem: AppError | undefined;
  const write = (change: Partial<ChatMessage>) => {
    writtenAt = performance.now();
    try {
      store.update(chatId, answerId, { ...change, text });
    } catch (cause) {
      problem ??= toStorageError(cause);
    }
  };
  let isTold = false;
  return {
    /** Why the answer could not be kept: once. */
    problem: () => {
      if (problem === undefined || isTold) return undefined;
      isTold = true;
      return problem;
    },
    take: (event: ChatEvent) => {
      switch (event.type) {
        case 'delta':
          text += event.text;
          if (performance.now() - writtenAt >= WRITE_INTERVAL_MS) write({});
          return;
        case 'done':
          ended = true;
          write({
            state: event.reason === 'stop' ? 'complete' : event.reason === 'length' ? 'length' : 'stopped',
            // An answer that was stopped before it began has no figures.
            ...(event.stats.completionTokens > 0 ? { stats: event.stats } : {}),
            ...(event.limit === undefined ? {} : { limit: event.limit }),
          });
          return;
        case 'failed':
          ended = true;
          write({ state: 'failed', error: event.error });
          return;
        case 'started':
        case 'progress':
        case 'notice':
          return;
        default:
          assertNever(event);
      }
    },
    /** The reader went away (a reload, a closed window): what came is kept as a stopped answer. */
    close: () => {
      if (!ended) write({ state: 'stopped' });
    },
  };
}
