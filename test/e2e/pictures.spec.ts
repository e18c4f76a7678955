import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { filesWith } from '../support/files-with.ts';
import { look } from '../support/look.ts';
import { runCli } from '../support/run-cli.ts';
import { imagePath, SEEN, TINY_VISION } from '../support/tiny-vision.ts';

const answerTo = (name: string, at = 0) => SEEN[name]?.[at] ?? { question: '', answer: '' };

test('a picture goes along with a question, is looked at, kept, and there at the next start', async ({
  launch,
  profile,
}) => {
  const env = { SOTTO_DATA_DIR: join(profile, 'data'), SOTTO_CACHE_DIR: join(profile, 'cache') };
  const first = await launch({ env });
  const { page, app } = first;
  // The built-in model reads text only, which is said before anything is sent.
  await page.getByTestId('attach-input').setInputFiles(imagePath('red-circle.png'));
  await expect(page.getByTestId('error-code')).toHaveText('(MEDIA_UNSUPPORTED)');
  await expect(page.getByTestId('attached-media')).toHaveCount(0);
  await look(first, 'picture-refused');
  await app.close();

  const imported = await runCli(['models', 'import', TINY_VISION], { env });
  expect(imported.status).toBe(0);
  expect((await runCli(['models', 'use', imported.stdout.trim()], { env })).status).toBe(0);
  const second = await launch({ env });
  const { page: again } = second;
  const seeing = chatOf(again);
  const red = answerTo('red-circle.png');
  await again.getByTestId('attach-input').setInputFiles(imagePath('red-circle.png'));
  await expect(again.getByTestId('attached-media')).toHaveText('red-circle.png');
  await look(second, 'picture-attached');
  await seeing.input.fill(red.question);
  await seeing.input.press('Enter');
  await expect(seeing.answers).toHaveCount(1);
  await expectState(again, 0, 'complete');
  await expect(seeing.answers.last()).toContainText(red.answer);
  const shown = again.getByTestId('message-picture');
  await expect(shown).toHaveAttribute('alt', 'Picture: red-circle.png');
  // It is drawn, and not only an element.
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await look(second, 'picture-answered');

  // It is in the PDF as well.
  const pdf = join(profile, 'chat.pdf');
  await second.app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: path });
  }, pdf);
  await again.getByTestId('chat-actions').first().click();
  await again.getByTestId('chat-exportPdf').first().click();
  await expect.poll(() => readFile(pdf, 'latin1').catch(() => '')).toContain('/Subtype /Image');

  await again.getByTestId('place-models').click();
  await expect(again.getByTestId(`model-${imported.stdout.trim()}`)).toContainText('sees pictures');
  await look(second, 'picture-model');
  await again.getByTestId('place-chat').click();

  // Another picture in the same conversation.
  const blue = answerTo('blue-square.jpg');
  await again.getByTestId('attach-input').setInputFiles(imagePath('blue-square.jpg'));
  await expect(again.getByTestId('attached-media')).toHaveCount(1);
  await seeing.input.fill(blue.question);
  await seeing.input.press('Enter');
  await expect(seeing.answers).toHaveCount(2);
  await expectState(again, 1, 'complete');
  await expect(seeing.answers.last()).toContainText(blue.answer);
  await again.reload();
  await expect(again.getByTestId('message-picture')).toHaveCount(2);
  expect(filesWith(profile, 'red-circle.png')).toEqual([]);
});
