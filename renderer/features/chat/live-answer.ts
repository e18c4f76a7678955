import type { ChatEvent, ChatMessage, ChatSend } from '../../../contract/chat.ts';
import { type LiveAnswer, useChat } from './chat-state.ts';

/** Least time between two drawings of a growing answer. */
const DRAW_INTERVAL_MS = 48;

type Started = Extract<ChatEvent, { type: 'started' }>;

/** Text that came since the last frame. */
let pending = '';
let frame: number | undefined;
/** When the answer was drawn last, on the clock of animation frames. */
let drawnAt = Number.NEGATIVE_INFINITY;
/** The versions of the answer that is being written. */
let versions: string[] | undefined;

/** @param action what this page asked; undefined: the run was there before, and the chat shows what it answers */
export function beginLive(started: Started, action: ChatSend['action'] | undefined): void {
  const { answerId, assistantPrefix = '' } = started;
  pending = '';
  versions = severalOf(started.answerVersions);
  useChat.setState(({ messages }) => ({
    live: { id: answerId, stage: 'waiting', text: assistantPrefix },
    messages: withQuestion(withoutAnswer(messages, answerId, action), started, action),
  }));
}

/** The answer that is written anew, or gone on with, makes room for it. */
function withoutAnswer(
  messages: readonly ChatMessage[],
  answerId: string,
  action: ChatSend['action'] | undefined,
): ChatMessage[] {
  if (action?.type === 'ask') {
    const at = messages.findIndex(({ id }) => id === action.instead);
    return at === -1 ? [...messages] : messages.slice(0, at);
  }
  const last = messages.at(-1);
  const isIt = action === undefined ? last?.id === answerId : last?.role === 'assistant';
  return isIt ? messages.slice(0, -1) : [...messages];
}

function withQuestion(
  messages: ChatMessage[],
  { questionId, media, questionVersions }: Started,
  action: ChatSend['action'] | undefined,
): ChatMessage[] {
  const several = severalOf(questionVersions);
  if (action?.type === 'ask') {
    const question: ChatMessage = {
      id: questionId,
      role: 'user',
      text: action.text,
      state: 'complete',
      ...(media === undefined ? {} : { media }),
      ...(several === undefined ? {} : { versions: several }),
    };
    return [...messages, question];
  }
  return messages;
}

const severalOf = (ids: string[] | undefined) => (ids !== undefined && ids.length > 1 ? ids : undefined);

export function growLive(text: string): void {
  pending += text;
  frame ??= requestAnimationFrame(draw);
}

export function setLive(change: Partial<LiveAnswer>): void {
  useChat.setState(({ live }) => (live === undefined ? {} : { live: { ...live, ...change } }));
}

/** It becomes a message that does not change any more; one that never began leaves nothing. */
export function finishLive(end: Partial<ChatMessage> & { state: ChatMessage['state'] }): void {
  flush();
  useChat.setState(({ live, messages }) => {
    if (live === undefined || live.id === '') return { live: undefined };
    const answer: ChatMessage = {
      id: live.id,
      role: 'assistant',
      text: live.text,
      ...end,
      ...(versions === undefined ? {} : { versions }),
    };
    return { live: undefined, endedId: live.id, messages: [...messages, answer] };
  });
}

/** It is written on where nobody looks. */
export function dropLive(): void {
  if (frame !== undefined) cancelAnimationFrame(frame);
  frame = undefined;
  pending = '';
  useChat.setState({ live: undefined });
}

/** Drawing is work for the same processor that writes the answer: 20 times a second reads as smoothly. */
function draw(now: number): void {
  frame = undefined;
  if (now - drawnAt < DRAW_INTERVAL_MS) {
    frame = requestAnimationFrame(draw);
    return;
  }
  drawnAt = now;
  flush();
}

function flush(): void {
  if (frame !== undefined) cancelAnimationFrame(frame);
  frame = undefined;
  if (pending === '') return;
  const text = (useChat.getState().live?.text ?? '') + pending;
  pending = '';
  setLive({ text, stage: 'writing' });
}
