// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { LINE_LIMIT_CHARS, MESSAGE_LIMIT_CHARS } from '../../../contract/limits.ts';
import { usePersonas } from '../../../renderer/features/personas/personas-store.ts';
import { closePage, openPage, type Page } from './page.tsx';

afterEach(() => {
  closePage();
  usePersonas.setState(usePersonas.getInitialState(), true);
});

/** The longest text that V8 can hold, half a gigabyte; a gigabyte reaches the page as none at all. */
const LONGEST = 'x'.repeat(2 ** 29 - 24);

/** What is pasted or dropped; true where the browser may insert it. */
async function insert(kind: 'paste' | 'drop', field: Element, text: string): Promise<boolean> {
  const data = { getData: () => text, types: ['text/plain'], files: [] };
  let isTaken = true;
  await act(async () => {
    isTaken =
      kind === 'paste'
        ? fireEvent.paste(field, { clipboardData: data })
        : fireEvent.drop(field, { dataTransfer: data });
  });
  return isTaken;
}

const lock = (page: Page) =>
  act(async () => page.core.tell('storage.status', { state: 'locked', hasPassphrase: true }));

const FIELDS: Record<string, (page: Page) => Promise<Element>> = {
  message: async () => screen.getByTestId('composer-input'),
  search: async (page) => {
    await page.user.keyboard('{Control>}k{/Control}');
    return screen.getByRole('dialog').querySelector('input') as Element;
  },
  passphrase: async (page) => {
    await lock(page);
    return document.querySelector('input[type=password]') as Element;
  },
  'persona name': async (page) => {
    await page.user.click(screen.getByTestId('place-personas'));
    await page.user.click(screen.getByTestId('new-persona'));
    return document.querySelector('main form input') as Element;
  },
  'text of a prompt': async (page) => {
    await page.user.click(screen.getByTestId('place-personas'));
    await page.user.click(screen.getByTestId('new-prompt'));
    return document.querySelector('main form textarea') as Element;
  },
};

describe('half a gigabyte of text', () => {
  describe.each(Object.entries(FIELDS))('in the field for the %s', (_, find) => {
    it.each(['paste', 'drop'] as const)(
      'is refused by %s with a sentence, and the window goes on',
      async (kind) => {
        const page = await openPage();
        const field = await find(page);
        expect(await insert(kind, field, LONGEST)).toBe(false);
        const said = screen.getByRole('alert').textContent;
        expect(said).toContain('It was not inserted.');
        expect(said).toContain('TEXT_TOO_LONG');
        await page.user.click(field);
        await page.user.keyboard('on');
        expect((field as HTMLInputElement).value).toContain('on');
      },
    );
  });
});

describe('a text in a field of one line', () => {
  it('is refused from the first character above the limit, with what is there already', async () => {
    const page = await openPage();
    const field = (await FIELDS.search?.(page)) as HTMLInputElement;
    fireEvent.change(field, { target: { value: 'ab' } });
    field.setSelectionRange(2, 2);
    expect(await insert('paste', field, 'x'.repeat(LINE_LIMIT_CHARS - 2))).toBe(true);
    expect(screen.queryByTestId('long-text')).toBeNull();
    expect(await insert('paste', field, 'x'.repeat(LINE_LIMIT_CHARS - 1))).toBe(false);
    field.setSelectionRange(0, 2);
    expect(await insert('paste', field, 'x'.repeat(LINE_LIMIT_CHARS))).toBe(true);
  });

  it('has more room in a field of many lines', async () => {
    const page = await openPage();
    const field = (await FIELDS['text of a prompt']?.(page)) as Element;
    expect(await insert('paste', field, 'x'.repeat(MESSAGE_LIMIT_CHARS))).toBe(true);
    expect(await insert('paste', field, 'x'.repeat(MESSAGE_LIMIT_CHARS + 1))).toBe(false);
  });

  it('is not spoken of any more once something else is done', async () => {
    const page = await openPage();
    const field = (await FIELDS.search?.(page)) as Element;
    await insert('paste', field, 'x'.repeat(LINE_LIMIT_CHARS + 1));
    expect(screen.getByTestId('long-text')).toBeTruthy();
    await page.user.type(field, 'a');
    expect(screen.queryByTestId('long-text')).toBeNull();
  });
});
