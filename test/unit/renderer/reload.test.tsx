// @vitest-environment jsdom
import { act, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../contract/chat.ts';
import type { FakeBridge } from '../../support/fake-bridge.ts';
import type { FakeRun } from '../../support/fake-runs.ts';
import { answer, closePage, DONE, delta, openPage, question, STARTED } from './page.tsx';

afterEach(closePage);

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

  /** A chat in which core is writing an answer. */
  const withRun = (core: FakeBridge) => {
    const run = core.holdRun('answer', { chatId: 'chat-1' });
    const messages = [question('q1', 'First'), answer('a1', 'Ha', { state: 'streaming' })];
    core.answer('chat.open', () => ({
      ok: true,
      value: { id: 'chat-1', title: 'First', messages, run: { runId: run.runId, kind: 'answer' } },
    }));
    return run;
  };

  it('goes on with an answer that is being written', async () => {
    let run: FakeRun<unknown, ChatEvent> | undefined;
    const page = await openPage((core) => {
      run = withRun(core);
      run.say(STARTED);
      run.say(delta('Half'));
    });
    await page.frame();
    const shown = () => screen.getByTestId('message-assistant');
    expect(shown().getAttribute('data-state')).toBe('streaming');
    expect(shown().textContent).toContain('Half');
    await act(async () => {
      run?.say(delta(' of it all'));
      run?.say(DONE);
    });
    expect(shown().getAttribute('data-state')).toBe('complete');
    expect(shown().textContent).toContain('Half of it all');
    expect(opens(page)).toBe(1);
  });

  it('goes on with an answer that is continued, from the text that it had', async () => {
    let run: FakeRun<unknown, ChatEvent> | undefined;
    const page = await openPage((core) => {
      run = withRun(core);
      run.say({ type: 'started', questionId: 'q1', answerId: 'a1', assistantPrefix: 'It beg' });
    });
    await act(async () => run?.say(delta('ins.')));
    await page.frame();
    expect(screen.getByTestId('message-assistant').textContent).toContain('It begins.');
  });

  it('stops an answer that was asked before', async () => {
    let run: FakeRun<unknown, ChatEvent> | undefined;
    const page = await openPage((core) => {
      run = withRun(core);
      run.say(STARTED);
    });
    await page.user.click(screen.getByTestId('stop'));
    expect(run?.isCancelled).toBe(true);
    expect(screen.getByTestId('message-assistant').getAttribute('data-state')).toBe('stopped');
  });

  it('shows an answer that nobody writes any more as stopped', async () => {
    await openPage((core) =>
      core.hold([question('q1', 'First'), answer('a1', 'Half', { state: 'streaming' })]),
    );
    expect(screen.getByTestId('message-assistant').getAttribute('data-state')).toBe('stopped');
  });

  it('goes on with a summary that is being written', async () => {
    await openPage((core) => {
      const run = core.holdRun('summary', { chatId: 'chat-1' });
      const messages = [question('q1', 'First'), answer('a1', 'Answer')];
      const value = {
        id: 'chat-1',
        title: '',
        messages,
        run: { runId: run.runId, kind: 'summary' as const },
      };
      core.answer('chat.open', () => ({ ok: true, value }));
      run.say({ type: 'progress', done: 1, total: 3 });
    });
    expect(screen.getByTestId('summarising').textContent).toContain('1 of 3');
  });

  it('shows an answer that a terminal asks for in the chat that is shown', async () => {
    const page = await openPage((core) => core.hold([question('q1', 'First'), answer('a1', 'One')]));
    const run = withRun(page.core);
    await act(async () =>
      page.core.tell('runs.changed', {
        runId: run.runId,
        kind: 'answer',
        chatId: 'chat-1',
        state: 'running',
        isPaused: false,
        next: 0,
      }),
    );
    await act(async () => {
      run.say(STARTED);
      run.say(delta('From elsewhere'));
    });
    await page.frame();
    expect(screen.getByTestId('message-assistant').textContent).toContain('From elsewhere');
  });

  it('says why when the chat cannot be read, and stays usable', async () => {
    const page = await openPage((core) =>
      core.answer('chat.open', () => ({ ok: false, error: { code: 'CHAT_UNKNOWN', message: 'gone' } })),
    );
    expect(screen.getByRole('alert').textContent).toContain('CHAT_UNKNOWN');
    await page.user.click(screen.getByTestId('new-chat'));
    await waitFor(() => expect(screen.getAllByTestId('sample-prompt')).toHaveLength(3));
    await page.user.type(input(), 'Hi{Enter}');
    expect(page.core.answers).toHaveLength(1);
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
