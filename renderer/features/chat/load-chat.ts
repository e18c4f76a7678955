import { bridge } from '../../api/bridge.ts';
import { useStorage } from '../history/storage-store.ts';
import { REOPEN_MS, REOPEN_TRIES, settle, useChat } from './chat-state.ts';
import { readDraft, showDraft } from './drafts.ts';

/** Shows a chat as core has it, or the one used last. */
export async function loadChat(id?: string, foundId?: string): Promise<void> {
  for (let i = 0; i < REOPEN_TRIES; i += 1) {
    const reply = await bridge().calls['chat.open'](id === undefined ? {} : { id });
    // Whoever has asked meanwhile sees the answer from its stream; the copy read here would stand beside it.
    if (useChat.getState().live !== undefined) return;
    if (isLocked()) return;
    if (!reply.ok) {
      useChat.setState({ refusal: reply.error });
      return;
    }
    const messages = reply.value.messages.map(settle);
    const draft = await readDraft(reply.value.id);
    // Locked in the meantime: what was read is for nobody.
    if (draft === undefined || isLocked() || useChat.getState().live !== undefined) return;
    useChat.setState({
      ...showDraft(reply.value.id, draft),
      chatId: reply.value.id,
      personaId: reply.value.personaId,
      title: reply.value.title,
      messages,
      foundId,
      notice: undefined,
    });
    if (reply.value.messages.every((message) => message.state !== 'streaming')) return;
    await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
  }
}

const isLocked = (): boolean => useStorage.getState().status?.state === 'locked';
