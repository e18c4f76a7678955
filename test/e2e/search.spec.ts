import type { Page } from 'playwright';
import { expect, test } from '../support/desktop.ts';
import { look } from '../support/look.ts';
import { PASSPHRASE, unlock } from '../support/passphrase.ts';
import { seedChats } from '../support/seed-chats.ts';

const CHATS = '[data-testid="chat-item"]';
const HITS = '[data-testid="search-hit"]';
const MODELS = 'li[data-testid^="model-"]';

/** The box around an element that scrolls. */
const boxOf = (page: Page, items: string) =>
  page
    .locator(items)
    .first()
    .evaluateHandle((element) => {
      let box = element.parentElement;
      while (box !== null && !/auto|scroll/.test(getComputedStyle(box).overflowY)) box = box.parentElement;
      if (box === null) throw new Error('nothing scrolls');
      return box;
    });

const placeOf = async (page: Page, items: string) =>
  (await boxOf(page, items)).evaluate(({ scrollTop, scrollLeft, scrollWidth, clientWidth }) => ({
    top: scrollTop,
    left: scrollLeft,
    sideways: getComputedStyle(document.body).overflowX === 'scroll' || scrollWidth > clientWidth,
  }));

const toEnd = async (page: Page, items: string) => {
  const box = await boxOf(page, items);
  await box.evaluate((element) => element.scrollTo({ top: 1e6, left: 1e6 }));
  expect(await box.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0);
};

const START = { top: 0, left: 0, sideways: false };

test('a search begins at its first hit, and no word of any length makes it scroll sideways', async ({
  launch,
  profile,
}) => {
  const endless = 'Donaudampfschifffahrt'.repeat(30);
  const texts = Array.from({ length: 60 }, (_, i) => `Dose ${i} of ${i % 2 ? endless : 'metoprolol'} today`);
  await seedChats(profile, PASSPHRASE, texts);
  const desktop = await launch();
  const { page } = desktop;
  await unlock(page);
  await toEnd(page, CHATS);
  await page.getByTestId('history-search').fill('dose');
  await expect(page.locator(HITS).first()).toBeVisible();
  expect(await placeOf(page, HITS)).toEqual(START);
  await look(desktop, 'search-long-words');
  await toEnd(page, HITS);
  await page.getByTestId('history-search').fill('metoprolol');
  await expect(page.locator(HITS).first()).toContainText('metoprolol');
  await expect.poll(() => placeOf(page, HITS), { timeout: 5000 }).toEqual(START);
  await toEnd(page, HITS);
  await page.getByTestId('kind-chats').click();
  await expect.poll(() => placeOf(page, HITS), { timeout: 5000 }).toEqual(START);
  await toEnd(page, HITS);
  await page.getByTestId('history-search').fill('');
  await expect.poll(() => placeOf(page, CHATS), { timeout: 5000 }).toEqual(START);
});

test('models that a search finds begin at the first one', async ({ desktop: { app, page } }) => {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(900, 600));
  await page.getByTestId('place-models').click();
  await page.getByTestId('shelf-chat').click();
  await toEnd(page, MODELS);
  await page.getByTestId('model-search').fill('e');
  await expect.poll(() => placeOf(page, MODELS), { timeout: 5000 }).toEqual(START);
  await toEnd(page, MODELS);
  await page.getByTestId('shelf-chat').click();
  await expect.poll(() => placeOf(page, MODELS), { timeout: 5000 }).toEqual(START);
});
