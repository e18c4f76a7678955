// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { MESSAGE_LIMIT_CHARS } from '../../../contract/limits.ts';
import {
  isTextFile,
  LONG_PASTE_CHARS,
  withAttachments,
} from '../../../renderer/features/chat/attachments.ts';
import { closePage, openPage, type Page, STARTED } from './page.tsx';

afterEach(() => {
  closePage();
});

const file = (name: string, content: string | Uint8Array<ArrayBuffer>, type = '') =>
  new File([content], name, { type });
const choose = async (page: Page, ...files: File[]) => {
  await page.user.upload(screen.getByTestId('attach-input'), files);
};
const paste = (text: string) =>
  act(async () => {
    fireEvent.paste(screen.getByTestId('composer-input'), {
      clipboardData: { getData: () => text, files: [] },
    });
  });
const sent = (page: Page) => page.core.last().input.action;

describe('a text that goes along', () => {
  it('is sent after what was written, in a fence that it cannot close, and is gone then', async () => {
    const page = await openPage();
    await choose(page, file('notes.md', 'one\n```js\ntwo\n```\n'), file('a.py', 'print(1)\n'));
    await waitFor(() => expect(screen.getAllByTestId('attachment')).toHaveLength(2));
    await page.user.type(screen.getByTestId('composer-input'), 'Sum up{Enter}');
    expect(sent(page)).toEqual({
      type: 'ask',
      text: 'Sum up\n\nnotes.md:\n````\none\n```js\ntwo\n```\n````\n\na.py:\n```\nprint(1)\n```',
    });
    await page.say(STARTED);
    expect(screen.queryByTestId('attachment')).toBeNull();
    expect((screen.getByTestId('composer-input') as HTMLTextAreaElement).value).toBe('');
  });

  it('stays, with what was written, where the question is refused', async () => {
    const page = await openPage();
    await choose(page, file('notes.md', 'one'));
    await waitFor(() => expect(screen.getAllByTestId('attachment')).toHaveLength(1));
    await page.user.type(screen.getByTestId('composer-input'), 'Sum up{Enter}');
    await page.say({ type: 'failed', error: { code: 'DISK_FULL', message: 'full' } });
    expect(screen.getAllByTestId('attachment')).toHaveLength(1);
    expect((screen.getByTestId('composer-input') as HTMLTextAreaElement).value).toBe('Sum up');
  });

  it('may go alone, and may be taken away again', async () => {
    const page = await openPage();
    await choose(page, file('a.txt', 'alone'), file('b.txt', 'not this'));
    await waitFor(() => expect(screen.getAllByTestId('attachment')).toHaveLength(2));
    await page.user.click(screen.getByRole('button', { name: 'Remove b.txt' }));
    await page.user.click(screen.getByTestId('send'));
    expect(sent(page)).toEqual({ type: 'ask', text: 'a.txt:\n```\nalone\n```' });
  });

  it('is what was pasted, where that is long', async () => {
    await openPage();
    await paste('x'.repeat(LONG_PASTE_CHARS));
    expect(screen.queryByTestId('attachment')).toBeNull();
    await paste('x'.repeat(LONG_PASTE_CHARS + 1));
    expect(screen.getByTestId('attachment').textContent).toContain('Pasted text, 8,001 characters');
  });

  it.each([
    ['a picture', file('a.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff]))],
    ['no UTF-8', file('a.txt', new Uint8Array([0x61, 0xff, 0xfe, 0x62]))],
    ['one with a zero', file('a.txt', 'a\0b')],
  ])('is not %s: that is said, and the others are taken', async (_, bad) => {
    const page = await openPage();
    await choose(page, bad, file('good.txt', 'good'));
    await waitFor(() => expect(screen.getAllByTestId('attachment')).toHaveLength(1));
    expect(screen.getByTestId('attachment').textContent).toContain('good.txt');
    expect(screen.getByTestId('error-code').textContent).toBe('(FILE_TEXT)');
  });

  it('is refused where the message would be too long', async () => {
    const page = await openPage();
    await choose(page, file('a.txt', 'x'.repeat(MESSAGE_LIMIT_CHARS)));
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('TEXT_TOO_LONG'));
    expect(screen.queryByTestId('attachment')).toBeNull();
  });

  it('leaves the page when Sotto is locked', async () => {
    const page = await openPage();
    await choose(page, file('a.txt', 'secret'));
    await waitFor(() => expect(screen.getAllByTestId('attachment')).toHaveLength(1));
    await act(async () => page.core.tell('storage.status', { state: 'locked', hasPassphrase: true }));
    await act(async () => page.core.tell('storage.status', { state: 'open', hasPassphrase: true }));
    expect(await screen.findByTestId('composer-input')).toBeTruthy();
    expect(screen.queryByTestId('attachment')).toBeNull();
  });

  it('is read from UTF-16 as well, as Windows writes it', async () => {
    const page = await openPage();
    await choose(page, file('w.txt', new Uint8Array([0xff, 0xfe, 0x41, 0, 0xe9, 0])));
    await waitFor(() => expect(screen.getAllByTestId('attachment')).toHaveLength(1));
    await page.user.click(screen.getByTestId('send'));
    expect(sent(page)).toEqual({ type: 'ask', text: 'w.txt:\n```\nAé\n```' });
  });

  it('is told from sound by its type or its name', () => {
    expect(isTextFile(file('a', '', 'text/plain'))).toBe(true);
    expect(isTextFile(file('Main.JAVA', ''))).toBe(true);
    expect(isTextFile(file('a.mp3', '', 'audio/mpeg'))).toBe(false);
    expect(isTextFile(file('a.ts', '', 'video/mp2t'))).toBe(true);
    expect(withAttachments(' a ', [])).toBe('a');
  });
});
