// @vitest-environment jsdom
import { act, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChatSummary, ImportEvent, SearchHit } from '../../../contract/history.ts';
import { groupChats } from '../../../renderer/features/history/history-groups.ts';
import type { FakeBridge } from '../../support/fake-bridge.ts';
import { transcriptOf } from '../../support/transcripts.ts';
import { answer, closePage, openPage, question } from './page.tsx';

const NOW = new Date(2026, 10, 26, 12).getTime();
const HOUR = 3_600_000;

function chat(id: string, more: Partial<ChatSummary> = {}): ChatSummary {
  return {
    id,
    title: `Chat ${id}`,
    isPinned: false,
    isArchived: false,
    hasDraft: false,
    isEmpty: false,
    createdAt: NOW,
    updatedAt: NOW,
    ...more,
  };
}

const hold =
  (...chats: ChatSummary[]) =>
  (core: FakeBridge) =>
    core.answer('chats.list', () => ({ ok: true, value: chats }));
const namesOf = (core: FakeBridge) => core.called.map(({ name }) => name);
const inputOf = (core: FakeBridge, name: string) => core.called.findLast((call) => call.name === name)?.input;
const items = () => screen.getAllByTestId('chat-item');

afterEach(closePage);

describe('the list of chats', () => {
  it('has them by the days of the user’s clock, pinned ones first', () => {
    const at = (hours: number) => ({ updatedAt: NOW - hours * HOUR });
    const chats = [
      chat('future', at(-48)),
      chat('today', at(11)),
      chat('yesterday', at(13)),
      chat('week', at(24 * 6)),
      chat('older', at(24 * 30)),
      chat('pinned', { ...at(24 * 30), isPinned: true }),
    ];
    const groups = groupChats(chats, new Date(NOW));
    expect([...groups].map(([group, members]) => [group, ...members.map(({ id }) => id)])).toEqual([
      ['pinned', 'pinned'],
      ['today', 'future', 'today'],
      ['yesterday', 'yesterday'],
      ['week', 'week'],
      ['older', 'older'],
    ]);
  });

  it('opens a chat, and marks the one that is open', async () => {
    const page = await openPage(hold(chat('chat-1'), chat('b')));
    expect(within(items()[0] as HTMLElement).getByRole('button', { current: true })).toBeTruthy();
    await page.user.click(screen.getByText('Chat b'));
    expect(inputOf(page.core, 'chat.open')).toEqual({ id: 'b' });
  });

  it('keeps archived ones out of sight until they are asked for', async () => {
    const page = await openPage(hold(chat('a'), chat('b', { isArchived: true })));
    expect(screen.queryByText('Chat b')).toBeNull();
    await page.user.click(screen.getByTestId('show-archived'));
    expect(screen.getByText('Chat b')).toBeTruthy();
    expect(screen.queryByText('Chat a')).toBeNull();
  });

  it('renames with Enter and leaves the name with Escape', async () => {
    const page = await openPage(hold(chat('a')));
    const rename = async (keys: string) => {
      await page.user.dblClick(screen.getByText('Chat a'));
      await page.user.clear(screen.getByTestId('chat-title-field'));
      await page.user.type(screen.getByTestId('chat-title-field'), keys);
    };
    await rename('{Escape}');
    expect(namesOf(page.core)).not.toContain('chats.change');
    await rename('Rome{Enter}');
    expect(inputOf(page.core, 'chats.change')).toEqual({ id: 'a', title: 'Rome' });
  });

  it('keeps chats in folders, which are chosen or written', async () => {
    const page = await openPage(
      hold(chat('a'), chat('b', { folder: 'Zeta' }), chat('c', { folder: 'Alpha' })),
    );
    expect(screen.getAllByTestId('folder').map((one) => one.querySelector('summary')?.textContent)).toEqual([
      'Alpha1',
      'Zeta1',
    ]);
    const loose = screen.getByText('Chat a').closest('li') as HTMLElement;
    await page.user.click(within(loose).getByTestId('chat-actions'));
    await page.user.click(within(loose).getByTestId('chat-folder'));
    await page.user.type(screen.getByTestId('chat-folder-field'), 'Alpha{Enter}');
    expect(inputOf(page.core, 'chats.change')).toEqual({ id: 'a', folder: 'Alpha' });
  });

  it('follows what becomes of a chat, without reading the list again', async () => {
    const page = await openPage(hold(chat('a'), chat('b', { updatedAt: NOW - 1 })));
    const titles = () => items().map((item) => within(item).getAllByRole('button')[0]?.textContent);
    const tell = (id: string, one?: ChatSummary) =>
      act(async () => page.core.tell('chats.changed', { id, ...(one === undefined ? {} : { chat: one }) }));
    await tell('b', chat('b', { title: 'Rivers of Europe', updatedAt: NOW + 1 }));
    expect(titles()).toEqual(['Rivers of Europe', 'Chat a']);
    await tell('c', chat('c', { updatedAt: NOW }));
    expect(titles()).toEqual(['Rivers of Europe', 'Chat c', 'Chat a']);
    await tell('c');
    expect(titles()).toEqual(['Rivers of Europe', 'Chat a']);
    expect(namesOf(page.core).filter((name) => name === 'chats.list')).toHaveLength(1);
  });

  it('gives the open chat the name that the model has found', async () => {
    const page = await openPage((core) => core.hold([question('q', 'Q'), answer('a', 'A')]));
    const named = chat('chat-1', { title: 'Rivers of Europe' });
    await act(async () => page.core.tell('chats.changed', { id: 'chat-1', chat: named }));
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Rivers of Europe');
  });

  it('deletes, and takes it back', async () => {
    const page = await openPage(hold(chat('a')));
    await page.user.click(screen.getByTestId('chat-actions'));
    await page.user.click(screen.getByTestId('chat-delete'));
    expect(inputOf(page.core, 'chats.delete')).toEqual({ id: 'a' });
    await page.user.click(screen.getByTestId('undo-delete'));
    expect(inputOf(page.core, 'chats.undelete')).toEqual({ id: 'a' });
    expect(screen.queryByTestId('undo-delete')).toBeNull();
  });

  it('does not call deleted what core did not delete', async () => {
    const page = await openPage((core) => {
      hold(chat('a'))(core);
      const error = { code: 'FILE_UNWRITABLE' as const, message: 'Not written.' };
      core.answer('chats.delete', () => ({ ok: false, error }));
    });
    await page.user.click(screen.getByTestId('chat-actions'));
    await page.user.click(screen.getByTestId('chat-delete'));
    expect(screen.queryByTestId('undo-delete')).toBeNull();
    expect(screen.getByRole('alert').textContent).toContain('could not be written');
  });

  it('leads to a transcript that holds what was looked for', async () => {
    const hit: SearchHit = {
      kind: 'transcript',
      transcriptId: 't1',
      title: 'Ward round',
      createdAt: NOW,
      snippet: [{ text: 'metoprolol', isMatch: true }],
    };
    const page = await openPage((core) => core.answer('chats.search', () => ({ ok: true, value: [hit] })));
    page.core.holdTranscripts([{ transcript: transcriptOf(['Take metoprolol.']), state: 'complete' }]);
    await page.user.type(screen.getByTestId('history-search'), 'metop');
    await screen.findByTestId('search-hit');
    await page.user.click(screen.getByTestId('kind-chats'));
    expect(screen.queryByTestId('search-hit')).toBeNull();
    await page.user.click(screen.getByTestId('kind-transcripts'));
    await page.user.click(await screen.findByTestId('search-hit'));
    expect((await screen.findByTestId('segment-text')).textContent).toBe('Take metoprolol.');
    expect(screen.getByTestId('place-transcribe').getAttribute('aria-current')).toBe('page');
  });

  it('searches when the typing rests, marks what was found, and leads to it', async () => {
    const hit: SearchHit = {
      kind: 'message',
      chatId: 'a',
      messageId: 'm',
      title: 'Chat a',
      role: 'user',
      createdAt: NOW,
      isArchived: false,
      snippet: [
        { text: 'in ', isMatch: false },
        { text: 'Rome', isMatch: true },
      ],
    };
    const page = await openPage((core) => {
      hold(chat('a'))(core);
      core.answer('chats.search', () => ({ ok: true, value: [hit] }));
    });
    await page.user.type(screen.getByTestId('history-search'), 'rome');
    const found = await screen.findByTestId('search-hit');
    expect(found.querySelector('mark')?.textContent).toBe('Rome');
    expect(namesOf(page.core).filter((name) => name === 'chats.search')).toHaveLength(1);
    await page.user.click(found);
    expect(inputOf(page.core, 'chat.show')).toEqual({ chatId: 'a', messageId: 'm' });
    await page.user.clear(screen.getByTestId('history-search'));
    expect(items()).toHaveLength(1);
  });
});

