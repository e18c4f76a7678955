import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { filesWith } from '../support/files-with.ts';
import { look } from '../support/look.ts';
import { PASSPHRASE, setPassphrase, unlock } from '../support/passphrase.ts';
import { seedLongChat } from '../support/seed-chats.ts';
import { useTinyGemma } from '../support/tiny-gemma.ts';

test('what is written, branched and found is there after a restart, and nowhere to be read', async ({
  launch,
  profile,
}) => {
  await useTinyGemma(profile);
  const first = await launch();
  const { page } = first;
  const chat = chatOf(page);
  // No secret store on this machine: nothing is kept until there is a passphrase, and it says so.
  await expect(page.getByTestId('storage')).toHaveAttribute('data-state', 'memory');
  await chat.ask('What is Sotto?');
  await expectState(page, 0, 'complete');
  await look(first, 'history-memory');
  await setPassphrase(page);

  // Asked otherwise: the other question stays beside it.
  await page.getByTestId('message-user').hover();
  await page.getByTestId('edit-question').click();
  await look(first, 'history-edit');
  await page.getByTestId('question-editor').fill('Who are you?');
  await page.getByTestId('send-edited').click();
  await expect(chat.answers).toHaveCount(1);
  await expect(chat.answers.first()).toContainText('I am a tiny test model of Sotto.');
  await expect(page.getByTestId('versions')).toContainText('1/2'.replace('1', '2'));
  await page.getByTestId('previous-version').click();
  await expect(chat.answers.first()).toContainText('Sotto is private AI');

  await page.getByTestId('new-chat').click();
  await chat.ask('What is INT4?');
  await expectState(page, 0, 'complete');
  await expect(page.getByTestId('chat-item')).toHaveCount(2);

  // Found in a branch that is not shown, in a chat that is not open.
  await page.getByTestId('history-search').fill('tiny te');
  await expect(page.getByTestId('search-hit')).toHaveCount(1);
  await look(first, 'history-search');
  await page.getByTestId('search-hit').click();
  await expect(chat.answers.first()).toContainText('I am a tiny test model');
  await page.getByTestId('history-search').fill('');

  // Deleted, and taken back.
  const int4 = page.getByTestId('chat-item').filter({ hasText: 'INT4' });
  await int4.hover();
  await int4.getByTestId('chat-actions').click();
  await look(first, 'history-actions');
  await int4.getByTestId('chat-delete').click();
  await expect(page.getByTestId('chat-item')).toHaveCount(1);
  await page.getByTestId('undo-delete').click();
  await expect(page.getByTestId('chat-item')).toHaveCount(2);
  await look(first, 'history');

  // Locked: nothing of it is in the page any more.
  await page.getByTestId('lock').click();
  await expect(page.getByTestId('lock-screen')).toBeVisible();
  expect(await page.content()).not.toContain('INT4');
  await look(first, 'history-locked');
  await page.getByTestId('passphrase-unlock').fill('not this one');
  await page.getByTestId('unlock').click();
  await expect(page.getByTestId('error-code')).toContainText('AUTH_WRONG');
  await unlock(page);
  await expect(page.getByTestId('chat-item')).toHaveCount(2);
  await first.app.close();

  for (const secret of ['private AI on your', 'tiny test model of', 'What is INT4', PASSPHRASE]) {
    expect(filesWith(profile, secret)).toEqual([]);
  }
  const second = await launch();
  await expect(second.page.getByTestId('lock-screen')).toBeVisible();
  await unlock(second.page);
  await expect(second.page.getByTestId('chat-item')).toHaveCount(2);
  await second.page.getByText('What is Sotto?').first().click();
  await expect(chatOf(second.page).answers.first()).toBeVisible();
});

test('a chat of 5,000 messages opens at its end, and what was before it comes in sight by sight', async ({
  launch,
  profile,
}) => {
  await seedLongChat(profile, PASSPHRASE, 5000);
  const { page } = await launch();
  await unlock(page);
  const answers = chatOf(page).answers;
  await expect(answers.last()).toContainText('Answer 4999');
  expect(await answers.count()).toBeLessThan(100);
  const first = answers.first();
  const before = await first.textContent();
  for (let i = 0; i < 5; i += 1) {
    await page.getByTestId('message-user').first().scrollIntoViewIfNeeded();
    await page.waitForTimeout(100);
  }
  await expect.poll(() => first.textContent()).not.toBe(before);
  // Found far back: drawn, and in sight.
  await page.getByTestId('history-search').fill('"Question 100?"');
  await page.getByTestId('search-hit').first().click();
  await expect(page.getByText('Question 100?', { exact: true })).toBeInViewport();
});

test('a screen that is locked locks the chats; chats of another program come in', async ({
  launch,
  profile,
}) => {
  const { app, page } = await launch();
  await setPassphrase(page);
  await app.evaluate(({ powerMonitor }) => powerMonitor.emit('lock-screen'));
  await expect(page.getByTestId('lock-screen')).toBeVisible();
  await unlock(page);

  // What another program exported comes in.
  const path = join(profile, 'export.json');
  const chats = [{ title: 'From elsewhere', messages: [{ role: 'user', text: 'Hello from there' }] }];
  await writeFile(path, JSON.stringify({ version: 1, chats }));
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, path);
  await page.getByTestId('import-chats').click();
  await page.getByTestId('chat-item').getByText('From elsewhere').click();
  await expect(page.getByTestId('message-user')).toContainText('Hello from there');
});
