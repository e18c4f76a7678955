// @vitest-environment jsdom
import { act, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { useChat } from '../../../renderer/features/chat/chat-state.ts';
import { answer, closePage, DONE, delta, openPage, question, STARTED, STATS } from './page.tsx';

afterEach(closePage);

const input = () => screen.getByTestId('composer-input') as HTMLTextAreaElement;
const lastAnswer = () => screen.getAllByTestId('message-assistant').at(-1);

describe('asking', () => {
  it('shows the question, then the answer as it grows, then the finished answer', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Hello there{Enter}');
    expect(page.core.last().input).toEqual({
      chatId: 'chat-1',
      action: { type: 'ask', text: 'Hello there' },
    });
    await page.say(STARTED);
    expect(screen.getByTestId('message-user').textContent).toContain('Hello there');
    expect(input().value).toBe('');
    await page.say({ type: 'progress', stage: 'loading' });
    expect(lastAnswer()?.textContent).toContain('Loading the model');
    await page.say({ type: 'progress', stage: 'reading' }, delta('Good '));
    await page.frame();
    expect(lastAnswer()?.textContent).toContain('Good');
    expect(lastAnswer()?.getAttribute('data-state')).toBe('streaming');
    await page.say(delta('morning'), DONE);
    expect(lastAnswer()?.textContent).toContain('Good morning');
    expect(lastAnswer()?.getAttribute('data-state')).toBe('complete');
    expect(screen.getAllByTestId('message-assistant')).toHaveLength(1);
  });

  it('draws any number of deltas at most once a frame and loses none', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Count{Enter}');
    await page.say(STARTED);
    let changes = 0;
    const stop = useChat.subscribe(() => {
      changes += 1;
    });
    const words = Array.from({ length: 500 }, (_, index) => `w${index} `);
    for (const [index, word] of words.entries()) {
      await act(async () => page.core.last().say(delta(word)));
      if (index % 100 === 99) await page.frame();
    }
    expect(changes).toBe(5);
    stop();
    await page.say(DONE);
    expect(useChat.getState().messages.at(-1)?.text).toBe(words.join(''));
  });

  it('shows what came since the last frame when the answer ends between two', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Go{Enter}');
    await page.say(STARTED, delta('all of it'), DONE);
    expect(lastAnswer()?.textContent).toContain('all of it');
    await page.frame();
    expect(useChat.getState().live).toBeUndefined();
  });

  it('a sample prompt is asked with one click', async () => {
    const page = await openPage();
    const [sample] = screen.getAllByTestId('sample-prompt');
    if (sample === undefined) throw new Error('no sample');
    await page.user.click(sample);
    expect(page.core.last().input.action).toEqual({ type: 'ask', text: sample.textContent });
  });

  it('opens the chat again when that failed, keeping the draft', async () => {
    const page = await openPage((core) =>
      core.answer('chat.open', () => ({ ok: false, error: { code: 'INTERNAL', message: 'no' } })),
    );
    expect(screen.getByRole('alert').textContent).toContain('INTERNAL');
    page.core.answer('chat.open', () => ({ ok: true, value: { id: 'chat-9', title: '', messages: [] } }));
    await page.user.type(input(), 'Hi{Enter}');
    expect(input().value).toBe('Hi');
    await page.user.type(input(), '{Enter}');
    expect(page.core.last().input.chatId).toBe('chat-9');
  });
});

