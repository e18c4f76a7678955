import { join } from 'node:path';
import { expect, test } from '../support/desktop.ts';
import { look } from '../support/look.ts';
import { HEADS, pngOf } from '../support/picture-bombs.ts';
import { runCli } from '../support/run-cli.ts';
import { imagePath, TINY_VISION } from '../support/tiny-vision.ts';

const isFull = process.env.SOTTO_FAULTS === 'full';
/** Chromium takes minutes to make a drop of more by script; the test of the page itself drops 100,000. */
const FILES = 2_000;
/** Near the longest text that V8 holds, where there is time for it. */
const PASTED_CHARS = isFull ? 500_000_000 : 50_000_000;
const SIDE = isFull ? 60_000 : 20_000;

test('a drop of far too many files is cut, said, and leaves the window usable', async ({ desktop }) => {
  const { page } = desktop;
  // Before the page is there nobody takes what is dropped.
  await expect(page.getByTestId('composer-input')).toBeVisible();
  await page.evaluate((count) => {
    const dataTransfer = new DataTransfer();
    const file = new File(['x'], 'visit.wav', { type: 'audio/wav' });
    for (let at = 0; at < count; at += 1) dataTransfer.items.add(file);
    const init = { dataTransfer, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new DragEvent('dragover', init));
    document.body.dispatchEvent(new DragEvent('drop', init));
  }, FILES);
  await expect(page.getByTestId('error-code').first()).toHaveText('(FILES_TOO_MANY)');
  await expect(page.getByTestId('job-state')).toHaveCount(500);
  await look(desktop, 'too-many-files');
  await page.getByTestId('place-chat').click();
  await expect(page.getByTestId('composer-input')).toBeVisible();
});

test('a pasted text of hundreds of megabytes is refused, and the field goes on', async ({ desktop }) => {
  const { page } = desktop;
  const paste = (selector: string) =>
    page.evaluate(
      ([where, length]) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', 'x'.repeat(length));
        const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
        return document.querySelector(where)?.dispatchEvent(event);
      },
      [selector, PASTED_CHARS] as const,
    );
  await expect(page.getByTestId('composer-input')).toBeVisible();
  // False: the page kept the browser from inserting it.
  expect(await paste('[data-testid=composer-input]')).toBe(false);
  await expect(page.getByTestId('error-code')).toHaveText('(TEXT_TOO_LONG)');
  await page.getByTestId('place-personas').click();
  await page.getByTestId('new-persona').click();
  expect(await paste('main form input')).toBe(false);
  await expect(page.getByTestId('long-text')).toContainText('It was not inserted.');
  await look(desktop, 'long-text');
  await page.locator('main form input').first().fill('Short');
  await expect(page.getByTestId('long-text')).toHaveCount(0);
});

test('pictures that would take all memory are refused, and the next one is taken', async ({
  launch,
  profile,
}) => {
  const env = { SOTTO_DATA_DIR: join(profile, 'data'), SOTTO_CACHE_DIR: join(profile, 'cache') };
  const { stdout } = await runCli(['models', 'import', TINY_VISION], { env });
  expect((await runCli(['models', 'use', stdout.trim()], { env })).status).toBe(0);
  const { page } = await launch({ env });
  const input = page.getByTestId('attach-input');
  const bombs = [
    // Whole; its rows are up to 450 MB before they are packed.
    { name: 'whole.png', mimeType: 'image/png', buffer: pngOf(SIDE, SIDE) },
    { name: 'cut.png', mimeType: 'image/png', buffer: pngOf(640, 480).subarray(0, 40) },
    ...Object.entries(HEADS).map(([kind, head]) => ({
      name: `claims.${kind}`,
      mimeType: `image/${kind}`,
      buffer: head(60_000, 60_000),
    })),
  ];
  for (const bomb of bombs) {
    await input.setInputFiles(bomb);
    await expect(page.getByRole('alert')).toContainText(bomb.name);
    await expect(page.getByTestId('error-code')).toHaveText('(MEDIA_UNREADABLE)');
  }
  await input.setInputFiles(imagePath('red-circle.png'));
  await expect(page.getByTestId('attached-media')).toHaveText('red-circle.png');
});
