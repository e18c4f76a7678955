import { type AppSettings, appSettingsSchema } from '../../contract/app-settings.ts';
import { type ChatEvent, type ChatMessage, type ChatSend, chatEventSchema } from '../../contract/chat.ts';
import type { Reply, SottoBridge } from '../../contract/client.ts';
import { type EngineStatus, engineStatusSchema } from '../../contract/engine.ts';
import type { StorageStatus } from '../../contract/history.ts';
import { type ModelChange, type ModelsOverview, modelChangeSchema } from '../../contract/library.ts';
import type { Model } from '../../contract/models.ts';
import { type CallName, callNames } from '../../contract/names.ts';
import {
  type Dictate,
  type DictateEvent,
  dictateEventSchema,
  dictateSchema,
  type RecordEvent,
  type RecordPiece,
  recordEventSchema,
  recordPieceSchema,
  type StartRecording,
  startRecordingSchema,
  type TranscribeRecording,
  transcribeRecordingSchema,
} from '../../contract/recording.ts';
import {
  type KeptTranscript,
  type SoundPiece,
  type SpeechEvent,
  soundPieceSchema,
  speechEventSchema,
  type Transcribe,
  transcribeSchema,
} from '../../contract/speech.ts';
import { type CallInput, type CallOutput, calls } from '../../contract/tables.ts';

/** One answer that the page asked for, and whose events a test says. */
export interface FakeStream {
  input: ChatSend;
  closed: boolean;
  /** Delivers an event, also after closing: one may be on its way when the page closes. */
  say(event: ChatEvent): void;
}

/** One run that the page opened: what it sent, and what a test says to it. */
export interface FakeRun<Input, Part, Event> {
  input: Input;
  sent: Part[];
  closed: boolean;
  say(event: Event): void;
}
export type FakeTranscription = FakeRun<Transcribe, SoundPiece, SpeechEvent>;
export type FakeRecording = FakeRun<StartRecording, RecordPiece, RecordEvent>;

/** A stream of a kind; every run of it is put on the list. What crosses is checked against the contract. */
function upstreamOf<Input, Part, Event>(
  runs: FakeRun<Input, Part, Event>[],
  parseInput: (input: unknown) => Input,
  parsePart: (part: unknown) => Part,
  parseEvent: (event: unknown) => Event,
) {
  return (input: Input, onEvent: (event: Event) => void) => {
    const run: FakeRun<Input, Part, Event> = {
      input: parseInput(input),
      sent: [],
      closed: false,
      say: (event) => onEvent(parseEvent(event)),
    };
    runs.push(run);
    return {
      close: () => {
        run.closed = true;
      },
      send: (part: Part) => {
        run.sent.push(parsePart(part));
      },
    };
  };
}

const never = (): never => {
  throw new Error('This stream takes nothing.');
};

