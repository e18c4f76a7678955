import type { ZodType } from 'zod';
import type { Chat } from '../contract/chat.ts';
import type { Reply } from '../contract/client.ts';
import { type CallName, callNames, type StreamName, streamNames } from '../contract/names.ts';
import type { RunId } from '../contract/runs.ts';
import {
  type CallInput,
  type CallOutput,
  calls,
  type StreamEvent,
  type StreamInput,
  type StreamUpstream,
  streams,
} from '../contract/tables.ts';
import { limitOf } from './check-parameters.ts';
import type { Core } from './create-core.ts';
import { AppError, toErrorInfo } from './errors.ts';
import { isPlainMessage } from './message-check.ts';
import type { RunRegistry } from './runs/run-registry.ts';
import { soundOf } from './speech/sound-pieces.ts';
import { exportChats } from './storage/chats/export-chats.ts';
import { importEvents } from './storage/chats/import/import-events.ts';

/** Calls that the host answers itself, because they need a window. */
export type HostCall =
  | 'models.setToken'
  | 'chats.savePdf'
  | 'links.open'
  | 'files.save'
  | 'recordings.save'
  | 'system.renewPage'
  | 'system.stayAwake';

type CallHandlers = { [N in Exclude<CallName, HostCall>]: (input: CallInput<N>) => Promise<CallOutput<N>> };
type StreamHandlers = {
  [N in StreamName]: (
    input: StreamInput<N>,
    signal: AbortSignal,
    upstream: AsyncIterable<StreamUpstream<N>>,
  ) => AsyncIterable<StreamEvent<N>>;
};

/** Answers what comes over a border: checks the name and the input, and never throws. */
export interface Router {
  call(name: string, input: unknown): Promise<Reply<unknown>>;
  /** Always ends with a terminal event. `upstream`: what the caller sends meanwhile. */
  open(
    name: string,
    input: unknown,
    signal: AbortSignal,
    upstream?: AsyncIterable<unknown>,
  ): AsyncIterable<unknown>;
}

