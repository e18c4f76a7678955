import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { test as base, expect } from 'playwright/test';

const ROOT = join(import.meta.dirname, '..', '..');
export const SHOTS = join(ROOT, 'test-results', 'screenshots');

/** A start takes seconds, also on a machine that does much else. */
const LAUNCH_TIMEOUT_MS = 60_000;

export interface Desktop {
  app: ElectronApplication;
  page: Page;
}

export interface LaunchOptions {
  env?: Record<string, string>;
  profile?: string;
  /** For Chromium itself. */
  switches?: string[];
  /** With the steps of a very first start. */
  isFirst?: boolean;
}

/** How the built app is started on a profile of its own, as `npm start` would. */
export function startOf({ env, profile, switches }: LaunchOptions) {
  const executablePath = process.env.SOTTO_TEST_ELECTRON;
  if (executablePath === undefined) throw new Error('run the e2e tests with npm test');
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return {
    executablePath,
    // A display of its own has no GPU. Chromium would find out by a process that dies, while the page opens.
    args: [...(asRoot ? ['--no-sandbox'] : []), '--disable-gpu', ...(switches ?? []), ROOT],
    env: {
      ...(process.env as Record<string, string>),
      ...(profile && { SOTTO_USER_DATA: profile, SOTTO_DATA_DIR: join(profile, 'data') }),
      ...env,
    },
  };
}

/** Starts the app with a debugger that drives it. */
export async function launchDesktop(options: LaunchOptions = {}): Promise<Desktop> {
  const start = () => _electron.launch({ ...startOf(options), timeout: LAUNCH_TIMEOUT_MS });
  // The debugger can miss the app's start, once in some hundred times; the app itself is well.
  const app = await start().catch(start);
  await quitUnasked(app);
  return { app, page: await app.firstWindow() };
}

/** Tests end the app with chats in memory, and nobody is there to be asked whether to keep them. */
export async function quitUnasked(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ dialog }) => {
    const ask = dialog.showMessageBox.bind(dialog) as (...args: unknown[]) => Promise<unknown>;
    const answer = async (...args: unknown[]) => {
      const { type } = args.at(-1) as { type?: string };
      return type === 'warning' ? { response: 1, checkboxChecked: false } : ask(...args);
    };
    dialog.showMessageBox = answer as unknown as typeof dialog.showMessageBox;
  });
}

interface Fixtures {
  profile: string;
  launch: (options?: LaunchOptions) => Promise<Desktop>;
  desktop: Desktop;
}

/** A fresh profile and a running app for every test; whatever a test starts is ended after it. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: the form that Playwright wants
  profile: async ({}, use) => {
    const dir = await mkdtemp(join(tmpdir(), 'sotto-profile-'));
    await use(dir);
    await rm(dir, { recursive: true, force: true });
  },
  launch: async ({ profile }, use) => {
    const started: ElectronApplication[] = [];
    await use(async (options) => {
      if (options?.isFirst !== true) await leaveFirstSteps(profile);
      const desktop = await launchDesktop({ profile, ...options });
      started.push(desktop.app);
      return desktop;
    });
    for (const app of started) await app.close();
  },
  desktop: async ({ launch }, use) => {
    await use(await launch());
  },
});

/** As a user who has been through them. */
async function leaveFirstSteps(profile: string): Promise<void> {
  const path = join(profile, 'data', 'settings.json');
  const settings = JSON.parse(await readFile(path, 'utf8').catch(() => '{}'));
  await mkdir(join(profile, 'data'), { recursive: true });
  await writeFile(path, JSON.stringify({ ...settings, app: { ...settings.app, hasStarted: true } }));
}

export { expect };

/** The parts of the chat that a user sees, by what they are. */
export function chatOf(page: Page) {
  return {
    input: page.getByTestId('composer-input'),
    send: page.getByTestId('send'),
    stop: page.getByTestId('stop'),
    answers: page.getByTestId('message-assistant'),
    questions: page.getByTestId('message-user'),
    texts: page.getByTestId('answer-text'),
    /** Types a question and sends it with Enter. */
    ask: async (text: string) => {
      await page.getByTestId('composer-input').fill(text);
      await page.getByTestId('composer-input').press('Enter');
    },
  };
}

/** Waits until the answer of that number (from 0) has reached a state. */
export async function expectState(page: Page, index: number, state: string): Promise<void> {
  await expect(page.getByTestId('message-assistant').nth(index)).toHaveAttribute('data-state', state);
}