describe('stopping', () => {
  it.each(['the button', 'Escape'])('with %s keeps what came and cancels the run', async (way) => {
    const page = await openPage();
    await page.user.type(input(), 'Tell me{Enter}');
    await page.say(STARTED, delta('Once upon'));
    if (way === 'Escape') await page.user.keyboard('{Escape}');
    else await page.user.click(screen.getByTestId('stop'));
    expect(page.core.last().isCancelled).toBe(true);
    expect(lastAnswer()?.getAttribute('data-state')).toBe('stopped');
    expect(lastAnswer()?.textContent).toContain('Once upon');
    expect(lastAnswer()?.textContent).toContain('What came is kept');
    // An event that was on its way changes nothing any more.
    await page.say(delta(' a time'), DONE);
    await page.frame();
    expect(lastAnswer()?.textContent).not.toContain('a time');
    expect(screen.getAllByTestId('message-assistant')).toHaveLength(1);
  });

  it('mixes nothing of the stopped answer into the next one', async () => {
    const page = await openPage();
    await page.user.type(input(), 'One{Enter}');
    await page.say(STARTED, delta('first'));
    const stopped = page.core.last();
    await page.user.keyboard('{Escape}Two{Enter}');
    await page.say({ type: 'started', questionId: 'q2', answerId: 'a2' }, delta('second'));
    await act(async () => {
      stopped.say(delta(' late'));
      stopped.say(DONE);
    });
    await page.frame();
    expect(lastAnswer()?.getAttribute('data-state')).toBe('streaming');
    await page.say(DONE);
    expect(useChat.getState().messages.map(({ text }) => text)).toEqual(['One', 'first', 'Two', 'second']);
  });

  it('leaves Escape to an input method that composes', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Tell me{Enter}');
    await page.say(STARTED, delta('Once'));
    act(() => {
      input().dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true }),
      );
    });
    expect(page.core.last().isCancelled).toBe(false);
  });

  it('keeps the draft when nothing had begun', async () => {
    const page = await openPage();
    await page.user.type(input(), 'Early{Enter}');
    await page.user.keyboard('{Escape}');
    expect(page.core.last().isCancelled).toBe(true);
    await page.say({ type: 'done', reason: 'cancelled', stats: { ...STATS, completionTokens: 0 } });
    expect(input().value).toBe('Early');
    expect(screen.queryByTestId('message-assistant')).toBeNull();
  });

  it('lets the next question be written meanwhile, but not sent', async () => {
    const page = await openPage();
    await page.user.type(input(), 'One{Enter}');
    await page.say(STARTED);
    await page.user.type(input(), 'Two{Enter}');
    expect(page.core.answers).toHaveLength(1);
    expect(input().value).toBe('Two');
    await page.say(delta('done'), DONE);
    expect(input().value).toBe('Two');
  });
});

describe('a new chat', () => {
  it('starts with Ctrl+N and leaves the running answer and the draft to the chat before', async () => {
    const page = await openPage((core) => core.hold([question('q', 'Old'), answer('a', 'Old answer')]));
    await page.user.type(input(), 'New{Enter}');
    await page.say(STARTED, delta('part'));
    await page.user.type(input(), 'draft');
    await page.user.keyboard('{Control>}n{/Control}');
    expect(page.core.last()).toMatchObject({ isCancelled: false, watchers: 0 });
    expect(page.core.called.map(({ name }) => name)).toContain('chat.clear');
    expect(screen.queryByTestId('message-user')).toBeNull();
    expect(screen.getAllByTestId('sample-prompt')).toHaveLength(3);
    expect(input().value).toBe('');
    expect(page.core.called).toContainEqual({
      name: 'chat.changeDraft',
      input: { chatId: 'chat-1', text: 'draft' },
    });
    await page.user.type(input(), 'Next{Enter}');
    expect(page.core.last().input.chatId).toBe('chat-2');
  });

  it('says so when it cannot be started, and keeps the old one', async () => {
    const page = await openPage((core) => {
      core.hold([question('q', 'Old'), answer('a', 'Old answer')]);
      core.answer('chat.clear', () => ({ ok: false, error: { code: 'INTERNAL', message: 'no' } }));
    });
    await page.user.click(screen.getByTestId('new-chat'));
    expect(screen.getByRole('alert').textContent).toContain('INTERNAL');
    expect(lastAnswer()?.textContent).toContain('Old answer');
  });
});
