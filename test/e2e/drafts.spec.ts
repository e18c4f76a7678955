import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { look } from '../support/look.ts';
import { setPassphrase, unlock } from '../support/passphrase.ts';
import { useTinyGemma } from '../support/tiny-gemma.ts';

test('a draft and its files are there again after a lock and a restart, in their chat alone', async ({
  launch,
  profile,
}) => {
  await useTinyGemma(profile);
  const first = await launch();
  const { page } = first;
  const chat = chatOf(page);
  await chat.ask('What is Sotto?');
  await expectState(page, 0, 'complete');
  await setPassphrase(page);
  const files = [{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Of the first chat') }];
  await page.getByTestId('attach-input').setInputFiles(files);
  await expect(page.getByTestId('attachment')).toHaveCount(1);
  await chat.input.fill('Half a question');
  await page.getByTestId('new-chat').click();
  await expect(chat.input).toHaveValue('');
  await expect(page.getByTestId('attachment')).toHaveCount(0);
  await chat.input.fill('Another one');
  await expect(page.getByTestId('chat-draft')).toHaveCount(1);
  await look(first, 'drafts');

  await page.getByTestId('lock').click();
  await unlock(page);
  await expect(chat.input).toHaveValue('Another one');
  await chat.input.press('End');
  await chat.input.pressSequentially('!');
  // At once: what was typed last is on its way.
  await first.app.close();

  const second = await launch();
  await unlock(second.page);
  await expect(chatOf(second.page).input).toHaveValue('Another one!');
  await second.page.getByTestId('chat-item').filter({ hasText: 'What is Sotto?' }).click();
  await expect(chatOf(second.page).input).toHaveValue('Half a question');
  await expect(second.page.getByTestId('attachment')).toContainText('notes.txt');
});