export function createRouter(core: Core): Router {
  const start: (...run: Parameters<RunRegistry['start']>) => Promise<RunId> = async (...run) => ({
    runId: core.runs.start(...run),
  });
  const callHandlers: CallHandlers = {
    'system.info': () => core.systemInfo(),
    'models.list': () => core.models.list(),
    'models.verify': ({ id }) => core.modelService.verify(id),
    'models.import': async ({ path, link }) => {
      // Named by the host, after the user chose it; the page cannot name one.
      if (path === undefined) throw invalid();
      return core.modelService.import(path, link);
    },
    'models.moveFolder': async ({ path }) => {
      if (path === undefined) throw invalid();
      await core.modelService.moveFolder(path);
      return { moved: true };
    },
    'models.overview': () => core.modelService.overview(),
    'models.download': (input) => done(core.modelService.download(input)),
    'models.pause': ({ id }) => done(core.modelService.pause(id)),
    'models.cancel': ({ id }) => done(core.modelService.cancel(id)),
    'models.remove': ({ id }) => done(core.modelService.remove(id)),
    'models.repair': ({ id }) => done(core.modelService.repair(id)),
    'models.addRepo': ({ repo }) => core.modelService.addRepo(repo),
    'models.choose': ({ id }) => done(core.modelService.choose(id)),
    'models.trials': async ({ id }) => core.bench.known(await core.models.find(id)),
    'models.bench': async ({ id }) =>
      core.bench.run(await core.models.find(id), new AbortController().signal),
    'models.setPreferences': (preferences) => done(core.modelService.setPreferences(preferences)),
    'models.forgetRepo': ({ repo }) => done(core.modelService.forgetRepo(repo)),
    'models.settings': ({ id }) => core.modelSettings.view(id),
    'models.set': ({ id, settings }) => core.modelSettings.set(id, settings),
    'models.savePreset': ({ name, values }) => core.modelSettings.savePreset(name, values),
    'models.removePreset': ({ name }) => done(core.modelSettings.removePreset(name)),
    'models.setNetwork': ({ on }) => done(core.modelService.setNetwork(on)),
    'engine.status': async () => core.engines.status,
    'engine.warm': async () => {
      // Its failure is in the status; the caller has nothing to do about it.
      await core.chat.warm().catch(() => undefined);
    },
    'runs.list': async () => core.runs.list(),
    'runs.cancel': ({ runId }) => done(core.runs.cancel(runId)),
    'runs.pause': async ({ runId, isPaused }) => {
      core.runs.pause(runId, isPaused);
    },
    'chat.send': (input) =>
      start('answer', { chatId: input.chatId }, (signal) => core.chat.send(input, signal)),
    'chat.summarise': (input) =>
      start('summary', { chatId: input.chatId }, (signal) => core.summariser.summarise(input, signal)),
    'chat.open': async ({ id }) => withRun(await core.chat.open(id), core.runs),
    'chat.clear': () => core.chat.clear(),
    'chat.takes': ({ chatId }) => core.chat.takes(chatId),
    'chat.media': async ({ chatId, id }) => {
      const { type, bytes } = (await core.storage.chats()).media(chatId, id);
      return { type, bytes };
    },
    'chat.show': async ({ chatId, messageId }) => {
      (await core.storage.chats()).show(chatId, messageId);
      return core.chat.open(chatId);
    },
    'chat.versions': async ({ chatId, messageId }) =>
      (await core.storage.chats()).versions(chatId, messageId),
    'chat.removeFrom': async ({ chatId, messageId }) => {
      // What is being written may be among it.
      await core.runs.cancelAll((run) => run.chatId === chatId);
      await core.storage.removeMessages(chatId, messageId);
      return core.chat.open(chatId);
    },
    'chat.removeSummary': async ({ chatId, messageId }) => {
      const store = await core.storage.chats();
      store.removeSummary(chatId, messageId);
      return core.chat.open(chatId);
    },
    'chat.draft': ({ chatId }) => core.storage.draft(chatId),
    'chat.changeDraft': (change) => done(core.storage.changeDraft(change)),
    'chats.list': async () => (await core.storage.chats()).list(),
    'chats.search': (search) => core.storage.search(search),
    'chats.change': async (change) => {
      (await core.storage.chats()).change(change);
    },
    'chats.delete': async ({ id }) => {
      await core.runs.cancelAll(({ chatId }) => chatId === id);
      await core.storage.deleteChat(id);
    },
    'chats.undelete': async ({ id }) => {
      (await core.storage.chats()).undelete(id);
    },
    'chats.export': async ({ id, format }) => exportChats(await core.storage.chats(), id, format),
    'chats.import': async ({ path }) => {
      // Named by the host, after the user chose it.
      if (path === undefined) throw invalid();
      return start('import', {}, (signal) =>
        importEvents((options) => core.storage.import(path, options), signal),
      );
    },
    'settings.get': () => core.appSettings.get(),
    'settings.change': (change) => core.appSettings.change(change),
    'storage.backups': () => core.storage.backups(),
    'storage.backUp': async () => ({ name: await core.storage.backup() }),
    'personas.list': () => core.personas.list(),
    'personas.save': (draft) => core.personas.save(draft),
    'personas.remove': ({ id }) => done(core.personas.remove(id)),
    'personas.savePrompt': (draft) => core.personas.savePrompt(draft),
    'personas.removePrompt': ({ id }) => done(core.personas.removePrompt(id)),
    'personas.export': () => core.personas.export(),
    'personas.import': ({ text }) => core.personas.import(text),
    'storage.status': () => core.storage.status(),
    'storage.unkept': () => core.storage.unkept(),
    'storage.unlock': ({ passphrase }) => done(core.storage.unlock(passphrase)),
    'storage.lock': () => done(core.storage.lock()),
    'storage.setPassphrase': ({ passphrase, current }) =>
      done(core.storage.setPassphrase(passphrase, current)),
    'storage.restore': ({ name }) => done(core.storage.restore(name)),
    'speech.models': () => core.speech.models(),
    'speech.transcripts': () => core.speech.transcripts.list(),
    'speech.save': (transcript) => done(core.speech.transcripts.save(transcript)),
    'speech.remove': async ({ id }) => {
      await core.runs.cancelAll(({ transcriptId }) => transcriptId === id);
      await core.speech.transcripts.remove(id);
    },
    'speech.export': ({ transcript, format }) => core.speech.export(transcript, format),
    'speech.transcribeFile': (input) => core.transcriptions.file(input),
    'speech.transcribeAgain': (input) => core.transcriptions.again(input),
    'speech.soundFile': ({ id }) => core.soundFiles.state(id),
    'speech.readSoundFile': ({ id, offset, byteLength }) => core.soundFiles.read(id, offset, byteLength),
    'speech.rememberSoundFile': ({ id, path }) => core.soundFiles.keep(id, path),
    'recordings.list': () => core.recordings.list(),
    'recordings.read': ({ id, offset, byteLength }) => core.recordings.read(id, offset, byteLength),
    'recordings.outline': ({ id }) => core.recordings.outline(id),
    'recordings.rename': ({ id, title }) => done(core.recordings.rename(id, title)),
    'recordings.delete': ({ id }) => done(core.recordings.delete(id)),
    'recordings.transcribe': async (input) => core.transcriptions.recording(input),
    'profile.run': (input) => start('benchmark', {}, (signal) => core.profile.run(input, signal)),
    'profile.list': () => core.profile.list(),
    'profile.remove': ({ id }) => done(core.profile.remove(id)),
    'profile.export': ({ ids, format }) => core.profile.export(ids, format),
    'profile.import': async ({ text }) => ({ count: await core.profile.import(text) }),
  };
  const streamHandlers: StreamHandlers = {
    'runs.attach': ({ runId, from }, signal) => core.runs.attach(runId, from, signal),
    'speech.transcribe': (input, signal, upstream) =>
      core.speech.transcribe(
        soundOf(upstream, input.totalMs, input.sampleRate),
        sentByPage(input, core),
        signal,
      ),
    'speech.record': (input, signal, upstream) => core.recordings.record(input, upstream, signal),
    'speech.dictate': (input, signal, upstream) => core.recordings.dictate(input.settings, upstream, signal),
  };

  return {
    call: async (name, input) => {
      try {
        if (!isCall(name) || !Object.hasOwn(callHandlers, name) || !isPlainMessage(input)) throw invalid();
        const handler = callHandlers[name as keyof CallHandlers] as (value: unknown) => Promise<unknown>;
        return { ok: true, value: await handler(parse(name, calls[name].input, input)) };
      } catch (error) {
        return { ok: false, error: toErrorInfo(error) };
      }
    },
    async *open(name, input, signal, upstream = nothing()) {
      try {
        if (!isStream(name) || !isPlainMessage(input)) throw invalid();
        const handler = streamHandlers[name] as StreamHandlers[StreamName];
        yield* handler(
          parse(name, streams[name].input, input) as never,
          signal,
          checked(name, upstream) as never,
        );
      } catch (error) {
        yield { type: 'failed', error: toErrorInfo(error) };
      }
    },
  };
}

