import { type ChatEvent, type ChatMessage, type ChatSend, chatEventSchema } from '../../contract/chat.ts';
import type { Reply, SottoBridge } from '../../contract/client.ts';
import { type EngineStatus, engineStatusSchema } from '../../contract/engine.ts';
import type { Model } from '../../contract/models.ts';
import type { CallName } from '../../contract/names.ts';
import { type CallInput, type CallOutput, calls } from '../../contract/tables.ts';

/** One answer that the page asked for, and whose events a test says. */
export interface FakeStream {
  input: ChatSend;
  closed: boolean;
  /** Delivers an event, also after closing: one may be on its way when the page closes. */
  say(event: ChatEvent): void;
}

export interface FakeBridge {
  bridge: SottoBridge;
  /** Every call of the page, in order. */
  called: Array<{ name: CallName; input: unknown }>;
  streams: FakeStream[];
  /** The stream that was opened last. */
  last(): FakeStream;
  /** Sets how a call is answered from now on. */
  answer<N extends CallName>(
    name: N,
    reply: (input: CallInput<N>) => Reply<CallOutput<N>> | Promise<Reply<CallOutput<N>>>,
  ): void;
  /** What core holds of the current chat. */
  hold(messages: ChatMessage[]): void;
  tell(status: EngineStatus): void;
}

export const MODEL: Model = {
  id: 'starter',
  name: 'Starter',
  quantization: 'INT4',
  licence: 'Apache-2.0',
  sizeBytes: 94_000_000,
  contextTokens: 2048,
  builtIn: true,
  defaultSampling: { temperature: 0.7, topK: 40, topP: 0.9, repetitionPenalty: 1.1 },
};

type Replies = {
  [N in CallName]: (input: CallInput<N>) => Reply<CallOutput<N>> | Promise<Reply<CallOutput<N>>>;
};

/** A bridge without anything behind it. What crosses it is checked against the contract, as in the app. */
export function fakeBridge(): FakeBridge {
  const called: FakeBridge['called'] = [];
  const streams: FakeStream[] = [];
  const listeners = new Set<(status: EngineStatus) => void>();
  let chats = 1;
  let messages: ChatMessage[] = [];
  const fail = (name: string): Reply<never> => ({
    ok: false,
    error: { code: 'INTERNAL', message: `No test has said how ${name} is answered.` },
  });
  const replies: Replies = {
    'system.info': () => fail('system.info'),
    'models.list': () => ({ ok: true, value: [MODEL] }),
    'models.verify': () => fail('models.verify'),
    'engine.status': () => ({ ok: true, value: { state: 'idle' } }),
    'engine.warm': () => ({ ok: true, value: undefined }),
    'chat.open': () => ({ ok: true, value: { id: `chat-${chats}`, messages } }),
    'chat.clear': () => {
      chats += 1;
      messages = [];
      return { ok: true, value: { id: `chat-${chats}`, messages } };
    },
    'links.open': () => ({ ok: true, value: { opened: true } }),
  };
  const call = <N extends CallName>(name: N) => {
    return async (input: CallInput<N>): Promise<Reply<CallOutput<N>>> => {
      calls[name].input.parse(input);
      called.push({ name, input });
      return replies[name](input);
    };
  };
  const bridge: SottoBridge = {
    calls: {
      'system.info': call('system.info'),
      'models.list': call('models.list'),
      'models.verify': call('models.verify'),
      'engine.status': call('engine.status'),
      'engine.warm': call('engine.warm'),
      'chat.open': call('chat.open'),
      'chat.clear': call('chat.clear'),
      'links.open': call('links.open'),
    },
    streams: {
      'chat.send': (input, onEvent) => {
        const stream: FakeStream = {
          input,
          closed: false,
          say: (event) => onEvent(chatEventSchema.parse(event)),
        };
        streams.push(stream);
        return {
          close: () => {
            stream.closed = true;
          },
        };
      },
    },
    broadcasts: {
      'engine.status': (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  };
  return {
    bridge,
    called,
    streams,
    last: () => {
      const stream = streams.at(-1);
      if (stream === undefined) throw new Error('the page has asked nothing');
      return stream;
    },
    answer: (name, reply) => {
      replies[name] = reply as Replies[typeof name];
    },
    hold: (held) => {
      messages = held;
    },
    tell: (status) => {
      for (const listener of listeners) listener(engineStatusSchema.parse(status));
    },
  };
}
