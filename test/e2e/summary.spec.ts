import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { look } from '../support/look.ts';
import { PASSPHRASE, unlock } from '../support/passphrase.ts';
import { seedLongChat } from '../support/seed-chats.ts';
import { useTinyGemma } from '../support/tiny-gemma.ts';

test('a chat that is too long is summed up, and the summary is read in its place', async ({
  launch,
  profile,
}) => {
  await seedLongChat(profile, PASSPHRASE, 120);
  await useTinyGemma(profile);
  const desktop = await launch();
  const { page } = desktop;
  await unlock(page);
  const chat = chatOf(page);
  await chat.ask('What is Sotto?');
  await expect(page.getByTestId('chat-notice')).toBeVisible({ timeout: 30_000 });
  await expect(chat.answers.last()).toHaveAttribute('data-state', /complete|length/, { timeout: 30_000 });
  await look(desktop, 'summary-offer');
  await page.getByTestId('summarise').click();
  await expect(page.getByTestId('summary-text')).toContainText(/\S/, { timeout: 60_000 });
  await look(desktop, 'summary');
  await expect(page.getByTestId('chat-notice')).toHaveCount(0);
  await chat.ask('Who are you?');
  await expect(chat.answers.last()).toHaveAttribute('data-state', /complete|length/, { timeout: 30_000 });
  // All that is read has room: nothing is left out.
  await expect(page.getByTestId('chat-notice')).toHaveCount(0);

  // It lasts, and can be taken back.
  await page.getByTestId('lock').click();
  await unlock(page);
  await page.getByTestId('summary').scrollIntoViewIfNeeded();
  await page.getByTestId('summary').locator('summary').click();
  await page.getByTestId('remove-summary').click();
  await expect(page.getByTestId('summary')).toHaveCount(0);
  await expectState(page, 0, 'complete');
});
