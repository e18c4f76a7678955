import { create } from 'zustand';
import type { ChatEvent, ChatMessage, ChatSend } from '../../../contract/chat.ts';
import type { OpenStream } from '../../../contract/client.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';
import { bridge } from '../../api/bridge.ts';

/** The answer that is being written. Its text grows at most once a frame. */
export interface LiveAnswer {
  id: string;
  stage: 'waiting' | 'loading' | 'reading' | 'writing';
  text: string;
}

interface ChatState {
  chatId: string | undefined;
  /** Finished messages only; they never change, so they are drawn once. */
  messages: ChatMessage[];
  live: LiveAnswer | undefined;
  /** The answer that ended last on this page: how it ended is news; what a reload shows again is not. */
  endedId: string | undefined;
  draft: string;
  /** Why the draft was not taken; the draft stays. */
  refusal: ErrorInfo | undefined;
}

const INITIAL: ChatState = {
  chatId: undefined,
  messages: [],
  live: undefined,
  endedId: undefined,
  draft: '',
  refusal: undefined,
};

export const useChat = create<ChatState>()(() => INITIAL);

/** How long the page waits for core to close an answer that it no longer streams here. */
const REOPEN_MS = 300;
const REOPEN_TRIES = 20;
/** Least time between two drawings of a growing answer. */
const DRAW_INTERVAL_MS = 48;

let stream: OpenStream | undefined;
/** Text that came since the last frame. */
let pending = '';
let frame: number | undefined;
/** When the answer was drawn last, on the clock of animation frames. */
let drawnAt = Number.NEGATIVE_INFINITY;

/** Shows the current chat, as it was before a reload. */
export async function openChat(): Promise<void> {
  for (let i = 0; i < REOPEN_TRIES; i += 1) {
    const reply = await bridge().calls['chat.open']({});
    // Whoever has asked meanwhile sees the answer from its stream; the copy read here would stand beside it.
    if (useChat.getState().live !== undefined) return;
    if (!reply.ok) {
      useChat.setState({ refusal: reply.error });
      return;
    }
    const messages = reply.value.messages.map(settle);
    useChat.setState({ chatId: reply.value.id, messages });
    if (reply.value.messages.every((message) => message.state !== 'streaming')) return;
    await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
  }
}

/** Starts an empty chat. A running answer is stopped; what it wrote stays in the old one. */
export async function newChat(): Promise<void> {
  stopAnswer();
  const reply = await bridge().calls['chat.clear'](undefined);
  // A question sent in the meantime belongs to the old chat.
  stopAnswer();
  if (reply.ok) useChat.setState({ chatId: reply.value.id, messages: [], refusal: undefined });
  else useChat.setState({ refusal: reply.error });
}

export function setDraft(draft: string): void {
  useChat.setState({ draft, refusal: undefined });
}

export function refuse(refusal: ErrorInfo): void {
  useChat.setState({ refusal });
}

/** Sends the draft, or the text given, unless an answer is being written. */
export function ask(text: string): void {
  run({ type: 'ask', text });
}

/** Answers the last question once more. */
export function retry(): void {
  run({ type: 'retry' });
}

/** Ends the running answer and keeps what came. */
export function stopAnswer(): void {
  const { live } = useChat.getState();
  stream?.close();
  stream = undefined;
  if (live === undefined) return;
  finish({ state: 'stopped' });
  if (live.id !== '') void readFigures(live.id);
}

/** A closed stream tells nothing more: the figures of the answer that it brought are read from core. */
async function readFigures(answerId: string): Promise<void> {
  const id = useChat.getState().chatId;
  for (let i = 0; i < REOPEN_TRIES && id !== undefined && useChat.getState().chatId === id; i += 1) {
    const reply = await bridge().calls['chat.open']({ id });
    const kept = reply.ok ? reply.value.messages.find((message) => message.id === answerId) : undefined;
    if (kept === undefined) return;
    if (kept.state !== 'streaming') {
      const { stats } = kept;
      if (stats !== undefined) change(answerId, { stats });
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, REOPEN_MS));
  }
}

function change(id: string, change: Partial<ChatMessage>): void {
  useChat.setState(({ messages }) => ({
    messages: messages.map((message) => (message.id === id ? { ...message, ...change } : message)),
  }));
}

function run(action: ChatSend['action']): void {
  const { chatId, live } = useChat.getState();
  if (live !== undefined) return;
  if (chatId === undefined) {
    // The chat could not be opened before: the draft stays, and the reason shows again if it still holds.
    useChat.setState({ refusal: undefined });
    void openChat();
    return;
  }
  useChat.setState({ live: { id: '', stage: 'waiting', text: '' }, refusal: undefined });
  const opened = bridge().streams['chat.send']({ chatId, action }, (event) => {
    // An answer that was stopped may still have an event on its way.
    if (stream === opened) take(event, action);
  });
  stream = opened;
}

function take(event: ChatEvent, action: ChatSend['action']): void {
  switch (event.type) {
    case 'started':
      begin(event, action);
      return;
    case 'progress':
      setLive({ stage: event.stage });
      return;
    case 'notice':
      return;
    case 'delta':
      pending += event.text;
      frame ??= requestAnimationFrame(draw);
      return;
    case 'done':
      finish({
        state: event.reason === 'stop' ? 'complete' : event.reason === 'length' ? 'length' : 'stopped',
        stats: event.stats,
        ...(event.limit === undefined ? {} : { limit: event.limit }),
      });
      return;
    case 'failed':
      if (useChat.getState().live?.id === '') useChat.setState({ live: undefined, refusal: event.error });
      else finish({ state: 'failed', error: event.error });
      stream = undefined;
  }
}

function begin(
  { questionId, answerId }: { questionId: string; answerId: string },
  action: ChatSend['action'],
): void {
  useChat.setState(({ messages, draft }) => {
    const asked = action.type === 'ask';
    const kept = asked || messages.at(-1)?.role === 'user' ? messages : messages.slice(0, -1);
    return {
      live: { id: answerId, stage: 'waiting', text: '' },
      messages: asked
        ? [...kept, { id: questionId, role: 'user', text: action.text, state: 'complete' }]
        : kept,
      draft: asked && draft === action.text ? '' : draft,
    };
  });
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

function setLive(change: Partial<LiveAnswer>): void {
  useChat.setState(({ live }) => (live === undefined ? {} : { live: { ...live, ...change } }));
}

function finish(end: Partial<ChatMessage> & { state: ChatMessage['state'] }): void {
  flush();
  useChat.setState(({ live, messages }) => {
    if (live === undefined || live.id === '') return { live: undefined };
    const answer: ChatMessage = { id: live.id, role: 'assistant', text: live.text, ...end };
    return { live: undefined, endedId: live.id, messages: [...messages, answer] };
  });
}

/** A message that nobody streams to this page any more. */
function settle(message: ChatMessage): ChatMessage {
  return message.state === 'streaming' ? { ...message, state: 'stopped' } : message;
}
