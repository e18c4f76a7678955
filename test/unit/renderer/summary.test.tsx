// @vitest-environment jsdom
import { act, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../contract/chat.ts';
import { retry } from '../../../renderer/features/chat/asking.ts';
import { setDraft } from '../../../renderer/features/chat/drafts.ts';
import { roomFor } from '../../../renderer/features/chat/summary.ts';
import { closePage, DONE, openPage, STARTED, STATS } from './page.tsx';

afterEach(closePage);

/** A chat of so many messages of 100 guessed tokens each, of which the last answer has filled so much of 2,048. */
function chatOf(count: number, contextTokens: number): ChatMessage[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `m${i}`,
    role: i % 2 === 0 ? 'user' : 'assistant',
    text: 'x'.repeat(350),
    state: 'complete',
    ...(i === count - 1 ? { stats: { ...STATS, contextTokens } } : {}),
  }));
}

describe('what the next question finds in the context', () => {
  it('is nothing to tell of while there is room', () => {
    expect(roomFor('', [])).toBeUndefined();
    expect(roomFor('x'.repeat(350), chatOf(10, 900))).toEqual({ used: 900, limit: 2048, willLeaveOut: 0 });
  });

  it('is told before anything is left out, with what the draft takes', () => {
    expect(roomFor('', chatOf(18, 1900))?.willLeaveOut).toBe(0);
    // 100 tokens more do not fit: a quarter of the context is freed, by whole turns.
    expect(roomFor('x'.repeat(700), chatOf(18, 1900))).toMatchObject({ willLeaveOut: 6 });
    expect(roomFor('x'.repeat(20_000), chatOf(18, 1900))).toMatchObject({ willLeaveOut: 18 });
  });

  it('counts from the summary on', () => {
    const messages = chatOf(18, 1900).map((message, i) =>
      i === 14 ? { ...message, summary: 'Short.' } : message,
    );
    expect(roomFor('x'.repeat(700), messages)).toEqual({ used: 402, limit: 2048, willLeaveOut: 0 });
  });
});

describe('a summary of the beginning', () => {
  const open = (contextTokens = 1900) => openPage((core) => core.hold(chatOf(18, contextTokens)));

  it('is offered when the context is nearly full, and before a question that does not fit', async () => {
    const page = await open(1000);
    expect(screen.queryByTestId('context-meter')).toBeNull();
    await closePage();
    const full = await open();
    expect(screen.getByTestId('context-meter').textContent).toContain('Nearly full');
    act(() => setDraft('x'.repeat(700)));
    expect((await screen.findByTestId('context-meter')).textContent).toContain('the first 6 messages');
    await full.user.click(screen.getByTestId('summarise'));
    expect(full.core.summaries[0]?.input).toEqual({ chatId: 'chat-1' });
    expect(page.core.summaries).toEqual([]);
  });

  it('is offered when messages were left out', async () => {
    const page = await open(1000);
    await page.user.type(screen.getByTestId('composer-input'), 'Why?{Enter}');
    const notice = { code: 'CONTEXT_TRIMMED', message: 'Gone.' } as const;
    await page.say(STARTED, { type: 'notice', notice });
    expect(screen.getByTestId('chat-notice')).toBeTruthy();
    // Not while an answer is being written.
    expect(screen.queryByTestId('summarise')).toBeNull();
    await page.say(DONE);
    await page.user.click(screen.getByTestId('summarise'));
    expect(page.core.summaries).toHaveLength(1);
  });

  it('shows how far it is, holds questions back, then stands open in its place and can be taken back', async () => {
    const page = await open();
    await page.user.click(screen.getByTestId('summarise'));
    const [run] = page.core.summaries;
    await act(async () => run?.say({ type: 'progress', done: 1, total: 3 }));
    expect(screen.getByTestId('summarising').textContent).toContain('1 of 3');
    await page.user.type(screen.getByTestId('composer-input'), 'Why?{Enter}');
    act(() => retry());
    expect(page.core.answers).toEqual([]);
    await act(async () => run?.say({ type: 'done', messageId: 'm14', summary: '<b>They</b> count.' }));
    expect(screen.getByTestId('summary-text').textContent).toBe('<b>They</b> count.');
    expect(screen.getByTestId('summary').hasAttribute('open')).toBe(true);
    // Right before the question that is still read as it was said.
    const after = screen.getByTestId('summary').nextElementSibling;
    expect(after?.id).toBe('message-m14');
    expect(screen.queryByTestId('context-meter')).toBeNull();
    await page.user.click(screen.getByTestId('remove-summary'));
    expect(page.core.called.at(-1)).toEqual({
      name: 'chat.removeSummary',
      input: { chatId: 'chat-1', messageId: 'm14' },
    });
    expect(screen.queryByTestId('summary')).toBeNull();
  });

  it('can be stopped, and says why it failed', async () => {
    const page = await open();
    await page.user.click(screen.getByTestId('summarise'));
    await page.user.click(screen.getByTestId('stop-summary'));
    const [run] = page.core.summaries;
    expect(run?.isCancelled).toBe(true);
    await act(async () => run?.say({ type: 'done', messageId: 'm14', summary: 'Late.' }));
    expect(screen.queryByTestId('summary')).toBeNull();
    await page.user.click(screen.getByTestId('summarise'));
    const error = { code: 'ENGINE_CRASHED', message: 'It ended.' } as const;
    await act(async () => page.core.summaries.at(-1)?.say({ type: 'failed', error }));
    expect(screen.getByRole('alert').textContent).toContain('ENGINE_CRASHED');
  });

  it('goes on when another chat is shown', async () => {
    const page = await open();
    await page.user.click(screen.getByTestId('summarise'));
    await page.user.click(screen.getByTestId('new-chat'));
    expect(page.core.summaries[0]).toMatchObject({ isCancelled: false, watchers: 0 });
    expect(screen.queryByTestId('summarising')).toBeNull();
  });
});
