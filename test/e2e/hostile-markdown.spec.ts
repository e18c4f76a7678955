import { answeringWith } from '../support/answering.ts';
import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { hostilePayloads } from '../support/hostile-markdown.ts';
import { findLeaks } from '../support/inspect-answer.ts';

/**
 * Answers in one conversation; then a reload shows them from core's memory instead of the stream. No more than are drawn
 * at once.
 */
const BATCH = 20;

test('hostile answers run nothing, fetch nothing, go nowhere', async ({ launch, profile }) => {
  const payloads = hostilePayloads();
  const env = await answeringWith(profile, ...payloads.map((payload) => payload.text));
  const { app, page } = await launch({ env });
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('app://sotto/')) foreign.push(request.url());
  });
  page.on('dialog', (dialog) => foreign.push(`dialog ${dialog.message()}`));
  page.on('pageerror', (error) => foreign.push(`error ${error.message}`));
  const url = page.url();
  const chat = chatOf(page);
  const leaks = () =>
    page.evaluate(
      // The function is sent as text: the page has no access to the test's modules.
      `(${findLeaks.toString()})(document.querySelector('main section'))`,
    );
  for (let start = 0; start < payloads.length; start += BATCH) {
    const batch = payloads.slice(start, start + BATCH);
    for (const [index] of batch.entries()) {
      await chat.ask(String(start + index));
      await expect(chat.answers).toHaveCount(index + 1);
      await expect(chat.send).toBeVisible();
    }
    await expectState(page, batch.length - 1, 'complete');
    expect(await withoutPage(leaks)).toEqual([]);
    await page.reload();
    await expectState(page, batch.length - 1, 'complete');
    expect(await withoutPage(leaks)).toEqual([]);
    await page.keyboard.press('Control+n');
    await expect(chat.answers).toHaveCount(0);
  }
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false);
  expect(foreign).toEqual([]);
  expect(page.url()).toBe(url);
  expect(app.windows()).toHaveLength(1);
});

/** Leaves out what is the page's own: roles and names of the conversation around the answers. */
async function withoutPage(leaks: () => Promise<unknown>): Promise<string[]> {
  const own = ['<article>', '<h2>'];
  return ((await leaks()) as string[]).filter(
    (leak) => !own.includes(leak) && !/^(button\[id=|(article|div)\[id=message-)/.test(leak),
  );
}

test('a link asks before it leaves', async ({ launch, profile }) => {
  const text = 'See [the page](https://example.org/a?b=c) and [this](http://plain.test).';
  const { app, page } = await launch({ env: await answeringWith(profile, text) });
  await app.evaluate(({ dialog, shell }) => {
    const seen: string[] = [];
    Object.assign(globalThis, { seen });
    dialog.showMessageBox = (async (_window: unknown, options: { detail: string }) => {
      seen.push(`asked ${options.detail}`);
      return { response: seen.length > 1 ? 1 : 0, checkboxChecked: false };
    }) as unknown as typeof dialog.showMessageBox;
    shell.openExternal = async (url) => {
      seen.push(`opened ${url}`);
    };
  });
  await chatOf(page).ask('0');
  await expectState(page, 0, 'complete');
  await expect(page.getByTestId('answer-text')).toContainText('(example.org)');
  await expect(page.getByTestId('answer-text')).toContainText('this (http://plain.test)');
  await expect(page.getByTestId('answer-text').getByRole('link')).toHaveCount(1);
  const seen = () => app.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
  await page.getByRole('link').click();
  await expect.poll(seen).toEqual(['asked https://example.org/a?b=c']);
  await page.getByRole('link').click();
  await expect
    .poll(seen)
    .toEqual([
      'asked https://example.org/a?b=c',
      'asked https://example.org/a?b=c',
      'opened https://example.org/a?b=c',
    ]);
});
