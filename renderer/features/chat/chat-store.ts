import type { ErrorInfo } from '../../../contract/errors.ts';
import { bridge } from '../../api/bridge.ts';
import { shownBefore } from '../places/places-store.ts';
import { stopDictation } from '../record/dictation.ts';
import { leaveAnswer } from './answer-run.ts';
import { emptyAttachments } from './attachment-store.ts';
import { INITIAL, settle, useChat } from './chat-state.ts';
import { saveDrafts, showDraft } from './drafts.ts';
import { loadChat } from './load-chat.ts';
import { leaveSummary } from './summary.ts';

/** The chat that was shown when Sotto was locked. */
let lockedId = shownBefore.get('chatId') ?? undefined;

/** What is being written in the chat goes on, and the draft stays with it. */
function leaveAll(): void {
  leaveAnswer();
  leaveSummary();
  void stopDictation();
  void saveDrafts();
}

/** Shows a chat, or the one used last, with what is being written in it. */
export async function openChat(id?: string, foundId?: string): Promise<void> {
  if (id !== undefined && id !== useChat.getState().chatId) leaveAll();
  const shownLast = id ?? lockedId;
  lockedId = undefined;
  await loadChat(shownLast, foundId);
  if (id !== undefined || shownLast === undefined) return;
  if (useChat.getState().refusal?.code !== 'CHAT_UNKNOWN') return;
  // It was deleted in the meantime.
  useChat.setState({ refusal: undefined });
  await loadChat();
}

/** Shows the chat anew, since it was changed elsewhere; one that is gone makes room for the one before it. */
export async function reopenChat(): Promise<void> {
  const { chatId, live } = useChat.getState();
  if (chatId === undefined || live !== undefined) return;
  await loadChat(chatId);
  if (useChat.getState().refusal?.code === 'CHAT_UNKNOWN') {
    useChat.setState({ refusal: undefined });
    await leaveChat();
  }
}

/** Starts an empty chat. An answer that is being written goes on in its own. */
export async function newChat(personaId?: string): Promise<void> {
  leaveAll();
  // Core takes an empty chat again; one with a draft is none.
  await saveDrafts();
  const reply = await bridge().calls['chat.clear'](undefined);
  // A question sent in the meantime belongs to the old chat.
  leaveAnswer();
  if (!reply.ok) {
    useChat.setState({ refusal: reply.error });
    return;
  }
  useChat.setState({
    ...showDraft(reply.value.id, { text: '', attachments: [] }),
    chatId: reply.value.id,
    personaId: undefined,
    title: '',
    messages: [],
    refusal: undefined,
    notice: undefined,
  });
  if (personaId !== undefined) await choosePersona(personaId);
}

/** From the next answer on the chat answers that way. */
export async function choosePersona(personaId: string | undefined): Promise<void> {
  const { chatId } = useChat.getState();
  if (chatId === undefined) return;
  useChat.setState({ personaId });
  const reply = await bridge().calls['chats.change']({ id: chatId, personaId: personaId ?? null });
  if (!reply.ok) useChat.setState({ refusal: reply.error });
}

/** The chat that is shown is gone: the one used before it takes its place. */
export async function leaveChat(): Promise<void> {
  leaveAll();
  useChat.setState({ messages: [], title: '' });
  await openChat();
}

/** Locked: nothing of what was shown stays in the page, but which chat it was. Returns that. */
export function emptyChat(): string | undefined {
  leaveSummary();
  leaveAnswer();
  // Core seals what it does not have yet.
  void saveDrafts();
  lockedId = useChat.getState().chatId ?? shownBefore.get('chatId') ?? undefined;
  useChat.setState(INITIAL);
  emptyAttachments();
  return lockedId;
}

/** Shows another version of a message, with what followed it. */
export async function showVersion(messageId: string): Promise<void> {
  const { chatId, live } = useChat.getState();
  if (chatId === undefined || live !== undefined) return;
  const reply = await bridge().calls['chat.show']({ chatId, messageId });
  if (reply.ok) useChat.setState({ messages: reply.value.messages.map(settle) });
  else useChat.setState({ refusal: reply.error });
}

export function refuse(refusal: ErrorInfo): void {
  useChat.setState({ refusal });
}

/** Deletes a message with all that follows it, for good. */
export async function removeFrom(messageId: string): Promise<void> {
  const { chatId, live } = useChat.getState();
  if (chatId === undefined || live !== undefined) return;
  const reply = await bridge().calls['chat.removeFrom']({ chatId, messageId });
  if (reply.ok) useChat.setState({ messages: reply.value.messages.map(settle), notice: undefined });
  else useChat.setState({ refusal: reply.error });
}
