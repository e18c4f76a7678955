import type { ChatMessage, SummaryEvent } from '../../../contract/chat.ts';
import { estimateTokens, TOKENS_PER_MEDIA } from '../../../contract/estimate-tokens.ts';
import { FREED_SHARE, fitHistory } from '../../../contract/fit-history.ts';
import { bridge } from '../../api/bridge.ts';
import { type WatchedRun, watchNewRun, watchRun } from '../../api/runs.ts';
import { settle, useChat } from './chat-state.ts';

let shown: WatchedRun | undefined;

/** Has the model sum up what the chat began with, and read that in its place from the next answer on. */
export function summarise(): void {
  const { chatId, live, summarising } = useChat.getState();
  if (chatId === undefined || live !== undefined || summarising !== undefined) return;
  useChat.setState({ summarising: { done: 0, total: 1 }, refusal: undefined });
  const starting = bridge().calls['chat.summarise']({ chatId });
  shown = watchNewRun('summary', starting, (event) => take(chatId, event));
}

/** Shows a summary that is being written in the chat that is shown. */
export function showSummary(chatId: string, runId: string): void {
  useChat.setState({ summarising: { done: 0, total: 1 } });
  shown = watchRun('summary', runId, (event) => take(chatId, event));
}

function take(chatId: string, event: SummaryEvent): void {
  if (event.type === 'progress') {
    useChat.setState({ summarising: { done: event.done, total: event.total } });
    return;
  }
  shown = undefined;
  useChat.setState({ summarising: undefined });
  if (event.type === 'failed') useChat.setState({ refusal: event.error });
  if (event.type !== 'done' || useChat.getState().chatId !== chatId) return;
  const { messageId, summary } = event;
  useChat.setState(({ messages }) => ({
    notice: undefined,
    summarisedId: messageId,
    messages: messages.map((message) => (message.id === messageId ? { ...message, summary } : message)),
  }));
}

/** Stops it; the chat stays as it was. */
export function stopSummary(): void {
  shown?.cancel();
  leaveSummary();
}

/** Another chat is shown, or none: the summary goes on in its own. */
export function leaveSummary(): void {
  shown?.leave();
  shown = undefined;
  useChat.setState({ summarising: undefined });
}

/** The model reads the messages themselves again. */
export async function removeSummary(messageId: string): Promise<void> {
  const { chatId, live } = useChat.getState();
  if (chatId === undefined || live !== undefined) return;
  const reply = await bridge().calls['chat.removeSummary']({ chatId, messageId });
  if (reply.ok) useChat.setState({ messages: reply.value.messages.map(settle) });
  else useChat.setState({ refusal: reply.error });
}

/** For a short answer, and for the marks of turns. */
const SPARE_TOKENS = 24;

export interface Room {
  used: number;
  limit: number;
  /** How many messages of those that are read now will not be for the next answer, as far as can be told before. */
  willLeaveOut: number;
}

/** By message: a draft grows letter by letter, and messages that are finished do not change. */
const sizes = new WeakMap<ChatMessage, number>();

function sizeOf(message: ChatMessage): number {
  const known = sizes.get(message);
  if (known !== undefined) return known;
  const seen = (message.media?.length ?? 0) * TOKENS_PER_MEDIA;
  const size = estimateTokens(message.text) + estimateTokens(message.summary ?? '') + seen;
  sizes.set(message, size);
  return size;
}

/** What the next question finds in the model's context. Undefined: no answer has told yet. */
export function roomFor(draft: string, messages: readonly ChatMessage[]): Room | undefined {
  const stats = messages.findLast((message) => message.stats !== undefined)?.stats;
  if (stats === undefined) return undefined;
  const { contextTokens, contextLimit: limit } = stats;
  const from = messages.findLastIndex(({ summary }) => summary !== undefined);
  const asked = estimateTokens(draft);
  if (from === -1 && contextTokens + asked + SPARE_TOKENS <= limit)
    return { used: contextTokens, limit, willLeaveOut: 0 };
  const read = messages.slice(Math.max(0, from)).map(sizeOf);
  const total = read.reduce((sum, size) => sum + size, 0);
  // What the model has counted was before the summary; what is guessed is more than it takes.
  const used = from === -1 ? contextTokens : Math.min(contextTokens, total);
  if (used + asked + SPARE_TOKENS <= limit) return { used, limit, willLeaveOut: 0 };
  return { used, limit, willLeaveOut: fitHistory(read, limit * (1 - FREED_SHARE) - asked) };
}
