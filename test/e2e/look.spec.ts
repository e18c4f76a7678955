import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { answeringWith } from '../support/answering.ts';
import { chatOf, expect, expectState, SHOTS, test } from '../support/desktop.ts';
import { expectAccessible, look } from '../support/look.ts';

test('every state looks right and is accessible, light and dark', async ({ desktop }) => {
  const { page } = desktop;
  const chat = chatOf(page);
  await mkdir(SHOTS, { recursive: true });
  await expect(page.getByTestId('device-chip')).toHaveText(/CPU/);
  await look(desktop, 'empty');

  await chat.ask('What is the capital of France?');
  await expectState(page, 0, 'complete');
  await page.getByTestId('details-toggle').click();
  await look(desktop, 'answer');

  await chat.ask('Write a long story.');
  await expect.poll(async () => (await chat.texts.nth(1).textContent())?.length ?? 0).toBeGreaterThan(100);
  await chat.stop.click();
  await expectState(page, 1, 'stopped');
  await look(desktop, 'stopped');

  await chat.ask('many words here '.repeat(1500));
  await expectState(page, 2, 'failed');
  await look(desktop, 'error');

  await page.emulateMedia({ colorScheme: 'light', contrast: 'more', forcedColors: 'active' });
  await page.screenshot({ path: join(SHOTS, 'forced-colors.png') });
});

test('headings of an answer leave out no level, however it begins', async ({ launch, profile }) => {
  const text =
    '### Small first\n\nText.\n\n# Large\n\n#### Smallest\n\n> ## Quoted\n\nNote.[^1]\n\n[^1]: It.';
  const { page } = await launch({ env: await answeringWith(profile, text) });
  await chatOf(page).ask('0');
  await expectState(page, 0, 'complete');
  await expectAccessible(page, 'headings');
});
