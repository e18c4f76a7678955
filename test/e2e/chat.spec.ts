import { answeringWith } from '../support/answering.ts';
import { findEngine, killCore } from '../support/app-processes.ts';
import { chatOf, expect, expectState, test } from '../support/desktop.ts';

const QUESTION = 'What is the capital of France?';
const LONG = 'Write a long story about the sea, the wind and an old boat.';

test('answers a real question and shows its figures on demand', async ({ desktop: { page } }) => {
  const chat = chatOf(page);
  await expect(page.getByTestId('starter-note')).toBeVisible();
  await expect(page.getByTestId('model-chip')).toContainText('SmolLM2');
  await chat.ask(QUESTION);
  await expectState(page, 0, 'complete');
  await expect(chat.texts.first()).toContainText('Paris');
  await expect(page.getByTestId('device-chip')).toHaveText(/CPU/);
  await page.getByTestId('details-toggle').click();
  await expect(page.getByTestId('details')).toContainText(/[1-9][\d.,]* tokens\/s/);
  await expect(page.getByTestId('details')).toContainText('of 2,048 tokens');
});

test('copies an answer as it was written to the clipboard', async ({ launch, profile }) => {
  const text = '# Title\n\n**bold**, `code` and [a link](https://example.org/)\n\n- ünï ☑\n';
  const { app, page } = await launch({ env: await answeringWith(profile, text) });
  const chat = chatOf(page);
  // What lay there before must not be taken for the copy.
  await app.evaluate(({ clipboard }) => clipboard.writeText('something else'));
  await chat.ask('0');
  await expectState(page, 0, 'complete');
  await page.getByRole('button', { name: 'Copy answer' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await app.evaluate(({ clipboard }) => clipboard.readText())).toBe(text);
});

test('grows while it comes, stops, and goes on', async ({ desktop: { page } }) => {
  const chat = chatOf(page);
  await chat.ask(LONG);
  const lengths = new Set<number>();
  await expect
    .poll(async () => {
      lengths.add((await chat.texts.first().textContent())?.length ?? 0);
      return lengths.size;
    })
    .toBeGreaterThan(5);
  await expect(chat.input).toBeEditable();
  await chat.stop.click();
  await expectState(page, 0, 'stopped');
  const kept = await chat.texts.first().textContent();
  expect(kept?.length).toBeGreaterThan(10);
  await page.getByTestId('details-toggle').click();
  await expect(page.getByTestId('details')).toContainText(/Speed[1-9][\d.,]* tokens\/s/);
  await expect(page.getByTestId('details')).toContainText(/Length[1-9]\d* tokens/);
  await chat.ask(QUESTION);
  await expectState(page, 1, 'complete');
  await expect(chat.texts.nth(1)).toContainText('Paris');
  await expect(chat.texts.first()).toHaveText(kept ?? '');
});

test('keeps the part that came when the engine is killed, and answers again', async ({
  desktop: { app, page },
}) => {
  const chat = chatOf(page);
  await chat.ask(LONG);
  await expect.poll(async () => (await chat.texts.first().textContent())?.length ?? 0).toBeGreaterThan(40);
  process.kill(findEngine(app.process().pid), 'SIGKILL');
  await expectState(page, 0, 'failed');
  await expect(page.getByTestId('error-code')).toHaveText('(ENGINE_CRASHED)');
  expect((await chat.texts.first().textContent())?.length).toBeGreaterThan(40);
  await page.getByTestId('retry').click();
  await expectState(page, 0, 'streaming');
  await expect.poll(async () => (await chat.texts.first().textContent())?.length ?? 0).toBeGreaterThan(40);
  await page.keyboard.press('Escape');
  await expectState(page, 0, 'stopped');
  await chat.ask(QUESTION);
  await expectState(page, 1, 'complete');
});

test('survives the death of core', async ({ desktop: { app, page } }) => {
  const chat = chatOf(page);
  await chat.ask(LONG);
  await expect.poll(async () => (await chat.texts.first().textContent())?.length ?? 0).toBeGreaterThan(40);
  killCore(app.process().pid);
  await expectState(page, 0, 'failed');
  expect((await chat.texts.first().textContent())?.length).toBeGreaterThan(40);
  await page.getByTestId('new-chat').click();
  // Core has just been started again: the new chat may take a moment, and Enter means nothing before it is there.
  await expect(chat.answers).toHaveCount(0);
  await chat.ask(QUESTION);
  await expectState(page, 0, 'complete');
  await expect(chat.texts.first()).toContainText('Paris');
});

test('a page that dies is loaded anew, and the chat is still there', async ({ desktop: { app, page } }) => {
  const chat = chatOf(page);
  await chat.ask(QUESTION);
  await expectState(page, 0, 'complete');
  await app.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const loaded = new Promise<void>((resolve) => {
      window?.webContents.once('did-finish-load', () => resolve());
    });
    window?.webContents.forcefullyCrashRenderer();
    await loaded;
  });
  // The debugger loses a page that dies, so the window itself is asked.
  const answerInWindow = () =>
    app.evaluate(
      ({ BrowserWindow }, code) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code),
      `document.querySelector('[data-testid="answer-text"]')?.textContent ?? ''`,
    );
  await expect.poll(answerInWindow).toContain('Paris');
});

test('a prompt that does not fit gets an error with one action, and the chat goes on', async ({
  desktop: { page },
}) => {
  const chat = chatOf(page);
  await chat.ask('many words here '.repeat(1500));
  await expectState(page, 0, 'failed');
  await expect(page.getByTestId('error-code')).toHaveText('(CONTEXT_FULL)');
  await page.getByRole('alert').getByRole('button', { name: 'New chat' }).click();
  await expect(page.getByTestId('sample-prompt')).toHaveCount(3);
  await page.getByTestId('sample-prompt').first().click();
  await expectState(page, 0, 'complete');
});

test('runs core and engine as utility processes too', async ({ launch }) => {
  const { page } = await launch({ env: { SOTTO_PROCESS_FORM: 'utility' } });
  const chat = chatOf(page);
  await chat.ask(QUESTION);
  await expectState(page, 0, 'complete');
  await expect(chat.texts.first()).toContainText('Paris');
  await chat.ask(LONG);
  await expect.poll(async () => (await chat.texts.nth(1).textContent())?.length ?? 0).toBeGreaterThan(40);
  await page.keyboard.press('Escape');
  await expectState(page, 1, 'stopped');
  await chat.ask(QUESTION);
  await expectState(page, 2, 'complete');
});
