import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { PASSPHRASE, setPassphrase } from '../support/passphrase.ts';
import { parseEvents, runCli } from '../support/run-cli.ts';
import { useTinyGemma } from '../support/tiny-gemma.ts';

const QUESTION = 'What is the capital of France?';
const LONG = 'Write a long story about the sea, the wind and an old boat.';

const lengthOf = async (page: Page) => (await chatOf(page).texts.first().textContent())?.length ?? 0;

/** Asks for a long answer and returns how it begins. */
async function beginLong(page: Page): Promise<string> {
  const chat = chatOf(page);
  await chat.ask(LONG);
  await expect.poll(() => lengthOf(page)).toBeGreaterThan(60);
  return (await chat.texts.first().textContent())?.slice(0, 60) ?? '';
}

/** The answer has grown since, and nothing has stopped it. */
async function expectGoneOn(page: Page, beginning: string): Promise<void> {
  const { texts, answers } = chatOf(page);
  await expect.poll(async () => (await texts.first().textContent())?.startsWith(beginning)).toBe(true);
  await expect.poll(() => lengthOf(page)).toBeGreaterThan(2 * beginning.length);
  await expect(answers.first()).toHaveAttribute('data-state', /^(streaming|complete|length)$/);
}

test('an answer goes on through a reload of the page, and can be stopped afterwards', async ({
  desktop: { page },
}) => {
  const beginning = await beginLong(page);
  await page.reload();
  await expectGoneOn(page, beginning);
  await chatOf(page).stop.click();
  await expectState(page, 0, 'stopped');
  await page.getByTestId('details-toggle').click();
  await expect(page.getByTestId('details')).toContainText(/Speed[1-9][\d.,]* tokens\/s/);
  await chatOf(page).ask(QUESTION);
  await expectState(page, 1, 'complete');
});

test('an answer goes on while another chat is shown', async ({ desktop: { page } }) => {
  const beginning = await beginLong(page);
  await page.getByTestId('new-chat').click();
  await expect(chatOf(page).answers).toHaveCount(0);
  await expect(page.getByTestId('chat-item')).toHaveAttribute('data-running', 'true');
  await page.getByTestId('chat-item').getByRole('button').first().click();
  await expectGoneOn(page, beginning);
});

test('an answer goes on while another place is shown', async ({ desktop: { page } }) => {
  const beginning = await beginLong(page);
  await page.getByTestId('place-models').click();
  await page.getByTestId('place-chat').click();
  await expectGoneOn(page, beginning);
});

test('an answer that a terminal asks for is written in the window at the same time', async ({
  launch,
  profile,
}) => {
  await useTinyGemma(profile);
  const { page } = await launch();
  await setPassphrase(page);
  const chat = chatOf(page);
  await chat.ask('What is Sotto?');
  await expectState(page, 0, 'complete');
  const env = {
    SOTTO_DATA_DIR: join(profile, 'data'),
    SOTTO_CACHE_DIR: join(profile, 'cache'),
    SOTTO_PASSPHRASE: PASSPHRASE,
  };
  const [{ id }] = JSON.parse((await runCli(['chats', 'list', '--json'], { env })).stdout);
  const asked = await runCli(['chat', '--continue', id, '--temperature', '0', '--json', 'Who are you?'], {
    env,
  });
  const events = parseEvents(asked.stdout) as Array<{ type: string; text?: string }>;
  const text = events.map((event) => event.text ?? '').join('');
  await expect(chat.texts.nth(1)).toHaveText(text.trim());
  await expectState(page, 1, 'complete');
});

const CLIP = join(import.meta.dirname, '..', 'native', 'fixtures', 'speech', 'amiable.wav');

/** A WAV file that takes a while to transcribe. */
async function writeLongSpeech(path: string): Promise<void> {
  const clip = await readFile(CLIP);
  const data = clip.indexOf('data') + 8;
  const sound = Buffer.concat(Array.from({ length: 60 }, () => clip.subarray(data)));
  const header = Buffer.from(clip.subarray(0, data));
  header.writeUInt32LE(header.length - 8 + sound.length, 4);
  header.writeUInt32LE(sound.length, data - 4);
  await writeFile(path, Buffer.concat([header, sound]));
}

test('a transcription and what waits behind it go on through a reload, another place and a second watcher', async ({
  desktop: { page },
  profile,
}) => {
  const long = join(profile, 'long.wav');
  await writeLongSpeech(long);
  const lines = page.getByTestId('segment-text');
  await page.getByTestId('place-transcribe').click();
  await page.locator('[data-testid="file-input"]').setInputFiles([long, CLIP]);
  await expect(lines.first()).toContainText('amiable');
  await page.reload();
  // Somebody else watches for a moment, and leaves.
  await page.evaluate(async () => {
    const { calls, streams } = window.sotto;
    const list = await calls['runs.list'](undefined);
    const run = list.ok ? list.value[0] : undefined;
    await new Promise<void>((resolve) => {
      const stream = streams['runs.attach']({ runId: run?.runId ?? '', from: 0 }, () => {
        stream.close();
        resolve();
      });
    });
  });
  await page.getByTestId('place-chat').click();
  await page.getByTestId('place-transcribe').click();
  const open = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await open('long');
  await expect(page.getByTestId('job-state').first()).toHaveText(/^Done/);
  expect(await lines.count()).toBeGreaterThan(20);
  await open('amiable');
  await expect(page.getByTestId('job-state').nth(1)).toHaveText(/^Done/);
  await expect(lines).toHaveText(/He might even have been made amiable himself\./);
});
