import type { ChatEvent, ChatMessage, ChatSend } from '../../../contract/chat.ts';
import type { OpenStream } from '../../../contract/client.ts';
import type { MediaInput } from '../../../contract/media.ts';
import { bridge } from '../../api/bridge.ts';
import { type LiveAnswer, REOPEN_MS, REOPEN_TRIES, useChat } from './chat-state.ts';
import { loadChat } from './load-chat.ts';

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

/**
 * Sends the draft, or the text given, unless an answer is being written.
 *
 * @param onTaken core has the question
 */
export function ask(text: string, media: MediaInput[] = [], onTaken?: () => void): void {
  run({ type: 'ask', text, ...(media.length === 0 ? {} : { media }) }, undefined, onTaken);
}

/** Asks something else in the place of an earlier question; that one stays beside it. */
export function askInstead(messageId: string, text: string): void {
  run({ type: 'ask', text, instead: messageId });
}

/** Answers the last question once more, with the model in use or with another. */
export function retry(modelId?: string): void {
  run({ type: 'retry' }, modelId === undefined ? undefined : { modelId });
}

/** Goes on with the last answer where it was cut. */
export function continueAnswer(): void {
  run({ type: 'continue' });
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

function run(action: ChatSend['action'], settings?: ChatSend['settings'], onTaken?: () => void): void {
  const { chatId, live, summarising } = useChat.getState();
  if (live !== undefined || summarising !== undefined) return;
  if (chatId === undefined) {
    // Not opened yet, or it could not be: it is asked as soon as it is. The reason shows again if it still holds.
    useChat.setState({ refusal: undefined });
    void loadChat().then(() => {
      if (action.type === 'ask' && useChat.getState().chatId !== undefined) run(action, settings, onTaken);
    });
    return;
  }
  useChat.setState({ live: { id: '', stage: 'waiting', text: '' }, refusal: undefined, notice: undefined });
  const opened = bridge().streams['chat.send'](
    { chatId, action, ...(settings === undefined ? {} : { settings }) },
    (event) => {
      // An answer that was stopped may still have an event on its way.
      if (stream !== opened) return;
      if (event.type === 'started') onTaken?.();
      take(event, action);
    },
  );
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
  { questionId, answerId, media }: Extract<ChatEvent, { type: 'started' }>,
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
  useChat.setState(({ messages }) => {
    const asked = action.type === 'ask';
    const at = asked ? messages.findIndex((message) => message.id === action.instead) : -1;
    const before = at === -1 ? messages : messages.slice(0, at);
    const kept = asked || before.at(-1)?.role === 'user' ? before : before.slice(0, -1);
    return {
      live: { id: answerId, stage: 'waiting', text: '' },
      messages: asked
        ? [
            ...kept,
            {
              id: questionId,
              role: 'user',
              text: action.text,
              state: 'complete',
              ...(media === undefined ? {} : { media }),
            },
          ]
        : kept,
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

/** Locked: what is still on its way is for nobody. */
export function dropAnswer(): void {
  stream?.close();
  stream = undefined;
  pending = '';
}
