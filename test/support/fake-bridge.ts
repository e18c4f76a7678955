import {
  type ChatEvent,
  type ChatMessage,
  type ChatSend,
  chatEventSchema,
  chatSendSchema,
  type Summarise,
  type SummaryEvent,
  summariseSchema,
  summaryEventSchema,
} from '../../contract/chat.ts';
import type { GivenFile, Reply, SottoBridge } from '../../contract/client.ts';
import type { ModelsOverview } from '../../contract/library.ts';
import {
  type BroadcastName,
  broadcastNames,
  type CallName,
  callNames,
  fileCallNames,
} from '../../contract/names.ts';
import {
  type ProfileEvent,
  type ProfilePlan,
  profileEventSchema,
  profilePlanSchema,
} from '../../contract/profile.ts';
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
import { type Broadcast, broadcasts, type CallInput, type CallOutput, calls } from '../../contract/tables.ts';
import { fakeReplies, nothingHeld, type Replies } from './fake-replies.ts';

/** One run that the page opened: what it sent, and what a test says to it. */
export interface FakeRun<Input, Part, Event> {
  input: Input;
  sent: Part[];
  closed: boolean;
  say(event: Event): void;
}
export type FakeStream = FakeRun<ChatSend, never, ChatEvent>;
export type FakeTranscription = FakeRun<Transcribe, SoundPiece, SpeechEvent>;
export type FakeRecording = FakeRun<StartRecording, RecordPiece, RecordEvent>;

/** A stream of a kind; every run of it is put on the list. What crosses is checked against the contract. */
function upstreamOf<Input, Part, Event>(
  runs: FakeRun<Input, Part, Event>[],
  parseInput: (input: unknown) => Input,
  parsePart: (part: unknown) => Part,
  parseEvent: (event: unknown) => Event,
) {
  return (input: unknown, onEvent: (event: Event) => void) => {
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
  summaries: FakeRun<Summarise, never, SummaryEvent>[];
  transcriptions: FakeTranscription[];
  recordings: FakeRecording[];
  /** Transcriptions of recordings. */
  rehearings: FakeRun<TranscribeRecording, never, SpeechEvent>[];
  dictations: FakeRun<Dictate, RecordPiece, DictateEvent>[];
  /** Measurements of speed. */
  profiles: FakeRun<ProfilePlan, never, ProfileEvent>[];
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
  /** What core tells every page. */
  tell<N extends BroadcastName>(name: N, value: Broadcast<N>): void;
}

/** A bridge without anything behind it. What crosses it is checked against the contract, as in the app. */
export function fakeBridge(): FakeBridge {
  const called: FakeBridge['called'] = [];
  const streams: FakeStream[] = [];
  const summaries: FakeBridge['summaries'] = [];
  const transcriptions: FakeTranscription[] = [];
  const recordings: FakeRecording[] = [];
  const rehearings: FakeBridge['rehearings'] = [];
  const dictations: FakeBridge['dictations'] = [];
  const profiles: FakeBridge['profiles'] = [];
  const listeners = new Map<BroadcastName, Set<(value: never) => void>>();
  const held = nothingHeld();
  const replies = fakeReplies(held);
  const call = <N extends CallName>(name: N) => {
    return async (input: CallInput<N>): Promise<Reply<CallOutput<N>>> => {
      calls[name].input.parse(input);
      called.push({ name, input });
      return replies[name](input);
    };
  };
  const bridge: SottoBridge = {
    calls: Object.fromEntries(callNames.map((name) => [name, call(name)])) as SottoBridge['calls'],
    files: Object.fromEntries(
      fileCallNames.map((name) => [
        name,
        // As the preload script does it, for a file that lies somewhere.
        (file: GivenFile, input: object) => call(name)({ ...input, path: `/chosen/${file.name}` } as never),
      ]),
    ) as SottoBridge['files'],
    streams: {
      'chat.send': upstreamOf(streams, chatSendSchema.parse, never, chatEventSchema.parse),
      'chat.summarise': upstreamOf(summaries, summariseSchema.parse, never, summaryEventSchema.parse),
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
      'profile.run': upstreamOf(profiles, profilePlanSchema.parse, never, profileEventSchema.parse),
    },
    broadcasts: Object.fromEntries(
      broadcastNames.map((name) => [
        name,
        (listener: (value: never) => void) => {
          const heard = listeners.get(name) ?? new Set();
          listeners.set(name, heard.add(listener));
          return () => heard.delete(listener);
        },
      ]),
    ) as unknown as SottoBridge['broadcasts'],
  };
  return {
    bridge,
    called,
    streams,
    summaries,
    transcriptions,
    recordings,
    rehearings,
    dictations,
    profiles,
    last: () => {
      const stream = streams.at(-1);
      if (stream === undefined) throw new Error('the page has asked nothing');
      return stream;
    },
    answer: (name, reply) => {
      replies[name] = reply as Replies[typeof name];
    },
    hold: (messages) => {
      held.messages = messages;
    },
    holdTranscripts: (transcripts) => {
      held.transcripts = transcripts;
    },
    holdModels: (overview) => {
      held.overview = { ...held.overview, ...overview };
    },
    tell: (name, value) => {
      const parsed = broadcasts[name].parse(value);
      for (const listener of listeners.get(name) ?? []) listener(parsed as never);
    },
  };
}