describe('a message with other versions', () => {
  it('leads to them', async () => {
    const page = await openPage((core) =>
      core.hold([question('q', 'Why?'), { ...answer('a2', 'Second'), versions: ['a1', 'a2'] }]),
    );
    const versions = within(await screen.findByTestId('versions'));
    expect(versions.getByText('Version 2 of 2')).toBeTruthy();
    expect(versions.getByTestId('next-version')).toHaveProperty('disabled', true);
    await page.user.click(versions.getByTestId('previous-version'));
    expect(inputOf(page.core, 'chat.show')).toEqual({ chatId: 'chat-1', messageId: 'a1' });
  });

  it('comes of a question that is edited: what followed it makes room', async () => {
    const page = await openPage((core) =>
      core.hold([question('q1', 'One?'), answer('a1', 'One.'), question('q2', 'Two?'), answer('a2', 'Two.')]),
    );
    await page.user.click((await screen.findAllByTestId('edit-question'))[0] as HTMLElement);
    await page.user.type(screen.getByTestId('question-editor'), ' Or not?{Enter}');
    expect(page.core.last().input.action).toEqual({ type: 'ask', text: 'One? Or not?', instead: 'q1' });
    await page.say({ type: 'started', questionId: 'q3', answerId: 'a3' });
    expect(screen.getAllByTestId('message-user').map((one) => one.textContent)).toEqual([
      expect.stringContaining('One? Or not?'),
    ]);
  });

  it('is not made by leaving the editor, or by asking the same', async () => {
    const page = await openPage((core) => core.hold([question('q1', 'One?'), answer('a1', 'One.')]));
    for (const keys of [' more{Escape}', '{Enter}']) {
      await page.user.click(screen.getByTestId('edit-question'));
      await page.user.type(screen.getByTestId('question-editor'), keys);
      expect(screen.queryByTestId('question-editor')).toBeNull();
    }
    expect(page.core.answers).toEqual([]);
  });
});

