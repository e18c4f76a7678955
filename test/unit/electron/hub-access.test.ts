import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageBoxOptions } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reply } from '../../../contract/client.ts';
import { nothingHeld } from '../../support/fake-replies.ts';

type Handler = (event: unknown, input: unknown) => Promise<Reply<unknown>>;

const system = vi.hoisted(() => ({
  handlers: new Map<string, unknown>(),
  showMessageBox: (_window: unknown, _options: unknown): Promise<{ response: number }> =>
    Promise.resolve({ response: 0 }),
}));

/** Secrets are reversed, so that a test sees whether they are kept as they are. */
vi.mock('electron', () => ({
  app: {},
  session: {},
  shell: {},
  powerSaveBlocker: {},
  systemPreferences: {},
  BrowserWindow: { fromWebContents: () => ({}), getAllWindows: () => [] },
  ipcMain: {
    handle: (channel: string, handler: unknown) => system.handlers.set(channel, handler),
    on: () => undefined,
  },
  dialog: {
    showMessageBox: (window: unknown, options: unknown) => system.showMessageBox(window, options),
  },
  safeStorage: {
    isEncryptionAvailable: () => true,
    getSelectedStorageBackend: () => 'gnome_libsecret',
    encryptString: (text: string) => Buffer.from([...text].reverse().join('')),
    decryptString: (data: Buffer) => [...data.toString()].reverse().join(''),
  },
}));

