// @vitest-environment jsdom
import { screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import en from '../../../contract/locales/en.json';
import { useChat } from '../../../renderer/features/chat/chat-state.ts';
import { answer, closePage, DONE, delta, openPage, question, STARTED } from './page.tsx';

afterEach(closePage);

const input = () => screen.getByTestId('composer-input') as HTMLTextAreaElement;

describe('an answer that fails', () => {
  it('keeps what came, says what happened with its code, and is asked for again', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Tell me{Enter}');
    await page.say(STARTED, delta('Half an'), {
      type: 'failed',
      error: { code: 'ENGINE_CRASHED', message: 'signal 9' },
    });
    const failed = within(screen.getByTestId('message-assistant'));
    const note = failed.getByRole('alert');
    expect(screen.getByTestId('message-assistant').textContent).toContain('Half an');
    expect(note.textContent).toContain(en.errors.ENGINE_CRASHED.title);
    expect(note.textContent).toContain(en.errors.ENGINE_CRASHED.hint);
    expect(within(note).getByTestId('error-code').textContent).toBe('(ENGINE_CRASHED)');

    await page.user.click(failed.getByTestId('retry'));
    expect(page.core.last().input).toEqual({ chatId: 'chat-1', action: { type: 'retry' } });
    await page.say({ type: 'started', questionId: 'q1', answerId: 'a2' }, delta('Whole'), DONE);
    expect(screen.getAllByTestId('message-assistant')).toHaveLength(1);
    expect(screen.getAllByTestId('message-user')).toHaveLength(1);
    expect(screen.getByTestId('message-assistant').textContent).toContain('Whole');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('keeps the failed answer when trying again is refused', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Tell me{Enter}');
    const error = { code: 'ENGINE_HUNG', message: 'silent' } as const;
    await page.say(STARTED, delta('Half'), { type: 'failed', error });
    page.core.hold([question('q1', 'Tell me'), answer('a1', 'Half', { state: 'failed', error })]);
    await page.user.click(screen.getByTestId('retry'));
    await page.say({ type: 'failed', error: { code: 'ENGINE_BUSY', message: 'busy' } });
    expect(screen.getByTestId('message-assistant').textContent).toContain('Half');
    expect(screen.getAllByRole('alert').map((note) => note.textContent)).toEqual([
      expect.stringContaining('ENGINE_HUNG'),
      expect.stringContaining('ENGINE_BUSY'),
    ]);
  });

  it('is read out when it happens, and not once more after a reload', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Tell me{Enter}');
    const error = { code: 'ENGINE_CRASHED', message: 'x' } as const;
    await page.say(STARTED, delta('Half'), { type: 'failed', error });
    expect(screen.getAllByRole('alert')).toHaveLength(1);
    closePage();
    await openPage((core) =>
      core.hold([question('q1', 'Q'), answer('a1', 'Half', { state: 'failed', error })]),
    );
    expect(screen.getByTestId('error-note').textContent).toContain('ENGINE_CRASHED');
    expect(screen.getByTestId('retry')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('can be asked for again only where it is the last one', async () => {
    const error = { code: 'ENGINE_CRASHED', message: 'x' } as const;
    await openPage((core) =>
      core.hold([
        question('q1', 'One'),
        answer('a1', 'x', { state: 'failed', error }),
        question('q2', 'Two'),
        answer('a2', 'y', { state: 'failed', error }),
      ]),
    );
    expect(screen.getAllByTestId('retry')).toHaveLength(1);
  });

  it('leads to a new chat when the conversation is full', async () => {
    const page = await openPage((core) =>
      core.hold([
        question('q1', 'One'),
        answer('a1', '', { state: 'failed', error: { code: 'CONTEXT_FULL', message: '9 of 8' } }),
      ]),
    );
    const note = within(screen.getByTestId('error-note'));
    expect(note.queryByTestId('retry')).toBeNull();
    await page.user.click(note.getByText(en.actions.newChat));
    expect(page.core.called.map(({ name }) => name)).toContain('chat.clear');
  });
});

describe('a question that is refused', () => {
  it('keeps the draft and shows why until it is changed', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Not now{Enter}');
    await page.say({ type: 'failed', error: { code: 'ENGINE_BUSY', message: 'busy' } });
    expect(input().value).toBe('Not now');
    expect(screen.queryByTestId('message-user')).toBeNull();
    expect(screen.getByRole('alert').textContent).toContain(en.errors.ENGINE_BUSY.title);
    expect(useChat.getState().live).toBeUndefined();
    await page.user.type(input(), '!');
    expect(screen.queryByRole('alert')).toBeNull();
    await page.user.type(input(), '{Enter}');
    expect(page.core.last().input.action).toEqual({ type: 'ask', text: 'Not now!' });
  });
});

describe('a chat that cannot be opened', () => {
  it('is tried again at the press of a button', async () => {
    const page = await openPage((core) =>
      core.answer('chat.open', () => ({ ok: false, error: { code: 'INTERNAL', message: 'no' } })),
    );
    page.core.answer('chat.open', () => ({ ok: true, value: { id: 'chat-9', title: '', messages: [] } }));
    await page.user.click(within(screen.getByRole('alert')).getByTestId('retry'));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getAllByTestId('sample-prompt')).toHaveLength(3);
  });
});
