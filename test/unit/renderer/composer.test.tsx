// @vitest-environment jsdom
import { act, createEvent, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { MESSAGE_LIMIT_CHARS } from '../../../contract/limits.ts';
import { setDraft } from '../../../renderer/features/chat/drafts.ts';
import { answer, closePage, DONE, delta, openPage, question, STARTED } from './page.tsx';

afterEach(closePage);

const input = () => screen.getByTestId('composer-input') as HTMLTextAreaElement;
const FIFTY_MB = 50_000_000;

/** What the page does with a text from outside: true when the browser may insert it. */
function isTaken(kind: 'paste' | 'drop', text: string): boolean {
  const data = { getData: () => text };
  return kind === 'paste'
    ? fireEvent.paste(input(), { clipboardData: data })
    : fireEvent.drop(input(), { dataTransfer: data });
}

describe('keys of the composer', () => {
  it('Enter sends, Shift+Enter starts a new line', async () => {
    const page = await openPage();
    await page.user.type(input(), 'one{Shift>}{Enter}{/Shift}two');
    expect(page.core.answers).toHaveLength(0);
    await page.user.type(input(), '{Enter}');
    expect(page.core.last().input.action).toEqual({ type: 'ask', text: 'one\ntwo' });
  });

  it('Enter belongs to the input method while it composes', async () => {
    const page = await openPage();
    await page.user.type(input(), 'にほん');
    const enter = createEvent.keyDown(input(), { key: 'Enter', isComposing: true });
    fireEvent(input(), enter);
    expect(enter.defaultPrevented).toBe(false);
    expect(page.core.answers).toHaveLength(0);
    expect(input().value).toBe('にほん');
  });

  it.each(['', '   ', '\n\n'])('does not send %j', async (text) => {
    const page = await openPage();
    act(() => setDraft(text));
    await page.user.type(input(), '{Enter}');
    expect(page.core.answers).toHaveLength(0);
    expect(screen.getByTestId('send')).toHaveProperty('disabled', true);
  });

  it('sends exactly what was written, spaces and lines included', async () => {
    const page = await openPage();
    act(() => setDraft('  a\n\n  b  '));
    await page.user.click(screen.getByTestId('send'));
    expect(page.core.last().input.action).toEqual({ type: 'ask', text: '  a\n\n  b  ' });
  });
});

describe('a text that is too long', () => {
  it.each(['paste', 'drop'] as const)('by %s is not inserted; the draft stays', async (kind) => {
    const page = await openPage();
    await page.user.type(input(), 'mine');
    let taken = true;
    act(() => {
      taken = isTaken(kind, 'x'.repeat(FIFTY_MB));
    });
    expect(taken).toBe(false);
    expect(input().value).toBe('mine');
    const note = screen.getByRole('alert').textContent;
    expect(note).toContain('TEXT_TOO_LONG');
    expect(note).toContain('It was not inserted');
    expect(page.core.answers).toHaveLength(0);
  });

  it('is refused from the first character above the limit', async () => {
    await openPage();
    act(() => setDraft('a'));
    let taken = [true, true];
    act(() => {
      taken = [
        isTaken('drop', 'x'.repeat(MESSAGE_LIMIT_CHARS - 1)),
        isTaken('drop', 'x'.repeat(MESSAGE_LIMIT_CHARS)),
      ];
    });
    expect(taken).toEqual([true, false]);
  });

  it('counts without what it would replace', async () => {
    await openPage();
    act(() => setDraft('a'.repeat(MESSAGE_LIMIT_CHARS)));
    input().select();
    let taken = false;
    act(() => {
      taken = isTaken('paste', 'x'.repeat(MESSAGE_LIMIT_CHARS));
    });
    expect(taken).toBe(true);
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('the focus', () => {
  it('is in the composer at first, after stopping and after an answer', async () => {
    const page = await openPage();
    expect(document.activeElement).toBe(input());
    await page.user.keyboard('One{Enter}');
    await page.say(STARTED, delta('a'));
    await page.user.click(screen.getByTestId('stop'));
    expect(document.activeElement).toBe(input());
  });

  it('is not taken from who reads elsewhere when an answer ends', async () => {
    const page = await openPage((core) => core.hold([question('q', 'Old'), answer('a', 'Old answer')]));
    await page.user.keyboard('One{Enter}');
    await page.say(STARTED, delta('a'));
    const copy = screen.getByText('Copy answer');
    copy.focus();
    await page.say(DONE);
    expect(document.activeElement).toBe(copy);
  });
});