describe('a locked Sotto', () => {
  it('shows the lock alone, empties the page, and opens with the passphrase', async () => {
    const page = await openPage((core) => {
      hold(chat('a', { title: 'Secret title' }))(core);
      core.hold([question('q', 'Secret question')]);
    });
    expect(await screen.findByText('Secret question')).toBeTruthy();
    act(() => page.core.tell('storage.status', { state: 'locked', hasPassphrase: true }));
    await waitFor(() => expect(screen.getByTestId('lock-screen')).toBeTruthy());
    expect(document.body.textContent).not.toContain('Secret');
    page.core.answer('storage.unlock', () => ({
      ok: false,
      error: { code: 'AUTH_WRONG', message: 'This is not the passphrase.' },
    }));
    await page.user.type(screen.getByTestId('passphrase-unlock'), 'wrong{Enter}');
    expect(await screen.findByText('This is not the passphrase.')).toBeTruthy();
    page.core.answer('storage.unlock', () => ({ ok: true, value: undefined }));
    await page.user.type(screen.getByTestId('passphrase-unlock'), 'right{Enter}');
    act(() => page.core.tell('storage.status', { state: 'open', hasPassphrase: true }));
    expect(await screen.findByText('Secret question')).toBeTruthy();
  });

  it('takes two passphrases that are the same and as long as it says before', async () => {
    const page = await openPage();
    act(() => page.core.tell('storage.status', { state: 'memory', hasPassphrase: false }));
    await page.user.click(screen.getByTestId('set-passphrase'));
    expect(screen.getByTestId('passphrase-rule').textContent).toContain('At least 8 characters');
    await page.user.type(screen.getByTestId('passphrase-next'), 'short');
    await page.user.type(screen.getByTestId('passphrase-again'), 'short{Enter}');
    expect(namesOf(page.core)).not.toContain('storage.setPassphrase');
    await page.user.clear(screen.getByTestId('passphrase-next'));
    await page.user.clear(screen.getByTestId('passphrase-again'));
    await page.user.type(screen.getByTestId('passphrase-next'), 'one passphrase');
    await page.user.type(screen.getByTestId('passphrase-again'), 'another{Enter}');
    expect(screen.getByTestId('save-passphrase')).toHaveProperty('disabled', true);
    expect(namesOf(page.core)).not.toContain('storage.setPassphrase');
    await page.user.clear(screen.getByTestId('passphrase-again'));
    await page.user.type(screen.getByTestId('passphrase-again'), 'one passphrase{Enter}');
    expect(inputOf(page.core, 'storage.setPassphrase')).toEqual({ passphrase: 'one passphrase' });
    expect(screen.queryByTestId('passphrase-form')).toBeNull();
  });
});

describe('an import', () => {
  const imported = (ids: string[]): ImportEvent => ({
    type: 'done',
    ids,
    leftOut: 1,
    skipped: { unreadable: 0, withoutText: 0, tools: 2, tooMany: 0 },
  });

  it('says how far it is, what was left out, and shows what came in', async () => {
    const page = await openPage();
    const run = page.core.holdRun('import');
    page.core.answer('chats.import', () => ({ ok: true, value: { runId: run.runId } }));
    await page.user.click(screen.getByTestId('import-chats'));
    await act(async () => run.say({ type: 'progress', messages: 1200 }));
    expect(screen.getByTestId('importing').textContent).toContain('1,200 messages');
    hold(chat('a'))(page.core);
    await act(async () => run.say(imported(['a'])));
    expect(screen.queryByTestId('importing')).toBeNull();
    expect(screen.getByText(/^1 chat imported\./).textContent).toContain('2');
    expect(items()).toHaveLength(1);
  });

  it('goes on over a reload, and is stopped', async () => {
    const page = await openPage((core) => {
      core.holdRun('import').say({ type: 'progress', messages: 5 });
      core.answer('runs.list', () => ({ ok: true, value: core.runs() }));
    });
    expect(screen.getByTestId('importing').textContent).toContain('5 messages');
    await page.user.click(screen.getByTestId('stop-import'));
    expect(inputOf(page.core, 'runs.cancel')).toEqual({ runId: 'run-1' });
  });
});
