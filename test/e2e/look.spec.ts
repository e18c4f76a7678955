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

test('formulas, thoughts and attached texts look right', async ({ launch, profile }) => {
  const text = [
    '<think>The area of a circle, then its half.</think>',
    'The area is \\(A = \\pi r^2\\), so half of it is',
    '',
    '\\[',
    '\\int_0^{\\pi} \\frac{r^2}{2}\\,\\mathrm{d}\\varphi = \\frac{\\pi r^2}{2}',
    '\\]',
    '',
    '| radius | half the area |',
    '|---|---|',
    '| $$1$$ | $$\\frac{\\pi}{2}$$ |',
  ].join('\n');
  const desktop = await launch({ env: await answeringWith(profile, text) });
  const { page } = desktop;
  await chatOf(page).ask('0');
  await expectState(page, 0, 'complete');
  await expect(page.locator('.katex').first()).toBeVisible();
  await page.getByTestId('thought').locator('summary').click();
  await page.getByTestId('attach-input').setInputFiles([
    { name: 'visit notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Visit\n\nAll well.\n') },
    { name: 'prices.csv', mimeType: 'text/csv', buffer: Buffer.from('a;1\nb;2\n') },
  ]);
  await expect(page.getByTestId('attachment')).toHaveCount(2);
  await look(desktop, 'formulas');
});

test('every place fits its words in every language', async ({ launch }) => {
  const desktop = await launch();
  const { page } = desktop;
  for (const language of ['de', 'fr', 'es', 'ja']) {
    await page.getByTestId('place-settings').click();
    await page.getByTestId('setting-app-language').selectOption(language);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    for (const place of ['chat', 'transcribe', 'models', 'personas', 'settings']) {
      await page.getByTestId(`place-${place}`).click();
      await page.screenshot({ path: join(SHOTS, `language-${language}-${place}.png`) });
      // Nothing is wider than the window.
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(`${language} ${place} ${wide}`).toBe(`${language} ${place} false`);
    }
    await expectAccessible(page, language);
  }
});
