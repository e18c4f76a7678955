import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { type Desktop, expect, SHOTS } from './desktop.ts';

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
export async function expectAccessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(found, name).toEqual([]);
}

/** Pictures and an accessibility check of a state, in both themes and sizes. */
export async function look(desktop: Desktop, name: string): Promise<void> {
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
