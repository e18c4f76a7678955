// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { useChat } from '../../../renderer/features/chat/chat-state.ts';
import { usePlace } from '../../../renderer/features/places/places-store.ts';
import { kindOfHeld, sortDropped } from '../../../renderer/features/transcribe/dropped-files.ts';
import { answer, closePage, openPage, question } from './page.tsx';

afterEach(closePage);

const input = () => screen.getByTestId('composer-input') as HTMLTextAreaElement;
const PROMPT = { id: 'p1', name: 'Summarise', text: 'Sum it up.', isBuiltIn: false };

const openWithPrompts = () =>
  openPage((core) =>
    core.answer('personas.list', () => ({ ok: true, value: { personas: [], prompts: [PROMPT] } })),
  );

describe('a "/" at the beginning of a message', () => {
  it('is written, and what follows may be no prompt at all', async () => {
    const page = await openWithPrompts();
    await page.user.type(input(), '/');
    expect(screen.getByTestId('prompt-item')).toBeTruthy();
    await page.user.type(input(), 'etc/hosts is gone');
    expect(input().value).toBe('/etc/hosts is gone');
    expect(screen.queryByTestId('prompt-item')).toBeNull();
    await page.user.type(input(), '{Enter}');
    expect(page.core.last().input.action).toMatchObject({ text: '/etc/hosts is gone' });
  });

  it('makes room for the prompt that is chosen with Enter', async () => {
    const page = await openWithPrompts();
    await page.user.type(input(), '/sum{Enter}');
    expect(input().value).toBe('Sum it up.');
    expect(page.core.answers).toHaveLength(0);
  });

  it('stays a message where Escape has closed the menu', async () => {
    const page = await openWithPrompts();
    await page.user.type(input(), '/sum{Escape}{Enter}');
    expect(page.core.last().input.action).toMatchObject({ text: '/sum' });
  });

  it('is none with Ctrl, which leads to the shortcuts', async () => {
    const page = await openWithPrompts();
    await page.user.click(input());
    await page.user.keyboard('{Control>}/{/Control}');
    expect(screen.queryByTestId('prompt-item')).toBeNull();
    expect(usePlace.getState().place).toBe('settings');
  });
});

describe('Ctrl+F in a chat', () => {
  const messages = [
    question('q1', 'A fox?'),
    answer('a1', 'No.'),
    question('q2', 'Why?'),
    answer('a2', 'The **Fox** ran.'),
  ];
  const press = () => fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true });

  it('finds messages from the last one on, round and round', async () => {
    const page = await openPage((core) => core.hold(messages));
    await act(async () => void press());
    await page.user.type(screen.getByTestId('chat-find'), 'fox');
    expect(screen.getByTestId('chat-find-count').textContent).toBe('1 of 2');
    expect(useChat.getState().foundId).toBe('a2');
    await page.user.keyboard('{Enter}');
    expect(useChat.getState().foundId).toBe('q1');
    await page.user.keyboard('{Enter}');
    expect(useChat.getState().foundId).toBe('a2');
    await page.user.keyboard('{Escape}');
    expect(screen.queryByTestId('chat-find')).toBeNull();
    expect(useChat.getState().foundId).toBeUndefined();
  });

  it('says where there is nothing, and closes the menus that it would lie beneath', async () => {
    const page = await openPage((core) => core.hold(messages));
    await page.user.click(screen.getByTestId('prompts'));
    expect(screen.getByTestId('prompt-search')).toBeTruthy();
    await act(async () => void press());
    expect(screen.queryByTestId('prompt-search')).toBeNull();
    await page.user.type(screen.getByTestId('chat-find'), 'wolf');
    expect(screen.getByTestId('chat-find-count').textContent).toBe('0 of 0');
  });
});

describe('a menu', () => {
  it('closes when another thing opens, whatever opens that', async () => {
    const page = await openWithPrompts();
    await page.user.click(screen.getByTestId('prompts'));
    await page.user.keyboard('{Control>}k{/Control}');
    expect(screen.getByRole('dialog')).toBeTruthy();
    expect(screen.queryByTestId('prompt-search')).toBeNull();
  });
});

describe('dropped files', () => {
  const file = (name: string, type = '') => new File(['x'], name, { type });

  it('go where each can be used', () => {
    const files = [
      file('a.pdf', 'application/pdf'),
      file('b.mp3', 'audio/mpeg'),
      file('c.md'),
      file('d.png', 'image/png'),
      file('e.MKV'),
      file('f.ts', 'text/typescript'),
      file('g.zip', 'application/zip'),
      file('h.ts', 'video/mp2t'),
    ];
    const { attached, sounds, refused } = sortDropped(files);
    const names = (some: File[]) => some.map(({ name }) => name[0]).join('');
    expect([names(attached), names(sounds), names(refused)]).toEqual(['cdf', 'beh', 'ag']);
  });

  it('are told by their types before they are let go', () => {
    expect(
      ['application/pdf', 'audio/wav', 'text/plain', 'image/png', '', 'application/json'].map(kindOfHeld),
    ).toEqual(['refused', 'sounds', 'attached', 'attached', 'unknown', 'attached']);
  });

  it('are named where they cannot be opened, and the others are taken', async () => {
    await openPage();
    const files = [file('report.pdf', 'application/pdf'), file('notes.txt', 'text/plain')];
    const items = files.map(({ type }) => ({ kind: 'file', type }));
    const dataTransfer = { types: ['Files'], files, items };
    await act(async () => void fireEvent.dragOver(window, { dataTransfer }));
    expect(screen.getByTestId('drop-target').textContent).toBe(
      'Text and pictures go along with your messageOther files cannot be opened',
    );
    await act(async () => void fireEvent.drop(window, { dataTransfer }));
    expect(await screen.findByTestId('attachment')).toBeTruthy();
    expect(usePlace.getState().place).toBe('chat');
    expect((await screen.findByTestId('error-code')).textContent).toBe('(FILE_TEXT)');
    expect(screen.getByRole('alert').textContent).toContain('report.pdf');
  });
});
