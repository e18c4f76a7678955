import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chatOf, expect, test } from '../support/desktop.ts';
import { look } from '../support/look.ts';
import { useTinyGemma } from '../support/tiny-gemma.ts';

test('a persona is written, answers, and goes to another machine; a prompt asks for what it leaves open', async ({
  launch,
  profile,
}) => {
  await useTinyGemma(profile);
  const desktop = await launch();
  const { app, page } = desktop;
  const chat = chatOf(page);
  await look(desktop, 'personas-picker');
  await page.getByText('Clinical notes').first().click();
  await expect(page.getByTestId('sample-prompt').first()).toContainText('SOAP');
  await look(desktop, 'personas-chosen');
  await page.getByTestId('sample-prompt').first().click();
  await expect(page.getByTestId('composer-input')).toHaveValue(/^Write a SOAP note from this transcript: $/);
  await page.getByTestId('composer-input').fill('');

  await page.getByTestId('place-personas').click();
  await look(desktop, 'personas');
  await page.getByTestId('new-persona').click();
  await page.getByTestId('persona-name').fill('Poet');
  await page.getByTestId('persona-system').fill('Answer in verse.');
  await page.getByTestId('persona-starters').fill('What is Sotto?');
  await page.getByTestId('persona-temperature').fill('9');
  await page.getByTestId('save-persona').click();
  await expect(page.getByTestId('error-code')).toHaveText('(PARAM_RANGE)');
  await look(desktop, 'persona-editor');
  await page.getByTestId('persona-temperature').fill('0');
  await page.getByTestId('save-persona').click();
  const mine = page.getByTestId('persona').filter({ hasText: 'Poet' });
  await mine.getByTestId('chat-with').click();
  await page.getByTestId('sample-prompt').click();
  await expect(chat.answers.last()).toContainText('Sotto');
  await expect(page.getByTestId('persona-select')).toHaveValue(/.+/);
  await look(desktop, 'personas-header');

  // The same question to the other model that is here; both answers stand beside each other.
  await page.getByTestId('again-with').selectOption({ index: 1 });
  await expect(page.getByTestId('compare')).toBeVisible();
  await page.getByTestId('compare').click();
  await expect(page.getByTestId('compared').locator('section')).toHaveCount(2);
  await look(desktop, 'compare');

  // A prompt, by the keyboard alone.
  await page.getByTestId('composer-input').focus();
  await page.keyboard.press('/');
  await page.keyboard.type('sum');
  await look(desktop, 'prompt-menu');
  await page.keyboard.press('Enter');
  await page.keyboard.type('3');
  await look(desktop, 'prompt-variables');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Long story.');
  await page.getByTestId('insert-prompt').click();
  await expect(page.getByTestId('composer-input')).toHaveValue(/in 3 points, .*\n\nLong story\.$/s);
  await expect(page.getByTestId('composer-input')).toBeFocused();

  // A chat as a PDF.
  const pdf = join(profile, 'chat.pdf');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, pdf);
  await page.getByTestId('chat-actions').first().click();
  await page.getByTestId('chat-exportPdf').first().click();
  await expect.poll(() => readFile(pdf, 'latin1').catch(() => '')).toMatch(/^%PDF-[\s\S]*%%EOF\s*$/);
  expect(app.windows()).toHaveLength(1);

  // Out and in again; the question before something goes.
  const path = join(profile, 'personas.json');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, path);
  await page.getByTestId('place-personas').click();
  await page.getByTestId('export-personas').click();
  await mine.getByTestId('remove').click();
  await mine.getByTestId('confirm-remove').click();
  await expect(mine).toHaveCount(0);
  await page.getByTestId('personas-file').setInputFiles(path);
  await expect(mine).toHaveCount(1);
  await writeFile(path, 'no personas');
  await page.getByTestId('personas-file').setInputFiles(path);
  await expect(page.getByTestId('error-code')).toHaveText('(IMPORT_FORMAT)');
});
