import type { ChatEvent } from '../../../contract/chat.ts';
import { bridge } from '../../api/bridge.ts';
import { watchRun } from '../../api/runs.ts';
import { useStorage } from '../history/storage-store.ts';
import { watchAnswer } from './answer-run.ts';
import { settle, useChat } from './chat-state.ts';
import { readDraft, showDraft } from './drafts.ts';
import { showSummary } from './summary.ts';

/** Shows a chat as core has it, or the one used last, and what is being written in it. */
export async function loadChat(id?: string, foundId?: string): Promise<void> {
  const reply = await bridge().calls['chat.open'](id === undefined ? {} : { id });
  // Whoever has asked meanwhile sees the answer as it comes; the copy read here would stand beside it.
  if (useChat.getState().live !== undefined) return;
  if (isLocked()) return;
  if (!reply.ok) {
    useChat.setState({ refusal: reply.error });
    return;
  }
  const { id: chatId, title, personaId, messages, run } = reply.value;
  const draft = await readDraft(chatId);
  // Locked in the meantime: what was read is for nobody.
  if (draft === undefined || isLocked() || useChat.getState().live !== undefined) return;
  useChat.setState({
    ...showDraft(chatId, draft),
    chatId,
    personaId,
    title,
    messages: messages.map(settle),
    foundId,
    notice: undefined,
  });
  if (run?.kind === 'answer') {
    const open = (onEvent: (event: ChatEvent) => void) => watchRun('answer', run.runId, onEvent);
    watchAnswer({ open, onOther: () => void loadChat(chatId) });
  }
  if (run?.kind === 'summary') showSummary(chatId, run.runId);
}

const isLocked = (): boolean => useStorage.getState().status?.state === 'locked';
