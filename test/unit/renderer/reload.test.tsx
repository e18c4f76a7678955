// @vitest-environment jsdom
import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answer, closePage, DONE, delta, openPage, question, STARTED } from './page.tsx';

afterEach(() => {
  closePage();
  vi.useRealTimers();
});

const opens = (page: Awaited<ReturnType<typeof openPage>>) =>
  page.core.called.filter(({ name }) => name === 'chat.open').length;
const input = () => screen.getByTestId('composer-input') as HTMLTextAreaElement;

describe('a reloaded page', () => {
  it('shows the chat that core holds, in order', async () => {
    const page = await openPage((core) =>
      core.hold([
        question('q1', 'First'),
        answer('a1', 'Answer one'),
        question('q2', 'Second'),
        answer('a2', 'Half', { state: 'stopped' }),
      ]),
    );
    const texts = screen
      .getAllByTestId(/^message-/)
      .map((message) => message.querySelector('h2')?.nextSibling?.textContent);
    expect(texts).toEqual(['First', 'Answer one', 'Second', 'Half']);
    expect(opens(page)).toBe(1);
  });

  it('shows an answer that was cut off as stopped and reads it again until it is settled', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const page = await openPage((core) =>
      core.hold([question('q1', 'First'), answer('a1', 'Half', { state: 'streaming' })]),
    );
    const shown = () => screen.getByTestId('message-assistant');
    expect(shown().getAttribute('data-state')).toBe('stopped');
    page.core.hold([question('q1', 'First'), answer('a1', 'Half of it', { state: 'streaming' })]);
    await act(async () => vi.runOnlyPendingTimers());
    expect(shown().textContent).toContain('Half of it');
    page.core.hold([question('q1', 'First'), answer('a1', 'Half of it all', { state: 'stopped' })]);
    await act(async () => vi.runOnlyPendingTimers());
    expect(shown().textContent).toContain('Half of it all');
    expect(opens(page)).toBe(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up reading again after a while', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const page = await openPage((core) =>
      core.hold([question('q1', 'First'), answer('a1', 'Half', { state: 'streaming' })]),
    );
    for (let i = 0; i < 50; i += 1) await act(async () => vi.runOnlyPendingTimers());
    expect(opens(page)).toBeLessThan(50);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not show an answer twice when the next question comes before that', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const page = await openPage((core) =>
      core.hold([question('q0', 'First'), answer('a0', 'Half', { state: 'streaming' })]),
    );
    const { ask } = await import('../../../renderer/features/chat/answer-stream.ts');
    await act(async () => ask('Second'));
    await page.say(STARTED, delta('New'));
    page.core.hold([
      question('q0', 'First'),
      answer('a0', 'Half', { state: 'stopped' }),
      question('q1', 'Second'),
      answer('a1', 'N', { state: 'streaming' }),
    ]);
    await act(async () => vi.runOnlyPendingTimers());
    await page.say(DONE);
    expect(screen.getAllByTestId('message-assistant')).toHaveLength(2);
    expect(screen.getAllByTestId('message-user')).toHaveLength(2);
  });

  it('says why when the chat cannot be read, and stays usable', async () => {
    const page = await openPage((core) =>
      core.answer('chat.open', () => ({ ok: false, error: { code: 'CHAT_UNKNOWN', message: 'gone' } })),
    );
    expect(screen.getByRole('alert').textContent).toContain('CHAT_UNKNOWN');
    await page.user.click(screen.getByTestId('new-chat'));
    await waitFor(() => expect(screen.getAllByTestId('sample-prompt')).toHaveLength(3));
    await page.user.type(input(), 'Hi{Enter}');
    expect(page.core.streams).toHaveLength(1);
  });
});

describe('the engine as the page shows it', () => {
  it('names model and device, and follows what core tells', async () => {
    const page = await openPage();
    expect(screen.getByTestId('model-chip').textContent).toContain('Starter · INT4');
    expect(screen.getByTestId('starter-note')).toBeTruthy();
    const device = screen.getByTestId('device-chip');
    act(() => page.core.tell('engine.status', { state: 'loading', modelId: 'starter' }));
    expect(device.textContent).toContain('Loading');
    const notice = { code: 'BACKEND_FAILED', message: 'No GPU here.' } as const;
    act(() =>
      page.core.tell('engine.status', {
        state: 'ready',
        modelId: 'starter',
        device: 'cpu',
        loadMs: 9,
        notice,
      }),
    );
    expect(device.textContent).toContain('CPU');
    expect(device.textContent).toContain('No GPU here.');
    const error = { code: 'MODEL_CORRUPT', message: 'Section 2.' } as const;
    act(() => page.core.tell('engine.status', { state: 'failed', modelId: 'starter', error }));
    expect(device.textContent).toContain('Not running');
    expect(device.textContent).toContain('Section 2.');
  });

  it('asks for the model to be loaded once the page is there', async () => {
    const page = await openPage();
    expect(page.core.called.map(({ name }) => name)).toContain('engine.warm');
  });

  it('believes what was told over a reply that is older', async () => {
    let reply: (value: { ok: true; value: { state: 'idle' } }) => void = () => undefined;
    const page = await openPage((core) =>
      core.answer('engine.status', () => new Promise((resolve) => (reply = resolve))),
    );
    act(() =>
      page.core.tell('engine.status', { state: 'ready', modelId: 'starter', device: 'cpu', loadMs: 9 }),
    );
    await act(async () => reply({ ok: true, value: { state: 'idle' } }));
    expect(screen.getByTestId('device-chip').textContent).toContain('CPU');
  });
});