/** Sound that the page decodes: where it is that of a transcript, its file belongs to both. */
function sentByPage(
  { title, settings, soundOf: of }: StreamInput<'speech.transcribe'>,
  { soundFiles }: Core,
) {
  const saveSoundFile = of === undefined ? undefined : (id: string) => soundFiles.copy(of, id);
  return { title, settings, ...(saveSoundFile === undefined ? {} : { saveSoundFile }) };
}

/** A chat, with the run that writes in it. */
function withRun(chat: Chat, runs: RunRegistry): Chat {
  const run = runs.list().find(({ chatId }) => chatId === chat.id);
  if (run?.kind !== 'answer' && run?.kind !== 'summary') return chat;
  return { ...chat, run: { runId: run.runId, kind: run.kind } };
}

/** For calls whose answer is that it is done. */
async function done(work: Promise<unknown>): Promise<undefined> {
  await work;
  return undefined;
}

/** Whoever does the work checks the settings. */
const CHECKED_LATER: ReadonlySet<string> = new Set([
  'chat.send',
  'recordings.transcribe',
  'speech.transcribe',
  'speech.transcribeFile',
  'speech.transcribeAgain',
  'speech.record',
  'speech.dictate',
]);

/** Settings keep their own check, which names the parameter; everything else is one plain refusal. */
function parse(name: CallName | StreamName, schema: ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const inSettings = parsed.error.issues.every(({ path }) => path[0] === 'settings');
  if (inSettings && CHECKED_LATER.has(name) && typeof input === 'object' && input !== null) return input;
  throw limitOf(parsed.error) ?? invalid();
}

async function* nothing(): AsyncGenerator<never> {}

/** @throws AppError REQUEST_INVALID at the first part that is not what the stream takes. */
async function* checked(name: StreamName, upstream: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const part of upstream) {
    const parsed = streams[name].upstream.safeParse(part);
    if (!parsed.success) throw invalid();
    yield parsed.data;
  }
}

function isCall(name: string): name is CallName {
  return (callNames as readonly string[]).includes(name);
}

function isStream(name: string): name is StreamName {
  return (streamNames as readonly string[]).includes(name);
}

function invalid(): AppError {
  return new AppError('REQUEST_INVALID', 'The request was not understood.', { hint: 'Restart Sotto.' });
}