const FRAME = { url: 'app://sotto/index.html' };
const PAGE = { senderFrame: FRAME, sender: { isDestroyed: () => false, mainFrame: FRAME } };
const HUGGING_FACE = 'https://huggingface.co';
const MIRROR = 'https://mirror.example';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sotto-hub-access-'));
  vi.stubEnv('SOTTO_DATA_DIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** The desktop as it is after a start, in front of a core that fetches from that hub. */
async function startDesktop(hub = HUGGING_FACE) {
  vi.resetModules();
  system.handlers.clear();
  const core = { hub, preferences: [] as unknown[] };
  const asked: MessageBoxOptions[] = [];
  const { serveContract } = await import('../../../electron/desktop/ipc.ts');
  const { answerCore } = await import('../../../electron/desktop/host-answers.ts');
  serveContract({
    call: async (name, input) => {
      if (name === 'models.setPreferences') core.preferences.push(input);
      const held = nothingHeld().overview;
      const overview = { ...held, network: { ...held.network, hub: core.hub } };
      return { ok: true, value: name === 'models.overview' ? overview : undefined };
    },
    open: () => undefined,
    onBroadcast: () => undefined,
    dispose: () => undefined,
  });
  const call = (name: string, input: unknown) =>
    (system.handlers.get(`call:${name}`) as Handler)(PAGE, input);
  return {
    core,
    asked,
    /** What the user says to a question from now on. */
    answerWith: (button: 'cancel' | 'use') => {
      system.showMessageBox = async (_window, options) => {
        asked.push(options as MessageBoxOptions);
        return { response: button === 'use' ? 1 : 0 };
      };
    },
    setPreferences: (input: unknown) => call('models.setPreferences', input),
    setToken: (token: string) => call('models.setToken', { token }),
    tokenFor: (origin: string) => answerCore({ kind: 'hub-token', origin }),
    hasTokenFor: async (origin: string) => (await answerCore({ kind: 'has-hub-token', origin })) === 'yes',
  };
}

describe('a mirror that the page sets', () => {
  it('is asked about by the desktop, which names the host, and stays as it was without a yes', async () => {
    const desktop = await startDesktop();
    desktop.answerWith('cancel');
    const reply = await desktop.setPreferences({ hub: `${MIRROR}/hf`, idleMinutes: 5 });
    expect(reply).toMatchObject({ ok: false, error: { code: 'MIRROR_REFUSED' } });
    expect(desktop.core.preferences).toEqual([]);
    expect(desktop.asked).toHaveLength(1);
    expect(desktop.asked[0]).toMatchObject({ defaultId: 0, cancelId: 0 });
    expect(desktop.asked[0]?.message).toContain('mirror.example');
  });

  it('reaches core as the address that was agreed to', async () => {
    const desktop = await startDesktop();
    desktop.answerWith('use');
    await desktop.setPreferences({ hub: 'https://huggingface.co@MIRROR.example/hf/?x#y', idleMinutes: 5 });
    expect(desktop.asked[0]?.message).toContain(' mirror.example ');
    expect(desktop.core.preferences).toEqual([{ hub: `${MIRROR}/hf`, idleMinutes: 5 }]);
  });

  it('is not asked about where nothing new would be reached', async () => {
    const desktop = await startDesktop(`${MIRROR}/hf`);
    desktop.answerWith('cancel');
    await desktop.setPreferences({ hub: `${MIRROR}/other`, speedLimit: 5000 });
    await desktop.setPreferences({ idleMinutes: 5 });
    expect(desktop.asked).toEqual([]);
    expect(desktop.core.preferences).toEqual([
      { hub: `${MIRROR}/other`, speedLimit: 5000 },
      { idleMinutes: 5 },
    ]);
  });

  it.each([
    ['https://mirror.example:8443'],
    ['https://mirror.example.evil.example'],
    ['http://127.0.0.1:8080'],
    ['https://huggingface.co'],
  ])('on another host than that in use is asked about: %s', async (hub) => {
    const desktop = await startDesktop(MIRROR);
    desktop.answerWith('cancel');
    expect(await desktop.setPreferences({ hub })).toMatchObject({ error: { code: 'MIRROR_REFUSED' } });
    expect(desktop.asked).toHaveLength(1);
  });

  it('is refused without a question where it is no address, or a question is open', async () => {
    const desktop = await startDesktop();
    desktop.answerWith('use');
    expect(await desktop.setPreferences({ hub: 'http://far.example' })).toMatchObject({
      error: { code: 'HUB_INVALID' },
    });
    expect(await desktop.setPreferences({ hub: 7 })).toMatchObject({ error: { code: 'PARAM_RANGE' } });
    expect(desktop.asked).toEqual([]);

    let answer: (button: { response: number }) => void = () => undefined;
    let count = 0;
    const isOpen = new Promise<void>((open) => {
      system.showMessageBox = () => {
        count += 1;
        open();
        if (count > 1) return Promise.resolve({ response: 1 });
        return new Promise((resolve) => {
          answer = resolve;
        });
      };
    });
    const first = desktop.setPreferences({ hub: MIRROR });
    await isOpen;
    const second = await desktop.setPreferences({ hub: 'https://evil.example' });
    answer({ response: 1 });
    expect([await first, second]).toMatchObject([{ ok: true }, { error: { code: 'MIRROR_REFUSED' } }]);
    expect([count, desktop.core.preferences]).toEqual([1, [{ hub: MIRROR }]]);
  });
});

describe('the access token that the desktop keeps', () => {
  it('is given out for the hub that it was saved for, also after a restart', async () => {
    const desktop = await startDesktop(`${MIRROR}/hf`);
    expect(await desktop.setToken('hf_secret')).toEqual({ ok: true, value: { isKept: true } });
    for (const one of [desktop, await startDesktop('https://evil.example')]) {
      expect(await one.hasTokenFor(HUGGING_FACE)).toBe(false);
      expect(await one.tokenFor(HUGGING_FACE)).toBeUndefined();
      expect(await one.tokenFor('https://evil.example')).toBeUndefined();
      expect(await one.hasTokenFor(MIRROR)).toBe(true);
      expect(await one.tokenFor(MIRROR)).toBe('hf_secret');
    }
    expect(await readFile(join(folder, 'hub-token'), 'utf8')).not.toContain('hf_secret');
  });

  it('of an earlier version is for Hugging Face', async () => {
    await writeFile(join(folder, 'hub-token'), Buffer.from('dlo_fh').toString('base64'));
    const desktop = await startDesktop(MIRROR);
    expect(await desktop.hasTokenFor(MIRROR)).toBe(false);
    expect(await desktop.tokenFor(MIRROR)).toBeUndefined();
    expect(await desktop.tokenFor(HUGGING_FACE)).toBe('hf_old');
  });

  it('believes what is encrypted, not the line beside it', async () => {
    await (await startDesktop(MIRROR)).setToken('hf_secret');
    const path = join(folder, 'hub-token');
    await writeFile(path, (await readFile(path, 'utf8')).replace(MIRROR, 'https://evil.example'));
    expect(await (await startDesktop()).tokenFor('https://evil.example')).toBeUndefined();
  });

  it('is forgotten when an empty one is saved', async () => {
    const desktop = await startDesktop();
    await desktop.setToken('hf_secret');
    await desktop.setToken('');
    expect(await desktop.tokenFor(HUGGING_FACE)).toBeUndefined();
    expect(await (await startDesktop()).hasTokenFor(HUGGING_FACE)).toBe(false);
  });
});
