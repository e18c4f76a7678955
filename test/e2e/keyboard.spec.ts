import type { Page } from 'playwright';
import { expect, expectState, test } from '../support/desktop.ts';

/** What has the focus, by its test id or its text. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('data-testid') ?? element?.textContent ?? '';
  });
}

/** Presses Tab until the wanted element has the focus; fails when it is out of reach. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let i = 0; i < 40; i += 1) {
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
