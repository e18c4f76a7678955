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
  /** Whose way of answering the chat has. */
  personaId: string | undefined;
  title: string;
  /** Finished messages only; they never change, so they are drawn once. */
  messages: ChatMessage[];
  live: LiveAnswer | undefined;
  /** The answer that ended last on this page: how it ended is news; what a reload shows again is not. */
  endedId: string | undefined;
  /** The message that a search led to: it is brought into sight. */
  foundId: string | undefined;
  draft: string;
  /** What is to be known of the answer that is written, such as what was left out of it. */
  notice: ErrorInfo | undefined;
  /** Why the draft was not taken; the draft stays. */
  refusal: ErrorInfo | undefined;
}

const INITIAL: ChatState = {
  chatId: undefined,
  personaId: undefined,
  title: '',
  messages: [],
  live: undefined,
  endedId: undefined,
  foundId: undefined,
  draft: '',
  notice: undefined,
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
/** What is being written stands beside another question or answer. */
let hasOthers = false;
/** When the answer was drawn last, on the clock of animation frames. */
let drawnAt = Number.NEGATIVE_INFINITY;

/** Shows a chat, or the one used last, as it was before a reload. A running answer of another chat is stopped. */
export async function openChat(id?: string, foundId?: string): Promise<void> {
  if (id !== undefined && id !== useChat.getState().chatId) stopAnswer();
  for (let i = 0; i < REOPEN_TRIES; i += 1) {
    const reply = await bridge().calls['chat.open'](id === undefined ? {} : { id });
    // Whoever has asked meanwhile sees the answer from its stream; the copy read here would stand beside it.
    if (useChat.getState().live !== undefined) return;
    if (!reply.ok) {
      useChat.setState({ refusal: reply.error });
      return;
    }
    const messages = reply.value.messages.map(settle);
    useChat.setState({
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

/** Starts an empty chat. A running answer is stopped; what it wrote stays in the old one. */
export async function newChat(personaId?: string): Promise<void> {
  stopAnswer();
  const reply = await bridge().calls['chat.clear'](undefined);
  // A question sent in the meantime belongs to the old chat.
  stopAnswer();
  if (!reply.ok) {
    useChat.setState({ refusal: reply.error });
    return;
  }
  useChat.setState({
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
  stopAnswer();
  useChat.setState({ messages: [], title: '' });
  await openChat();
}

/** Locked: nothing of what was shown stays in the page. */
export function emptyChat(): void {
  stream?.close();
  stream = undefined;
  pending = '';
  useChat.setState(INITIAL);
}

/** Shows another version of a message, with what followed it. */
export async function showVersion(messageId: string): Promise<void> {
  const { chatId, live } = useChat.getState();
  if (chatId === undefined || live !== undefined) return;
  const reply = await bridge().calls['chat.show']({ chatId, messageId });
  if (reply.ok) useChat.setState({ messages: reply.value.messages.map(settle) });
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

/** Asks something else in the place of an earlier question; that one stays beside it. */
export function askInstead(messageId: string, text: string): void {
  run({ type: 'ask', text, instead: messageId });
}

/** Answers the last question once more. */
export function retry(): void {
  run({ type: 'retry' });
}

/** Goes on with the last answer where it was cut. */
export function continueAnswer(): void {
  run({ type: 'continue' });
}

/** Deletes a message with all that follows it, for good. */
export async function removeFrom(messageId: string): Promise<void> {
  const { chatId, live } = useChat.getState();
  if (chatId === undefined || live !== undefined) return;
  const reply = await bridge().calls['chat.removeFrom']({ chatId, messageId });
  if (reply.ok) useChat.setState({ messages: reply.value.messages.map(settle), notice: undefined });
  else useChat.setState({ refusal: reply.error });
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
  useChat.setState({ live: { id: '', stage: 'waiting', text: '' }, refusal: undefined, notice: undefined });
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
      // Which device answers shows elsewhere.
      if (event.notice.code !== 'BACKEND_FAILED') useChat.setState({ notice: event.notice });
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
  if (action.type === 'continue') {
    hasOthers = false;
    useChat.setState(({ messages }) => ({
      live: { id: answerId, stage: 'waiting', text: messages.at(-1)?.text ?? '' },
      messages: messages.slice(0, -1),
    }));
    return;
  }
  hasOthers = action.type === 'retry' || action.instead !== undefined;
  useChat.setState(({ messages, draft }) => {
    const asked = action.type === 'ask';
    const at = asked ? messages.findIndex((message) => message.id === action.instead) : -1;
    const before = at === -1 ? messages : messages.slice(0, at);
    const kept = asked || before.at(-1)?.role === 'user' ? before : before.slice(0, -1);
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
  if (hasOthers || useChat.getState().title === '') void readVersions();
}

/** A question or an answer that stands beside another knows it from core alone. */
async function readVersions(): Promise<void> {
  const { chatId } = useChat.getState();
  if (chatId === undefined) return;
  const reply = await bridge().calls['chat.open']({ id: chatId });
  if (!reply.ok || useChat.getState().chatId !== chatId) return;
  const known = new Map(reply.value.messages.map(({ id, versions }) => [id, versions]));
  useChat.setState(({ messages }) => ({
    title: reply.value.title,
    // A message that has no other keeps its identity, so that it is not drawn again.
    messages: messages.map((message) => {
      const versions = known.get(message.id);
      return versions === undefined ? message : { ...message, versions };
    }),
  }));
}

/** A message that nobody streams to this page any more. */
function settle(message: ChatMessage): ChatMessage {
  return message.state === 'streaming' ? { ...message, state: 'stopped' } : message;
}
