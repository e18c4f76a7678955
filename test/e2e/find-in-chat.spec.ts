import { answeringWith } from '../support/answering.ts';
import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { look } from '../support/look.ts';

test('Ctrl+F finds words in the chat, and a "/" is a letter as well as the way to the prompts', async ({
  launch,
  profile,
}) => {
  const desktop = await launch({
    env: await answeringWith(profile, 'The quick brown fox jumps.\n\nA **fox** again.'),
  });
  const { page } = desktop;
  const chat = chatOf(page);
  await chat.ask('0');
  await expectState(page, 0, 'complete');
  await page.keyboard.press('Control+f');
  await page.getByTestId('chat-find').fill('fox');
  await expect(page.getByTestId('chat-find-count')).toHaveText('1 of 1');
  const marks = () =>
    page.evaluate(() => {
      const { highlights } = CSS as unknown as { highlights: Map<string, { size: number }> };
      return highlights.get('found')?.size ?? 0;
    });
  await expect.poll(marks).toBe(2);
  await look(desktop, 'find-in-chat');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('chat-find')).toHaveCount(0);

  await chat.input.focus();
  await page.keyboard.type('/');
  await expect(page.getByTestId('prompt-item').first()).toBeVisible();
  await look(desktop, 'slash-menu');
  await page.keyboard.type('usr/bin is full');
  await expect(chat.input).toHaveValue('/usr/bin is full');

  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'a.pdf', { type: 'application/pdf' }));
    dataTransfer.items.add(new File(['x'], 'a.mp3', { type: 'audio/mpeg' }));
    dataTransfer.items.add(new File(['x'], 'a.txt', { type: 'text/plain' }));
    window.dispatchEvent(new DragEvent('dragover', { dataTransfer, cancelable: true }));
  });
  await expect(page.getByTestId('drop-target').locator('p')).toHaveCount(3);
  await look(desktop, 'drop');
});
