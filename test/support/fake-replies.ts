import { type AppSettings, appSettingsSchema } from '../../contract/app-settings.ts';
import type { ChatMessage } from '../../contract/chat.ts';
import type { Reply } from '../../contract/client.ts';
import type { ModelsOverview } from '../../contract/library.ts';
import type { Model } from '../../contract/models.ts';
import type { CallName } from '../../contract/names.ts';
import type { KeptTranscript } from '../../contract/speech.ts';
import type { CallInput, CallOutput } from '../../contract/tables.ts';

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

export type Replies = {
  [N in CallName]: (input: CallInput<N>) => Reply<CallOutput<N>> | Promise<Reply<CallOutput<N>>>;
};

/** What the core that is not there has. */
export interface Held {
  /** How many chats were begun. */
  chats: number;
  /** Of the current one. */
  messages: ChatMessage[];
  transcripts: KeptTranscript[];
  overview: ModelsOverview;
}

export function nothingHeld(): Held {
  return {
    chats: 1,
    messages: [],
    transcripts: [],
    overview: {
      entries: [],
      folder: { path: '/models', usedBytes: 0, freeBytes: 50e9, unknown: [] },
      network: { on: true, hub: 'https://hub.example', hasToken: false },
      preferences: {},
      problems: [],
    },
  };
}

/** As of a user who has been through the first steps. */
export function fakeSettings(change: Partial<AppSettings>): AppSettings {
  return appSettingsSchema.parse({ hasStarted: true, ...change });
}

const fail = (name: string): Reply<never> => ({
  ok: false,
  error: { code: 'INTERNAL', message: `No test has said how ${name} is answered.` },
});

const undecodable: Reply<never> = {
  ok: false,
  error: { code: 'AUDIO_FORMAT', message: 'Core cannot decode it.' },
};

/** How calls are answered of which a test says nothing. */
export function fakeReplies(held: Held): Replies {
  return {
    'system.info': () => fail('system.info'),
    'chat.takes': () => ({ ok: true, value: { kinds: [], model: MODEL.name } }),
    'chat.media': () => fail('chat.media'),
    'system.renewPage': () => ({ ok: true, value: undefined }),
    'system.stayAwake': () => ({ ok: true, value: undefined }),
    'models.list': () => ({ ok: true, value: [MODEL] }),
    'models.verify': () => fail('models.verify'),
    'models.overview': () => ({ ok: true, value: held.overview }),
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
    'runs.list': () => ({ ok: true, value: [] }),
    'runs.cancel': () => ({ ok: true, value: undefined }),
    'runs.pause': () => ({ ok: true, value: undefined }),
    // As for a file that the page must decode.
    'speech.transcribeFile': () => undecodable,
    'speech.transcribeAgain': () => undecodable,
    'chat.send': () => fail('chat.send'),
    'chat.summarise': () => fail('chat.summarise'),
    'recordings.transcribe': () => fail('recordings.transcribe'),
    'profile.run': () => fail('profile.run'),
    'chat.open': () => ({
      ok: true,
      value: { id: `chat-${held.chats}`, title: '', messages: held.messages },
    }),
    'chat.clear': () => {
      held.chats += 1;
      held.messages = [];
      return { ok: true, value: { id: `chat-${held.chats}`, title: '', messages: held.messages } };
    },
    'chat.show': () => ({
      ok: true,
      value: { id: `chat-${held.chats}`, title: '', messages: held.messages },
    }),
    'chat.versions': () => ({ ok: true, value: [] }),
    'chat.removeFrom': () => ({
      ok: true,
      value: { id: `chat-${held.chats}`, title: '', messages: held.messages },
    }),
    'chat.removeSummary': () => ({
      ok: true,
      value: { id: `chat-${held.chats}`, title: '', messages: held.messages },
    }),
    'chat.draft': () => ({ ok: true, value: { text: '', attachments: [] } }),
    'chat.changeDraft': () => ({ ok: true, value: undefined }),
    'chats.list': () => ({ ok: true, value: [] }),
    'chats.search': () => ({ ok: true, value: [] }),
    'chats.change': () => ({ ok: true, value: undefined }),
    'chats.delete': () => ({ ok: true, value: undefined }),
    'chats.undelete': () => ({ ok: true, value: undefined }),
    'chats.savePdf': () => ({ ok: true, value: { saved: true } }),
    'chats.export': () => fail('chats.export'),
    'chats.import': () => ({ ok: true, value: {} }),
    'settings.get': () => ({ ok: true, value: fakeSettings({}) }),
    'settings.change': (change) => ({ ok: true, value: fakeSettings(change) }),
    'storage.backups': () => ({ ok: true, value: [] }),
    'storage.backUp': () => ({ ok: true, value: { name: 'sotto-1.db' } }),
    'personas.list': () => ({ ok: true, value: { personas: [], prompts: [] } }),
    'personas.save': () => fail('personas.save'),
    'personas.remove': () => ({ ok: true, value: undefined }),
    'personas.savePrompt': () => fail('personas.savePrompt'),
    'personas.removePrompt': () => ({ ok: true, value: undefined }),
    'personas.export': () => fail('personas.export'),
    'personas.import': () => ({ ok: true, value: { count: 0, leftOut: 0 } }),
    'storage.status': () => ({ ok: true, value: { state: 'open', hasPassphrase: false } }),
    'storage.unkept': () => ({ ok: true, value: { chats: 0, transcripts: 0, canKeep: false } }),
    'storage.unlock': () => ({ ok: true, value: undefined }),
    'storage.lock': () => ({ ok: true, value: undefined }),
    'storage.setPassphrase': () => ({ ok: true, value: undefined }),
    'storage.restore': () => ({ ok: true, value: undefined }),
    'speech.models': () => ({ ok: true, value: [] }),
    'speech.transcripts': () => ({ ok: true, value: held.transcripts }),
    'speech.save': () => ({ ok: true, value: undefined }),
    'speech.remove': () => ({ ok: true, value: undefined }),
    'speech.export': () => fail('speech.export'),
    'speech.soundFile': () => ({ ok: true, value: { state: 'unknown' } }),
    'speech.readSoundFile': () => fail('speech.readSoundFile'),
    'speech.rememberSoundFile': () => ({ ok: true, value: { state: 'there', sizeBytes: 1 } }),
    'recordings.list': () => ({ ok: true, value: [] }),
    'recordings.read': () => fail('recordings.read'),
    'recordings.outline': () => fail('recordings.outline'),
    'recordings.rename': () => ({ ok: true, value: undefined }),
    'recordings.save': () => ({ ok: true, value: { saved: true } }),
    'recordings.delete': () => ({ ok: true, value: undefined }),
    'profile.list': () => ({ ok: true, value: [] }),
    'profile.remove': () => ({ ok: true, value: undefined }),
    'profile.export': () => fail('profile.export'),
    'profile.import': () => ({ ok: true, value: { count: 1 } }),
    'files.save': () => ({ ok: true, value: { saved: true } }),
    'links.open': () => ({ ok: true, value: { opened: true } }),
  };
}
