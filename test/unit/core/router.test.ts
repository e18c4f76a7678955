import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallName, callNames, streamNames } from '../../../contract/names.ts';
import type { Transcript } from '../../../contract/speech.ts';
import { serveChannel } from '../../../core/channel.ts';
import { createCore } from '../../../core/create-core.ts';
import { silentLogger } from '../../../core/logger.ts';
import { createRouter } from '../../../core/router.ts';
import { scriptedLauncher } from '../../support/scripted-engine.ts';

function createTestRouter() {
  const core = createCore({
    version: '1.2.3',
    electron: undefined,
    nativeDir: '/nowhere',
    builtInModelsDir: '/nowhere',
    cacheDir: '/tmp',
    dataDir: mkdtempSync(join(tmpdir(), 'sotto-router-')),
    hashWorker: '',
    launchEngine: scriptedLauncher().launch,
    log: silentLogger,
    broadcast: () => undefined,
  });
  return createRouter(core);
}

const HOST_CALLS: ReadonlySet<CallName> = new Set([
  'links.open',
  'models.setToken',
  'files.save',
  'chats.savePdf',
  'recordings.save',
  'system.stayAwake',
  'system.renewPage',
]);

const TRANSCRIPT: Transcript = {
  id: 't1',
  title: 'Notes',
  createdAt: '2026-11-24T00:00:00.000Z',
  durationMs: 1000,
  translated: false,
  modelId: 'whisper-base',
  segments: [],
  speakers: [],
};

/** What the calls take that take something. */
const INPUTS: Partial<Record<CallName, unknown>> = {
  'chat.open': {},
  'chat.send': { chatId: 'none', action: { type: 'ask', text: 'Why?' } },
  'chat.summarise': { chatId: 'none' },
  'recordings.transcribe': { id: '00000000-0000-4000-8000-000000000000', settings: {} },
  'profile.run': {},
  'runs.cancel': { runId: 'none' },
  'runs.pause': { runId: 'none', isPaused: true },
  'speech.transcribeFile': { path: '/nowhere/visit.wav', title: 'Visit', settings: {} },
  'speech.transcribeAgain': { of: 'none', title: 'Visit', settings: {} },
  'chat.show': { chatId: 'none', messageId: 'none' },
  'chat.versions': { chatId: 'none', messageId: 'none' },
  'chat.removeFrom': { chatId: 'none', messageId: 'none' },
  'chat.removeSummary': { chatId: 'none', messageId: 'none' },
  'chats.search': { text: 'why' },
  'chats.change': { id: 'none', isPinned: true },
  'chats.delete': { id: 'none' },
  'chats.undelete': { id: 'none' },
  'chat.takes': { chatId: 'none' },
  'chat.media': { chatId: 'none', id: 'none' },
  'chat.draft': { chatId: 'none' },
  'chat.changeDraft': { chatId: 'none', text: 'x' },
  'chats.export': { format: 'md' },
  'chats.import': { path: '/nowhere/export.json' },
  'storage.unlock': { passphrase: 'none at all' },
  'storage.setPassphrase': { passphrase: 'short' },
  'storage.restore': {},
  ...Object.fromEntries(
    ['verify', 'pause', 'cancel', 'remove', 'repair', 'choose'].map((name) => [
      `models.${name}`,
      { id: 'unknown' },
    ]),
  ),
  'models.download': { id: 'unknown', licenceAccepted: true },
  'models.addRepo': { repo: 'no repository' },
  'models.setNetwork': { on: true },
  'models.trials': { id: 'unknown' },
  'models.bench': { id: 'unknown' },
  'models.moveFolder': {},
  'models.setPreferences': { idleMinutes: 5 },
  'models.forgetRepo': { repo: 'makers/none' },
  'models.settings': { id: 'unknown' },
  'models.set': { id: 'unknown', settings: {} },
  'models.savePreset': { name: 'Letters', values: { temperature: 0.5 } },
  'models.removePreset': { name: 'Letters' },
  'models.import': { link: false, folder: false, path: '/nowhere/model.litertlm' },
  'settings.change': { theme: 'dark' },
  'personas.save': { name: 'Poet' },
  'personas.remove': { id: 'x' },
  'personas.savePrompt': { name: 'Greet', text: 'Hello' },
  'personas.removePrompt': { id: 'x' },
  'personas.import': { text: '{"format":"sotto-personas","version":1}' },
  'speech.save': TRANSCRIPT,
  'speech.remove': { id: TRANSCRIPT.id },
  'speech.soundFile': { id: TRANSCRIPT.id },
  'speech.readSoundFile': { id: TRANSCRIPT.id, offset: 0, byteLength: 100 },
  'speech.rememberSoundFile': { id: TRANSCRIPT.id, path: '/nowhere/visit.wav' },
  'recordings.read': { id: '3c7f9a52-9d0e-4f6b-8a3d-5b1c2e4f6a7b', offset: 0, byteLength: 100 },
  'recordings.outline': { id: '3c7f9a52-9d0e-4f6b-8a3d-5b1c2e4f6a7b' },
  'recordings.rename': { id: '3c7f9a52-9d0e-4f6b-8a3d-5b1c2e4f6a7b', title: 'Round' },
  'recordings.delete': { id: '3c7f9a52-9d0e-4f6b-8a3d-5b1c2e4f6a7b' },
  'speech.export': { transcript: TRANSCRIPT, format: 'txt' },
  'profile.remove': { id: 'none' },
  'profile.export': { ids: [], format: 'md' },
  'profile.import': { text: '[]' },
};

