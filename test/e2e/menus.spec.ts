import type { ElectronApplication } from 'playwright';
import { chatOf, expect, test } from '../support/desktop.ts';
import { choosePassphrase } from '../support/passphrase.ts';

/** Presses an item of the application's menus. */
const press = (app: ElectronApplication, menu: string, item: string) =>
  app.evaluate(
    ({ Menu, BrowserWindow }, [menuName, itemName]) => {
      const top = Menu.getApplicationMenu()?.items.find(({ label }) => label === menuName);
      const found = top?.submenu?.items.find(({ label }) => label === itemName);
      if (found === undefined) throw new Error(`There is no ${itemName} in ${menuName}`);
      found.click({}, BrowserWindow.getAllWindows()[0], undefined);
    },
    [menu, item] as const,
  );

const windows = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()));

const closeWindow = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

/** Which button is pressed where the app asks before it quits. */
const answerWarnings = (app: ElectronApplication, response: number) =>
  app.evaluate(({ dialog }, choice) => {
    const answer = async () => ({ response: choice, checkboxChecked: false });
    dialog.showMessageBox = answer as unknown as typeof dialog.showMessageBox;
  }, response);

test('the menus lead to the places and do what the palette does, but not behind the lock', async ({
  launch,
}) => {
  const { app, page } = await launch();
  await expect(page.getByTestId('composer-input')).toBeFocused();
  await press(app, 'View', 'Models');
  await expect(page.getByTestId('place-models')).toHaveAttribute('aria-current', 'page');
  await press(app, 'File', 'Settings…');
  await expect(page.getByTestId('place-settings')).toHaveAttribute('aria-current', 'page');
  await press(app, 'Edit', 'Find an action');
  await expect(page.getByTestId('palette')).toBeFocused();
  await page.keyboard.press('Escape');
  await page.getByTestId('settings-passphrase').click();
  await choosePassphrase(page);
  // As soon as core tells that there is a passphrase.
  await expect(async () => {
    await press(app, 'File', 'Lock Sotto');
    await expect(page.getByTestId('lock-screen')).toBeVisible({ timeout: 1000 });
  }).toPass();
  await press(app, 'View', 'Models');
  await expect(page.getByTestId('lock-screen')).toBeVisible();
  await expect(page.getByTestId('place-models')).toHaveCount(0);
});

test('beside the clock Sotto goes on without its window, and shows it as it was', async ({ launch }) => {
  const { app, page } = await launch();
  const chat = chatOf(page);
  await chat.input.fill('What is half');
  await page.getByTestId('place-settings').click();
  await page.getByTestId('setting-app-tray').selectOption('on');
  await page.getByTestId('place-chat').click();
  // Core has kept it by the time that the page shows it; the host follows. Closed before that, it would ask about the draft.
  await answerWarnings(app, 2);
  await expect(async () => {
    await closeWindow(app);
    expect(await windows(app)).toEqual([false]);
  }).toPass();
  await app.evaluate(({ app: host }) => {
    host.emit('second-instance');
  });
  await expect.poll(() => windows(app)).toEqual([true]);
  await expect(chat.input).toHaveValue('What is half');

  await page.getByTestId('place-settings').click();
  await page.getByTestId('setting-app-tray').selectOption('off');
  await expect(page.getByTestId('setting-app-tray')).toHaveValue('off');
  await answerWarnings(app, 1);
  const ended = new Promise((resolve) => app.process().once('exit', resolve));
  await closeWindow(app).catch(() => undefined);
  await ended;
});
