// @vitest-environment jsdom
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ChatMessage } from '../../../contract/chat.ts';
import { type ModelEntry, modelEntrySchema } from '../../../contract/library.ts';
import * as player from '../../../renderer/features/transcribe/player/player.ts';
import { ErrorNote } from '../../../renderer/ui/error-note.tsx';
import { fakeSettings } from '../../support/fake-replies.ts';
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

/** What core says to whoever is at a terminal: every text of an error that holds a command, an option or a variable. */
function textsForTerminal(): string[] {
  const core = join(import.meta.dirname, '..', '..', '..', 'core');
  const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const texts = files.flatMap((name) =>
    [...readFileSync(join(core, name), 'utf8').matchAll(/(?:hint: |, )'((?:[^'\\\n])+)'/g)].map(
      ([, text]) => text ?? '',
    ),
  );
  const isSentence = (text: string) => / /.test(text) && /[.!]$/.test(text);
  const isForTerminal = (text: string) => /`|(^|\s)--\w|\b[A-Z]+_[A-Z_]+\b|\bnpm run\b/.test(text);
  return [...new Set(texts.filter((text) => isSentence(text) && isForTerminal(text)))];
}

const OFFLINE = { on: false, hub: 'https://hub.example', hasToken: false };
const entryOf = (more: Partial<ModelEntry> = {}): ModelEntry =>
  modelEntrySchema.parse({
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
    ...more,
  });

describe('the window', () => {
  const texts = textsForTerminal();

  it('is told commands by core, which makes the next promise worth something', () => {
    expect(texts.length).toBeGreaterThan(5);
    expect(texts).toContain('See `sotto models list`, or give the path of a .litertlm file.');
  });

  it.each([...texts, 'Set SOTTO_DATA_DIR.', 'Run sotto network on.', 'Check HTTPS_PROXY.'])(
    'names no command of the terminal: %s',
    async (text) => {
      const copied = await import('../../../renderer/ui/copy-text.ts');
      const copy = vi.spyOn(copied, 'copyText').mockReturnValue(true);
      const { container } = render(
        <>
          <ErrorNote error={{ code: 'MODEL_MISSING', message: 'It is gone.', hint: text }} detail />
          <ErrorNote error={{ code: 'NET_LOCKED', message: text, hint: text }} detail />
          <ErrorNote error={{ code: 'NET_LOCKED', message: text, hint: text }} />
        </>,
      );
      expect(container.textContent).toContain('It is gone.');
      expect(container.textContent).not.toContain(text);
      for (const button of screen.getAllByRole('button', { name: 'Copy details' })) fireEvent.click(button);
      expect(copy.mock.calls.join()).toContain('MODEL_MISSING: It is gone.');
      expect(copy.mock.calls.join()).not.toContain(text);
      copy.mockRestore();
      cleanup();
    },
  );

  it('says in its own words why saved chats cannot be opened', async () => {
    const hint = '`sotto backup --list` names those that there are.';
    await openPage((core) =>
      core.answer('storage.status', () => ({
        ok: true,
        value: {
          state: 'memory',
          hasPassphrase: false,
          problem: { code: 'DB_DAMAGED', message: 'See `sotto restore`.', hint },
        },
      })),
    );
    const said = screen.getByTestId('storage-problem').textContent;
    expect(said).toMatch(/\(DB_DAMAGED\)$/);
    expect(said).not.toContain('sotto ');
  });

  it.each<[string, Partial<ModelEntry>, string]>([
    ['fetched', {}, 'download'],
    ['gone on with', { state: { state: 'paused', receivedBytes: 1, totalBytes: 2 } }, 'resume'],
    [
      'repaired',
      { repo: 'a/b', state: { state: 'failed', error: { code: 'MODEL_HASH', message: 'Damaged.' } } },
      'repair',
    ],
  ])('says that the network is off before a model is %s', async (_, more, button) => {
    const page = await openPage((core) => core.holdModels({ entries: [entryOf(more)], network: OFFLINE }));
    await page.user.click(screen.getByTestId('place-models'));
    if (button === 'repair') await page.user.click(screen.getByRole('button', { name: /^On this machine/ }));
    expect(screen.getAllByTestId('network-needed').map(({ textContent }) => textContent)).toContain(
      'The network is off. Switch on “Network” to download.',
    );
    expect(screen.getByTestId(button)).toHaveProperty('disabled', true);
  });

  it('says that the network is off before the hub is looked at', async () => {
    const page = await openPage((core) => core.holdModels({ network: OFFLINE }));
    await page.user.click(screen.getByTestId('place-models'));
    await page.user.click(screen.getByTestId('add-model'));
    expect(screen.getByTestId('add-from-hub')).toHaveProperty('disabled', true);
    expect(screen.getByTestId('add-from-hub').textContent).toContain('The network is off.');
    expect(screen.getByTestId('add-from-file')).toHaveProperty('disabled', false);
  });

  it('says that the network is off in the first steps', async () => {
    const page = await openPage((core) => {
      core.answer('settings.get', () => ({ ok: true, value: fakeSettings({ hasStarted: false }) }));
      core.holdModels({ entries: [entryOf()], network: OFFLINE });
    });
    await page.user.click(screen.getByTestId('next-step'));
    expect(screen.getByTestId('first-steps').textContent).toContain(
      'The network is off. Before you can download it, switch on “Network” in Models.',
    );
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
