// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChatMessage } from '../../../contract/chat.ts';
import { modelEntrySchema } from '../../../contract/library.ts';
import * as player from '../../../renderer/features/transcribe/player/player.ts';
import { ErrorNote } from '../../../renderer/ui/error-note.tsx';
import { answer, closePage, openPage, question } from './page.tsx';
import { DONE, heard, opened, openWith, STARTED } from './transcribe/transcribing.tsx';

afterEach(closePage);

describe('an empty answer says why', () => {
  it.each<[string, string, Partial<ChatMessage>]>([
    ['the model ended at once', '', {}],
    ['it only thought', '<think>Hm.</think>', {}],
    ['it was stopped', '', { state: 'stopped' }],
    ['there was no room', '', { state: 'length', limit: 'context' }],
    ['the limit came first', '', { state: 'length', limit: 'max-tokens' }],
  ])('%s', async (_, text, more) => {
    await openPage((core) => core.hold([question('q', 'Why?'), answer('a', text, more)]));
    const said = screen.getByTestId('empty-answer').textContent ?? '';
    expect(said).toMatch(
      more.state === 'stopped'
        ? /^Stopped before the first word/
        : more.limit === 'context'
          ? /no room left/
          : more.limit === 'max-tokens'
            ? /length limit was reached before/
            : text === ''
              ? /ended without writing anything/
              : /thought, and ended without an answer/,
    );
    expect(screen.getByTestId('message-assistant').textContent).not.toContain('What came is kept');
  });

  it('and one with words says nothing of the kind', async () => {
    await openPage((core) => core.hold([question('q', 'Why?'), answer('a', 'So.')]));
    expect(screen.queryByTestId('empty-answer')).toBeNull();
  });
});

describe('the window', () => {
  it.each(['See `sotto models list`.', 'Set SOTTO_DATA_DIR.', 'Run sotto network on.', 'Check HTTPS_PROXY.'])(
    'names no command of the terminal: %s',
    (hint) => {
      const { container } = render(
        <ErrorNote error={{ code: 'MODEL_MISSING', message: 'It is gone.', hint }} detail />,
      );
      expect(container.querySelector('[role="alert"]')?.textContent).toContain('It is gone.');
      expect(container.textContent).not.toContain(hint);
      cleanup();
    },
  );

  it('says that the network is off before a download is asked for', async () => {
    const entry = modelEntrySchema.parse({
      id: 'larger',
      name: 'Larger',
      maker: 'Somebody',
      task: 'chat',
      runnable: true,
      summary: '',
      licence: 'Apache-2.0',
      gated: false,
      languages: [],
      modalities: ['text'],
      quantization: 'INT4',
      origin: 'catalogue',
      sizeBytes: 1e9,
      recommended: true,
      chosen: false,
      state: { state: 'absent' },
    });
    const page = await openPage((core) =>
      core.holdModels({
        entries: [entry],
        network: { on: false, hub: 'https://hub.example', hasToken: false },
      }),
    );
    await page.user.click(screen.getByTestId('place-models'));
    expect(screen.getByTestId('network-needed').textContent).toBe(
      'The network is off. Switch on “Network” to download.',
    );
    expect(screen.getByTestId('download')).toHaveProperty('disabled', true);
  });
});

describe('a click on a word of a transcript', () => {
  it('places the caret in silence, and plays only while the key for commands is held', async () => {
    const playFrom = vi.spyOn(player, 'playFrom').mockImplementation(() => undefined);
    const page = await openWith();
    await opened(page);
    await page.hear(STARTED, heard('s1', 'Take it twice.'), DONE);
    fireEvent.click(screen.getByText('twice.'));
    expect(playFrom).not.toHaveBeenCalled();
    fireEvent.click(screen.getByText('twice.'), { ctrlKey: true });
    expect(playFrom).toHaveBeenCalledOnce();
  });
});