export interface FakeBridge {
  bridge: SottoBridge;
  /** Every call of the page, in order. */
  called: Array<{ name: CallName; input: unknown }>;
  streams: FakeStream[];
  transcriptions: FakeTranscription[];
  recordings: FakeRecording[];
  /** Transcriptions of recordings. */
  rehearings: FakeRun<TranscribeRecording, never, SpeechEvent>[];
  dictations: FakeRun<Dictate, RecordPiece, DictateEvent>[];
  /** The stream that was opened last. */
  last(): FakeStream;
  /** Sets how a call is answered from now on. */
  answer<N extends CallName>(
    name: N,
    reply: (input: CallInput<N>) => Reply<CallOutput<N>> | Promise<Reply<CallOutput<N>>>,
  ): void;
  /** What core holds of the current chat. */
  hold(messages: ChatMessage[]): void;
  /** Which transcripts core holds. */
  holdTranscripts(transcripts: KeptTranscript[]): void;
  /** Which models core tells of. */
  holdModels(overview: Partial<ModelsOverview>): void;
  tellModel(change: ModelChange): void;
  tell(status: EngineStatus): void;
  tellStorage(status: StorageStatus): void;
  tellTitle(id: string, title: string): void;
  tellSettings(change: Partial<AppSettings>): void;
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
  const transcriptions: FakeTranscription[] = [];
  const recordings: FakeRecording[] = [];
  const rehearings: FakeBridge['rehearings'] = [];
  const dictations: FakeBridge['dictations'] = [];
  let transcripts: KeptTranscript[] = [];
  const listeners = new Set<(status: EngineStatus) => void>();
  const storageListeners = new Set<(status: StorageStatus) => void>();
  const settingsListeners = new Set<(settings: AppSettings) => void>();
  const titleListeners = new Set<(change: { id: string; title: string }) => void>();
  const modelListeners = new Set<(change: ModelChange) => void>();
  let overview: ModelsOverview = {
    entries: [],
    folder: { path: '/models', usedBytes: 0, freeBytes: 50e9, unknown: [] },
    network: { on: true, hub: 'https://hub.example', hasToken: false },
    preferences: {},
    problems: [],
  };
  let chats = 1;
  let messages: ChatMessage[] = [];
  const fail = (name: string): Reply<never> => ({
    ok: false,
    error: { code: 'INTERNAL', message: `No test has said how ${name} is answered.` },
  });
  const replies: Replies = {
    'system.info': () => fail('system.info'),
    'system.stayAwake': () => ({ ok: true, value: undefined }),
    'models.list': () => ({ ok: true, value: [MODEL] }),
    'models.verify': () => fail('models.verify'),
    'models.overview': () => ({ ok: true, value: overview }),
    'models.download': () => ({ ok: true, value: undefined }),
    'models.pause': () => ({ ok: true, value: undefined }),
    'models.cancel': () => ({ ok: true, value: undefined }),
    'models.remove': () => ({ ok: true, value: undefined }),
    'models.repair': () => ({ ok: true, value: undefined }),
    'models.addRepo': () => fail('models.addRepo'),
    'models.choose': () => ({ ok: true, value: undefined }),
    'models.import': () => ({ ok: true, value: { ids: [], problems: [] } }),
    'models.setPreferences': () => ({ ok: true, value: undefined }),
    'models.forgetRepo': () => ({ ok: true, value: undefined }),
    'models.settings': () => fail('models.settings'),
    'models.set': () => fail('models.set'),
    'models.savePreset': () => fail('models.savePreset'),
    'models.removePreset': () => ({ ok: true, value: undefined }),
    'models.trials': () => ({ ok: true, value: undefined }),
    'models.bench': () => fail('models.bench'),
    'models.moveFolder': () => ({ ok: true, value: { moved: true } }),
    'models.setToken': () => ({ ok: true, value: { isKept: true } }),
    'models.setNetwork': () => ({ ok: true, value: undefined }),
    'engine.status': () => ({ ok: true, value: { state: 'idle' } }),
    'engine.warm': () => ({ ok: true, value: undefined }),
    'chat.open': () => ({ ok: true, value: { id: `chat-${chats}`, title: '', messages } }),
    'chat.clear': () => {
      chats += 1;
      messages = [];
      return { ok: true, value: { id: `chat-${chats}`, title: '', messages } };
    },
    'chat.show': () => ({ ok: true, value: { id: `chat-${chats}`, title: '', messages } }),
    'chat.versions': () => ({ ok: true, value: [] }),
    'chat.removeFrom': () => ({ ok: true, value: { id: `chat-${chats}`, title: '', messages } }),
    'chats.list': () => ({ ok: true, value: [] }),
    'chats.search': () => ({ ok: true, value: [] }),
    'chats.change': () => ({ ok: true, value: undefined }),
    'chats.delete': () => ({ ok: true, value: undefined }),
    'chats.undelete': () => ({ ok: true, value: undefined }),
    'chats.savePdf': () => ({ ok: true, value: { saved: true } }),
    'chats.export': () => fail('chats.export'),
    'chats.import': () => ({ ok: true, value: { count: 0, leftOut: 0 } }),
    'settings.get': () => ({ ok: true, value: appSettingsSchema.parse({ hasStarted: true }) }),
    'settings.change': (change) => ({
      ok: true,
      value: appSettingsSchema.parse({ hasStarted: true, ...change }),
    }),
    'storage.backups': () => ({ ok: true, value: [] }),
    'storage.backUp': () => ({ ok: true, value: undefined }),
    'personas.list': () => ({ ok: true, value: { personas: [], prompts: [] } }),
    'personas.save': () => fail('personas.save'),
    'personas.remove': () => ({ ok: true, value: undefined }),
    'personas.savePrompt': () => fail('personas.savePrompt'),
    'personas.removePrompt': () => ({ ok: true, value: undefined }),
    'personas.export': () => fail('personas.export'),
    'personas.import': () => ({ ok: true, value: { count: 0, leftOut: 0 } }),
    'storage.status': () => ({ ok: true, value: { state: 'open', hasPassphrase: false } }),
    'storage.unlock': () => ({ ok: true, value: undefined }),
    'storage.lock': () => ({ ok: true, value: undefined }),
    'storage.setPassphrase': () => ({ ok: true, value: undefined }),
    'storage.restore': () => ({ ok: true, value: undefined }),
    'speech.models': () => ({ ok: true, value: [] }),
    'speech.transcripts': () => ({ ok: true, value: transcripts }),
    'speech.save': () => ({ ok: true, value: undefined }),
    'speech.remove': () => ({ ok: true, value: undefined }),
    'speech.export': () => fail('speech.export'),
    'recordings.list': () => ({ ok: true, value: [] }),
    'recordings.read': () => fail('recordings.read'),
    'recordings.outline': () => fail('recordings.outline'),
    'recordings.rename': () => ({ ok: true, value: undefined }),
    'recordings.save': () => ({ ok: true, value: { saved: true } }),
    'recordings.delete': () => ({ ok: true, value: undefined }),
    'files.save': () => ({ ok: true, value: { saved: true } }),
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
    calls: Object.fromEntries(callNames.map((name) => [name, call(name)])) as SottoBridge['calls'],
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
          send: () => undefined,
        };
      },
      'speech.transcribe': upstreamOf(
        transcriptions,
        transcribeSchema.parse,
        soundPieceSchema.parse,
        speechEventSchema.parse,
      ),
      'speech.record': upstreamOf(
        recordings,
        startRecordingSchema.parse,
        recordPieceSchema.parse,
        recordEventSchema.parse,
      ),
      'speech.dictate': upstreamOf(
        dictations,
        dictateSchema.parse,
        recordPieceSchema.parse,
        dictateEventSchema.parse,
      ),
      'recordings.transcribe': upstreamOf(
        rehearings,
        transcribeRecordingSchema.parse,
        never,
        speechEventSchema.parse,
      ),
    },
    broadcasts: {
      'engine.status': (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      'models.changed': (listener) => {
        modelListeners.add(listener);
        return () => modelListeners.delete(listener);
      },
      'storage.status': (listener) => {
        storageListeners.add(listener);
        return () => storageListeners.delete(listener);
      },
      'settings.changed': (listener) => {
        settingsListeners.add(listener);
        return () => settingsListeners.delete(listener);
      },
      'chats.titled': (listener) => {
        titleListeners.add(listener);
        return () => titleListeners.delete(listener);
      },
    },
  };
  return {
    bridge,
    called,
    streams,
    transcriptions,
    recordings,
    rehearings,
    dictations,
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
    holdTranscripts: (held) => {
      transcripts = held;
    },
    holdModels: (held) => {
      overview = { ...overview, ...held };
    },
    tellStorage: (status) => {
      for (const listener of storageListeners) listener(status);
    },
    tellSettings: (change) => {
      for (const listener of settingsListeners)
        listener(appSettingsSchema.parse({ hasStarted: true, ...change }));
    },
    tellTitle: (id, title) => {
      for (const listener of titleListeners) listener({ id, title });
    },
    tellModel: (change) => {
      for (const listener of modelListeners) listener(modelChangeSchema.parse(change));
    },
    tell: (status) => {
      for (const listener of listeners) listener(engineStatusSchema.parse(status));
    },
  };
}
