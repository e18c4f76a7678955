import type { ChatEvent, ChatMessage, ChatSend, Summarise, SummaryEvent } from '../../contract/chat.ts';
import type { GivenFile, Reply, SottoBridge } from '../../contract/client.ts';
import type { ModelsOverview } from '../../contract/library.ts';
import {
  type BroadcastName,
  broadcastNames,
  type CallName,
  callNames,
  fileCallNames,
} from '../../contract/names.ts';
import { type ProfileEvent, type ProfilePlan, profilePlanSchema } from '../../contract/profile.ts';
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
} from '../../contract/recording.ts';
import type { RunEvent, RunId, RunInfo, RunKind } from '../../contract/runs.ts';
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
import { type FakeRun, fakeRuns } from './fake-runs.ts';

/** One stream that the page opened: what it sent, and what a test says to it. */
export interface FakeStream<Input, Part, Event> {
  input: Input;
  sent: Part[];
  closed: boolean;
  say(event: Event): void;
}
export type FakeTranscription = FakeStream<Transcribe, SoundPiece, SpeechEvent>;
export type FakeRecording = FakeStream<StartRecording, RecordPiece, RecordEvent>;
export type FakeAnswer = FakeRun<ChatSend, ChatEvent>;

/** A stream of a kind; all of them are put on the list. What crosses is checked against the contract. */
function upstreamOf<Input, Part, Event>(
  runs: FakeStream<Input, Part, Event>[],
  parseInput: (input: unknown) => Input,
  parsePart: (part: unknown) => Part,
  parseEvent: (event: unknown) => Event,
) {
  return (input: unknown, onEvent: (event: Event) => void) => {
    const run: FakeStream<Input, Part, Event> = {
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

export interface FakeBridge {
  bridge: SottoBridge;
  /** Every call of the page, in order. */
  called: Array<{ name: CallName; input: unknown }>;
  answers: FakeAnswer[];
  summaries: FakeRun<Summarise, SummaryEvent>[];
  transcriptions: FakeTranscription[];
  recordings: FakeRecording[];
  /** Transcriptions of recordings. */
  rehearings: FakeRun<TranscribeRecording, SpeechEvent>[];
  dictations: FakeStream<Dictate, RecordPiece, DictateEvent>[];
  /** Measurements of speed. */
  profiles: FakeRun<ProfilePlan, ProfileEvent>[];
  /** The answer that was started last. */
  last(): FakeAnswer;
  /** All runs, as core lists them. */
  runs(): RunInfo[];
  /** A run that is there before the page is. */
  holdRun<K extends RunKind>(kind: K, info?: Partial<RunInfo>): FakeRun<unknown, RunEvent<K>>;
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
  const answers: FakeBridge['answers'] = [];
  const runs = fakeRuns();
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
      const parsed = calls[name].input.parse(input);
      called.push({ name, input });
      const run = started(name, parsed);
      if (run !== undefined && !answered.has(name))
        return { ok: true, value: { runId: run.runId } } as Reply<CallOutput<N>>;
      if (name === 'runs.cancel') runs.cancel((parsed as RunId).runId);
      return replies[name](input);
    };
  };
  const answered = new Set<CallName>();
  /** Puts a run on its list, where the call starts one. */
  const started = (name: CallName, input: unknown): { runId: string } | undefined => {
    const put = <T extends { runId: string }>(list: unknown[], run: T): T => {
      list.push(run);
      return run;
    };
    if (answered.has(name)) return undefined;
    if (name === 'chat.send') return put(answers, runs.start('answer', input));
    if (name === 'chat.summarise') return put(summaries, runs.start('summary', input));
    if (name === 'recordings.transcribe') return put(rehearings, runs.start('transcription', input));
    if (name === 'profile.run') return put(profiles, runs.start('benchmark', profilePlanSchema.parse(input)));
    return undefined;
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
      'runs.attach': runs.attach,
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
    answers,
    summaries,
    transcriptions,
    recordings,
    rehearings,
    dictations,
    profiles,
    last: () => {
      const answer = answers.at(-1);
      if (answer === undefined) throw new Error('the page has asked nothing');
      return answer;
    },
    runs: runs.list,
    holdRun: (kind, info) => runs.start(kind, undefined, info),
    answer: (name, reply) => {
      answered.add(name);
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
