import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { PASSPHRASE } from '../support/passphrase.ts';
import { useTinyGemma } from '../support/tiny-gemma.ts';

/** What has the focus, by its test id or its text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('data-testid') ?? element?.textContent ?? '';
  });
}

/** Presses Tab until the wanted element has the focus; fails when it is out of reach. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let i = 0; i < 80; i += 1) {
    if ((await focused(page)).includes(wanted)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${wanted} cannot be reached with Tab`);
}

test('everything can be done with the keyboard alone', async ({ desktop: { page } }) => {
  await expect(page.getByTestId('composer-input')).toBeFocused();
  await page.keyboard.type('What is the capital of France?');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('Answer in one word.');
  await page.keyboard.press('Enter');
  await expectState(page, 0, 'complete');
  await expect(page.getByTestId('message-user')).toContainText('Answer in one word.');
  await expect(page.getByTestId('composer-input')).toBeFocused();

  await tabTo(page, 'details-toggle');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('details')).toBeVisible();

  await tabTo(page, 'composer-input');
  await page.keyboard.type('Write a long story about the sea, the wind and an old boat.');
  await page.keyboard.press('Enter');
  await expect
    .poll(async () => (await page.getByTestId('answer-text').nth(1).textContent())?.length ?? 0)
    .toBeGreaterThan(4);
  await page.keyboard.press('Escape');
  await expectState(page, 1, 'stopped');

  await page.keyboard.press('Control+n');
  await expect(page.getByTestId('sample-prompt')).toHaveCount(3);
  await tabTo(page, 'sample-prompt');
});

test('so can what lasts: first steps, branches, search, folders, export, personas, settings and the lock', async ({
  launch,
  profile,
}) => {
  await useTinyGemma(profile);
  const { app, page } = await launch({ isFirst: true });
  const chat = chatOf(page);
  const { keyboard } = page;
  const press = async (testId: string, key = 'Enter') => {
    await tabTo(page, testId);
    await keyboard.press(key);
  };
  const typeInto = async (testId: string, text: string) => {
    await tabTo(page, testId);
    await keyboard.type(text);
  };

  await press('next-step');
  await press('next-step');
  await typeInto('passphrase-next', PASSPHRASE);
  await typeInto('passphrase-again', PASSPHRASE);
  await keyboard.press('Enter');
  await expect(page.getByTestId('storage')).toHaveAttribute('data-state', 'open');

  await typeInto('composer-input', 'What is Sotto?');
  await keyboard.press('Enter');
  await expectState(page, 0, 'complete');
  await press('edit-question');
  await expect(page.getByTestId('question-editor')).toBeFocused();
  await keyboard.press('Control+a');
  await keyboard.type('Who are you?');
  await press('send-edited');
  await expect(chat.answers.first()).toContainText('I am a tiny test model of Sotto.');
  await press('previous-version');
  await expect(chat.answers.first()).toContainText('Sotto is private AI');

  await keyboard.press('Control+n');
  await typeInto('composer-input', 'What is INT4?');
  await keyboard.press('Enter');
  await expect(page.getByTestId('chat-item')).toHaveCount(2);
  await expectState(page, 0, 'complete');
  await keyboard.press('Control+Shift+f');
  await keyboard.type('tiny te');
  await expect(page.getByTestId('search-hit')).toHaveCount(1);
  await press('search-hit');
  await expect(chat.answers.first()).toContainText('tiny test model');
  await tabTo(page, 'history-search');
  await keyboard.press('Control+a');
  await keyboard.press('Delete');

  // Into a folder, out to a file, deleted and had back.
  await press('chat-actions');
  await press('chat-folder');
  await typeInto('chat-folder-field', 'Work');
  await keyboard.press('Enter');
  await expect(page.getByTestId('folder')).toHaveCount(1);
  const path = join(profile, 'chat.md');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
  await press('chat-actions');
  await press('chat-exportMd');
  await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toMatch(/^# /);
  await press('chat-actions');
  await press('chat-delete');
  await expect(page.getByTestId('chat-item')).toHaveCount(1);
  await press('undo-delete');
  await expect(page.getByTestId('chat-item')).toHaveCount(2);

  await keyboard.press('Control+4');
  await press('new-persona');
  await typeInto('persona-name', 'Poet');
  await typeInto('persona-system', 'Answer in verse.');
  await press('save-persona');
  await expect(page.getByTestId('persona').filter({ hasText: 'Poet' })).toBeVisible();

  await keyboard.press('Control+,');
  await press('back-up');
  await expect(page.getByTestId('backup')).toHaveCount(1);

  await keyboard.press('Control+k');
  await keyboard.type('lock');
  await keyboard.press('Enter');
  await expect(page.getByTestId('lock-screen')).toBeVisible();
  await typeInto('passphrase-unlock', PASSPHRASE);
  await keyboard.press('Enter');
  await expect(page.getByTestId('lock-screen')).toHaveCount(0);
  await keyboard.press('Control+1');
  await expect(page.getByTestId('chat-item')).toHaveCount(2);
});
