import { chatOf, expect, test } from '../support/desktop.ts';
import { look } from '../support/look.ts';
import { choosePassphrase } from '../support/passphrase.ts';

test('the very first start has three steps, each of which can be left out', async ({ launch }) => {
  const desktop = await launch({ isFirst: true });
  const { page } = desktop;
  const steps = page.getByTestId('first-steps');
  await expect(steps).toBeVisible();
  await look(desktop, 'first-steps-1');
  await page.getByTestId('next-step').click();
  await look(desktop, 'first-steps-2');
  await page.getByTestId('next-step').click();
  await look(desktop, 'first-steps-3');
  await choosePassphrase(page);
  await expect(steps).toHaveCount(0);
  await expect(page.getByTestId('storage')).toHaveAttribute('data-state', 'open');
  await page.reload();
  await expect(page.getByTestId('composer-input')).toBeVisible();
  await expect(steps).toHaveCount(0);
});

test('settings hold at once and at the next start: colours, language, keys, backups', async ({ launch }) => {
  const desktop = await launch();
  const { app, page } = desktop;
  await expect(page.getByTestId('composer-input')).toBeFocused();
  await page.keyboard.press('Control+,');
  await look(desktop, 'settings');
  // The page's own view of it is the test driver's.
  const isDark = () => app.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors);
  await page.getByTestId('setting-app-theme').selectOption('dark');
  await expect.poll(isDark).toBe(true);
  await page.getByTestId('setting-app-theme').selectOption('light');
  await expect.poll(isDark).toBe(false);
  await page.getByTestId('setting-app-contrast').selectOption('more');
  await expect(page.locator('html')).toHaveAttribute('data-contrast', 'more');
  await look(desktop, 'settings-contrast');
  await page.getByTestId('setting-app-contrast').selectOption('system');

  await page.getByTestId('keys-newItem').click();
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('keys-taken')).toContainText('Find an action');
  await page.keyboard.press('Control+Shift+y');
  await expect(page.getByTestId('keys-newItem')).toHaveText('Ctrl+Shift+Y');

  await page.getByTestId('settings-passphrase').click();
  await choosePassphrase(page);
  await page.getByTestId('back-up').click();
  await expect(page.getByTestId('backup')).toHaveCount(1);
  await page.getByTestId('restore').click();
  await page.getByTestId('confirm-restore').click();
  await expect(page.getByTestId('confirm-restore')).toHaveCount(0);
  await look(desktop, 'settings-kept');

  await page.getByTestId('setting-app-language').selectOption('de');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.getByRole('heading', { level: 1, name: 'Einstellungen' })).toBeVisible();
  const menu = () => app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
  await expect.poll(menu).toContain('Bearbeiten');
  await app.close();

  const { page: again } = await launch();
  await expect(again.getByTestId('lock-screen')).toContainText('Sotto ist gesperrt');
});

test('the palette does by name what there is to do, with the keyboard alone', async ({ launch }) => {
  const desktop = await launch();
  const { page } = desktop;
  const chat = chatOf(page);
  await expect(page.getByTestId('composer-input')).toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(page.getByTestId('palette')).toBeFocused();
  await look(desktop, 'palette');
  await page.keyboard.type('models');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('place-models')).toHaveAttribute('aria-current', 'page');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('clinical');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('place-chat')).toHaveAttribute('aria-current', 'page');
  await expect(page.getByTestId('sample-prompt').first()).toContainText('SOAP');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('search everything');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('history-search')).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('palette')).toHaveCount(0);
  await expect(page.getByTestId('history-search')).toBeFocused();
  await expect(chat.answers).toHaveCount(0);
});

test('the window comes back where it was, with words as large as they were', async ({ launch }) => {
  const { app, page } = await launch();
  await expect(page.getByTestId('composer-input')).toBeFocused();
  await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.setBounds({ x: 60, y: 40, width: 1010, height: 700 });
    window?.webContents.setZoomLevel(1);
  });
  await expect.poll(() => page.evaluate(() => window.devicePixelRatio)).toBeGreaterThan(1);
  await app.close();
  const { app: second, page: again } = await launch();
  const bounds = await second.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
  expect(bounds).toMatchObject({ width: 1010, height: 700 });
  await expect.poll(() => again.evaluate(() => window.devicePixelRatio)).toBeGreaterThan(1);
});
