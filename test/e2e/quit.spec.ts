import type { ElectronApplication } from 'playwright';
import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { look } from '../support/look.ts';
import { choosePassphrase, unlock } from '../support/passphrase.ts';
import { useTinyGemma } from '../support/tiny-gemma.ts';

interface Asked {
  response: number;
  questions: Array<{ message: string; buttons: string[] }>;
}

/** In the place of the dialog: what it would ask, and what the user chooses. */
async function answerQuestions(app: ElectronApplication, response: number): Promise<void> {
  await app.evaluate(({ dialog }, choice) => {
    const asked = { response: choice, questions: [] } as Asked;
    (globalThis as { asked?: Asked }).asked = asked;
    dialog.showMessageBox = (async (_window: unknown, options: Asked['questions'][number]) => {
      asked.questions.push({ message: options.message, buttons: options.buttons });
      return { response: asked.response, checkboxChecked: false };
    }) as unknown as typeof dialog.showMessageBox;
  }, response);
}

const questionsOf = (app: ElectronApplication) =>
  app.evaluate(() => (globalThis as { asked?: Asked }).asked?.questions ?? []);
const closeWindow = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

test('closing with chats that are in memory only asks first, and leads to a passphrase that keeps them', async ({
  launch,
  profile,
}) => {
  await useTinyGemma(profile);
  const first = await launch();
  const { app, page } = first;
  await chatOf(page).ask('What is Sotto?');
  await expectState(page, 0, 'complete');

  await answerQuestions(app, 2);
  await closeWindow(app);
  await expect.poll(() => questionsOf(app)).toHaveLength(1);
  expect(await questionsOf(app)).toEqual([
    {
      message: 'Your chats are not saved.',
      buttons: ['Set a passphrase…', 'Quit without saving', 'Cancel'],
    },
  ]);
  await expect(chatOf(page).answers.first()).toBeVisible();

  await answerQuestions(app, 0);
  await closeWindow(app);
  await expect(page.getByTestId('passphrase-form')).toBeVisible();
  await look(first, 'quit-passphrase');
  await choosePassphrase(page);
  await expect(page.getByTestId('passphrase-form')).toHaveCount(0);
  // Kept now: nothing is asked any more.
  const ended = new Promise((resolve) => app.process().once('exit', resolve));
  await closeWindow(app);
  await ended;

  const second = await launch();
  await unlock(second.page);
  await expect(chatOf(second.page).questions.first()).toContainText('What is Sotto?');
});

test('an app in which nothing was written closes without a question', async ({ launch }) => {
  const { app, page } = await launch();
  await expect(chatOf(page).input).toBeVisible();
  await answerQuestions(app, 2);
  const ended = new Promise((resolve) => app.process().once('exit', resolve));
  await closeWindow(app);
  await ended;
});