/** Calls about something that is not there. */
const UNKNOWN: ReadonlySet<CallName> = new Set([
  'chat.changeDraft',
  'models.verify',
  'models.download',
  'models.remove',
  'models.repair',
  'models.choose',
  'models.trials',
  'models.bench',
  'models.addRepo',
  'models.moveFolder',
  'models.import',
  'models.settings',
  'models.set',
  'chat.show',
  'chat.takes',
  'chat.media',
  'chat.versions',
  'chat.removeFrom',
  'chat.removeSummary',
  'chats.change',
  'chats.delete',
  'storage.setPassphrase',
  'storage.restore',
  'storage.backUp',
  'speech.readSoundFile',
  'speech.rememberSoundFile',
  'speech.transcribeFile',
  'speech.transcribeAgain',
  'recordings.read',
  'recordings.outline',
  'recordings.rename',
  'recordings.delete',
  'profile.export',
  'profile.import',
]);

const live = () => new AbortController().signal;

describe('createRouter', () => {
  it.each([
    ['storage.setPassphrase', { passphrase: 'x'.repeat(1001) }, 'passphrase', 'at most 1000 characters'],
    ['storage.unlock', { passphrase: 'x'.repeat(1001) }, 'passphrase', 'at most 1000 characters'],
    ['chats.search', { text: 'x'.repeat(501) }, 'text', 'at most 500 characters'],
  ])('names the limit of a text that is too long, as in %s', async (name, input, what, limit) => {
    const reply = await createTestRouter().call(name, input);
    expect(reply).toMatchObject({ ok: false, error: { code: 'PARAM_RANGE' } });
    expect(JSON.stringify(reply)).toContain(`The value of ${what} is too long.`);
    expect(JSON.stringify(reply)).toContain(limit);
  });

  it('answers every call of the contract that is not the host’s', async () => {
    const router = createTestRouter();
    for (const name of callNames.filter((candidate) => !HOST_CALLS.has(candidate))) {
      const reply = await router.call(name, INPUTS[name]);
      if (!UNKNOWN.has(name)) expect(reply.ok, name).toBe(true);
      else
        expect(reply, name).toMatchObject({
          error: { code: expect.stringMatching(/MISSING|UNKNOWN|INVALID|UNAVAILABLE|PARAM|FORMAT/) },
        });
    }
  });

  it('refuses unknown names and malformed input', async () => {
    const router = createTestRouter();
    const refused = { ok: false, error: { code: 'REQUEST_INVALID' } };
    expect(await router.call('constructor', undefined)).toMatchObject(refused);
    expect(await router.call('links.open', { url: 'https://x' })).toMatchObject(refused);
    expect(await router.call('models.verify', { id: 7 })).toMatchObject(refused);
    for await (const event of router.open('nothing', {}, live())) {
      expect(event).toMatchObject({ type: 'failed', error: { code: 'REQUEST_INVALID' } });
    }
  });

  it('never throws and never answers a call with garbage, whatever comes', async () => {
    const router = createTestRouter();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...callNames), fc.anything(), async (name, input) => {
        expect(typeof (await router.call(name, input)).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...streamNames), fc.anything(), async (name, input) => {
        const types = [];
        for await (const event of router.open(name, input, live()))
          types.push((event as { type: string }).type);
        expect(types.at(-1)).toBe('failed');
      }),
      { numRuns: 500 },
    );
  });

  it('names the parameter that is out of range', async () => {
    const router = createTestRouter();
    const input = { chatId: 'x', action: { type: 'ask', text: 'Hi' }, settings: { temperature: 99 } };
    const reply = (await router.call('chat.send', input)) as { value: { runId: string } };
    const told: unknown[] = [];
    for await (const event of router.open('runs.attach', { ...reply.value, from: 0 }, live()))
      told.push(event);
    const event = {
      type: 'failed',
      error: { code: 'PARAM_RANGE', message: expect.stringContaining('temperature') },
    };
    expect(told).toMatchObject([{ type: 'answer', event }]);
  });
});

describe('serveChannel', () => {
  it('ignores what is not a message, and replies to what is', async () => {
    const posted: unknown[] = [];
    const { receive } = serveChannel(
      createTestRouter(),
      (message) => posted.push(message),
      () => undefined,
    );
    for (const junk of [undefined, null, 'x', 7, {}, { type: 'call' }, { type: 'evil', id: 1 }])
      receive(junk);
    receive({ type: 'call', id: 1, name: 'engine.status' });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(posted).toEqual([{ type: 'reply', id: 1, reply: { ok: true, value: { state: 'idle' } } }]);
  });
});
