import type { ChatSend } from '../../../contract/chat.ts';
import type { MediaInput } from '../../../contract/media.ts';
import { bridge } from '../../api/bridge.ts';
import { watchNewRun } from '../../api/runs.ts';
import { watchAnswer } from './answer-run.ts';
import { useChat } from './chat-state.ts';
import { loadChat } from './load-chat.ts';

/**
 * Sends the draft, or the text given, unless an answer is being written.
 *
 * @param onTaken core has the question
 */
export function ask(text: string, media: MediaInput[] = [], onTaken?: () => void): void {
  send({ type: 'ask', text, ...(media.length === 0 ? {} : { media }) }, undefined, onTaken);
}

/** Asks something else in the place of an earlier question; that one stays beside it. */
export function askInstead(messageId: string, text: string): void {
  send({ type: 'ask', text, instead: messageId });
}

/** Answers the last question once more, with the model in use or with another. */
export function retry(modelId?: string): void {
  send({ type: 'retry' }, modelId === undefined ? undefined : { modelId });
}

/** Goes on with the last answer where it was cut. */
export function continueAnswer(): void {
  send({ type: 'continue' });
}

function send(action: ChatSend['action'], settings?: ChatSend['settings'], onTaken?: () => void): void {
  const { chatId, live, summarising } = useChat.getState();
  if (live !== undefined || summarising !== undefined) return;
  if (chatId === undefined) {
    // Not opened yet, or it could not be: it is asked as soon as it is. The reason shows again if it still holds.
    useChat.setState({ refusal: undefined });
    void loadChat().then(() => {
      if (action.type === 'ask' && useChat.getState().chatId !== undefined) send(action, settings, onTaken);
    });
    return;
  }
  const input = { chatId, action, ...(settings === undefined ? {} : { settings }) };
  watchAnswer({
    action,
    onTaken,
    onOther: () => void loadChat(chatId),
    open: (onEvent) => watchNewRun('answer', bridge().calls['chat.send'](input), onEvent),
  });
}
