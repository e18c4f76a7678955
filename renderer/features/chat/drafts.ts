import type { ChatDraft, DraftChange } from '../../../contract/drafts.ts';
import { bridge } from '../../api/bridge.ts';
import { emptyAttachments, toDraft, useAttachments } from './attachment-store.ts';
import { useChat } from './chat-state.ts';

/** Core has what was typed after this time at the latest. */
const SAVE_MS = 250;
/** A disk that was full may have room again. */
const RETRY_MS = 3_000;

/** Texts that core does not have yet, by chat. */
const unsaved = new Map<string, string>();
/** Changes that core has not answered yet. */
const underWay = new Set<Promise<unknown>>();
let timer: { id: ReturnType<typeof setTimeout>; dueAt: number } | undefined;

/** What is written in the chat that is shown. */
export function setDraft(draft: string): void {
  const { chatId } = useChat.getState();
  useChat.setState({ draft, refusal: undefined });
  // Before the page knows which chat there is, the text waits for it.
  if (chatId !== undefined) keep(chatId, draft);
}

/** What is written in a chat, shown or not: who spoke into one may look at another by now. */
export function setDraftOf(chatId: string | undefined, draft: string): void {
  if (chatId === useChat.getState().chatId) setDraft(draft);
  else if (chatId !== undefined) keep(chatId, draft);
}

/**
 * Tells core of everything that it does not have yet: before another chat is shown, and when Sotto is locked. Done when core
 * has it.
 */
export async function saveDrafts(): Promise<void> {
  clearTimeout(timer?.id);
  timer = undefined;
  const due = [...unsaved];
  unsaved.clear();
  for (const [chatId, text] of due) void save(chatId, text);
  await Promise.all(underWay);
}

/** Whether something was typed that core does not have, on a full disk for one. */
export function hasUnsavedDrafts(): boolean {
  return unsaved.size > 0;
}

/** What of a chat's draft core has, and what was typed since. Undefined: it cannot be read, and the page says why. */
export async function readDraft(chatId: string): Promise<ChatDraft | undefined> {
  const reply = await bridge().calls['chat.draft']({ chatId });
  if (!reply.ok) {
    if (reply.error.code !== 'STORAGE_LOCKED') useChat.setState({ refusal: reply.error });
    return undefined;
  }
  return { ...reply.value, text: unsaved.get(chatId) ?? reply.value.text };
}

/**
 * Puts another chat's draft in the place of the one that is shown, together with that chat. What was written before the
 * page knew of any chat goes on in it.
 */
export function showDraft(chatId: string, draft: ChatDraft): { draft: string } {
  const before = useChat.getState();
  if (before.chatId === chatId) return { draft: before.draft };
  const isFirst = before.chatId === undefined;
  const { all, media } = useAttachments.getState();
  const waiting = isFirst ? toDraft(all, media) : [];
  emptyAttachments([...draft.attachments, ...waiting]);
  for (const add of waiting) void change({ chatId, add });
  if (!isFirst || before.draft === '') return { draft: draft.text };
  const text = [draft.text, before.draft].filter(Boolean).join('\n');
  keep(chatId, text);
  return { draft: text };
}

/** The question is core's now. What was written since stays. */
export function forgetSent(chatId: string | undefined, sent: string, ids: string[]): void {
  if (chatId === undefined) return;
  const isAsSent = (unsaved.get(chatId) ?? sent) === sent;
  const { chatId: shown, draft } = useChat.getState();
  const isShown = shown === chatId;
  const clears = isAsSent && (!isShown || draft === sent);
  if (clears) unsaved.delete(chatId);
  if (clears && isShown) useChat.setState({ draft: '', refusal: undefined });
  void change({ chatId, remove: ids, isSent: true, ...(clears ? { text: '' } : {}) });
}

/** Changes a draft at once. Shows an error where core refuses the change. */
export async function change(input: DraftChange): Promise<boolean> {
  const changing = bridge().calls['chat.changeDraft'](input);
  underWay.add(changing);
  const reply = await changing;
  underWay.delete(changing);
  if (!reply.ok && reply.error.code !== 'CHAT_UNKNOWN') useChat.setState({ refusal: reply.error });
  return reply.ok || reply.error.code === 'CHAT_UNKNOWN';
}

function keep(chatId: string, text: string): void {
  unsaved.set(chatId, text);
  saveIn(SAVE_MS);
}

/** Or sooner, where it is due sooner. */
function saveIn(ms: number): void {
  const dueAt = Date.now() + ms;
  if (timer !== undefined && timer.dueAt <= dueAt) return;
  clearTimeout(timer?.id);
  timer = { id: setTimeout(() => void saveDrafts(), ms), dueAt };
}

async function save(chatId: string, text: string): Promise<void> {
  if (await change({ chatId, text })) return;
  if (!unsaved.has(chatId)) unsaved.set(chatId, text);
  saveIn(RETRY_MS);
}
