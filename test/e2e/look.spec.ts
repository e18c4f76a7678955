import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { chatOf, type Desktop, expect, expectState, SHOTS, test } from '../support/desktop.ts';

const SIZES = [
  [1280, 800],
  [900, 600],
] as const;

async function resize({ app }: Desktop, width: number, height: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w ?? 0, h ?? 0),
    [width, height],
  );
}

/** axe in this Electron must run in the page itself: it cannot open the blank page that it would use. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(found, name).toEqual([]);
}

/** Pictures and an accessibility check of a state, in both themes and sizes. */
async function look(desktop: Desktop, name: string): Promise<void> {
  const { page } = desktop;
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const [width, height] of SIZES) {
      await resize(desktop, width, height);
      await page.waitForFunction((w) => window.innerWidth === w, width);
      await page.screenshot({ path: join(SHOTS, `${name}-${theme}-${width}.png`) });
    }
    await expectAccessible(page, `${name} ${theme}`);
  }
}

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
