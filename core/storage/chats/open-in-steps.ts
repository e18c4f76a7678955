import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Chat, ChatMessage } from '../../../contract/chat.ts';
import type { ChatStore, StoredMessage } from './chat-store.ts';

/** So many messages are read and written before anybody else has a turn. */
export const PAGE = 500;

export type Pause = () => Promise<unknown>;

/**
 * The chat of that id, or the one used last, as `ChatStore.open` has it, but read in steps: a long one holds nothing else up.
 *
 * @param pause lets everybody else have a turn
 * @throws AppError CHAT_UNKNOWN.
 */
export async function openInSteps(store: ChatStore, id?: string, pause: Pause = nextTurn): Promise<Chat> {
  for (;;) {
    const { shownId, ...chat } = store.head(id);
    const all = await readMessages(store, chat.id, pause);
    const byParent = new Map<string, string[]>();
    await inSteps(all, pause, ({ id: messageId, parentId }) => {
      const siblings = byParent.get(parentId ?? '');
      if (siblings === undefined) byParent.set(parentId ?? '', [messageId]);
      else siblings.push(messageId);
    });
    const messages: ChatMessage[] = [];
    await inSteps(await shownBranch(all, shownId, pause), pause, (message) => {
      const { seq: _seq, parentId, createdAt: _createdAt, ...said } = message;
      const versions = byParent.get(parentId ?? '') ?? [];
      messages.push(versions.length > 1 ? { ...said, versions } : said);
    });
    // Something was asked or removed meanwhile: what was read is no chat that there was.
    if (store.head(chat.id).shownId === shownId) return { ...chat, messages };
  }
}

/** Every message in order of writing, whatever branch it is in. */
export async function readMessages(store: ChatStore, chatId: string, pause: Pause): Promise<StoredMessage[]> {
  const all: StoredMessage[] = [];
  for (;;) {
    const page = store.page(chatId, all.at(-1)?.seq ?? -1, PAGE);
    for (const message of page) all.push(message);
    if (page.length < PAGE) return all;
    await pause();
  }
}

/** From the first message to the one that is shown last. */
export async function shownBranch(
  all: readonly StoredMessage[],
  shownId: string | null,
  pause: Pause,
): Promise<StoredMessage[]> {
  const byId = new Map<string, StoredMessage>();
  await inSteps(all, pause, (message) => byId.set(message.id, message));
  const branch: StoredMessage[] = [];
  for (let at = byId.get(shownId ?? ''); at !== undefined; at = byId.get(at.parentId ?? '')) {
    branch.push(at);
    // Each once, also in a circle, which only a damaged database has.
    byId.delete(at.id);
    if (branch.length % STEP === 0) await pause();
  }
  return branch.reverse();
}

/** Of what takes no more than a look at each. */
const STEP = 20 * PAGE;

async function inSteps<T>(all: readonly T[], pause: Pause, take: (one: T) => void): Promise<void> {
  for (const [index, one] of all.entries()) {
    take(one);
    if (index % STEP === STEP - 1) await pause();
  }
}
