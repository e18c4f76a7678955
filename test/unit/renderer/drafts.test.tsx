// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../../contract/client.ts';
import type { CallName } from '../../../contract/names.ts';
import { toErrorInfo } from '../../../core/errors.ts';
import type { ChangedChat } from '../../../core/storage/chats/chat-changes.ts';
import type { Storage } from '../../../core/storage/storage.ts';
import { useAttachments } from '../../../renderer/features/chat/attachment-store.ts';
import { attach, detach } from '../../../renderer/features/chat/attachments.ts';
import { useChat } from '../../../renderer/features/chat/chat-state.ts';
import { newChat, openChat } from '../../../renderer/features/chat/chat-store.ts';
import { PASSPHRASE, withStorage } from '../core/storage/opening.ts';
import { closePage, openPage, type Page, STARTED } from './page.tsx';

afterEach(closePage);

const input = () => screen.getByTestId('composer-input') as HTMLTextAreaElement;
const write = (text: string) => fireEvent.change(input(), { target: { value: text } });
const shown = () => ({
  text: useChat.getState().draft,
  names: useAttachments.getState().all.map(({ name }) => name),
});

/** Puts storage behind the page, as the router does. */
function serve(page: Page['core'], storage: () => Storage): void {
  const answer = <T,>(work: Promise<T>): Promise<Reply<T>> =>
    work.then(
      (value) => ({ ok: true as const, value }),
      (cause) => ({ ok: false as const, error: toErrorInfo(cause) }),
    );
  const chats = () => storage().chats();
  page.answer('chat.open', ({ id }) => answer(chats().then((store) => store.open(id))));
  page.answer('chat.clear', () => answer(chats().then((store) => store.create())));
  page.answer('chats.list', () => answer(chats().then((store) => store.list())));
  page.answer('chat.draft', ({ chatId }) => answer(storage().draft(chatId)));
  page.answer(
    'chat.changeDraft',
    (change) => answer(storage().changeDraft(change)) as Promise<Reply<undefined>>,
  );
}

/** The page on real storage, with a chat shown. */
async function openOn(storage: Storage): Promise<Page> {
  const page = await openPage((core) => serve(core, () => storage));
  await waitFor(() => expect(useChat.getState().chatId).toBeDefined());
  return page;
}

async function lockAndUnlock(page: Page, storage: Storage): Promise<void> {
  await act(async () => {
    await storage.lock();
    page.core.tell('storage.status', { state: 'locked', hasPassphrase: true });
  });
  expect(screen.queryByTestId('composer-input')).toBeNull();
  expect(shown()).toEqual({ text: '', names: [] });
  await act(async () => {
    await storage.unlock(PASSPHRASE);
    page.core.tell('storage.status', { state: 'open', hasPassphrase: true });
  });
  await waitFor(() => expect(useChat.getState().chatId).toBeDefined());
}

const called = (page: Page, name: CallName) => page.core.called.filter((one) => one.name === name);

describe('the draft of a chat', () => {
  it('stays with its chat, with what goes along, while others are looked at', async () => {
    await withStorage(async (open) => {
      const storage = open();
      const page = await openOn(storage);
      const first = useChat.getState().chatId;
      write('For the first');
      act(() => void attach('first.txt', 'one'));
      await act(() => newChat());
      expect(shown()).toEqual({ text: '', names: [] });
      expect(useChat.getState().chatId).not.toBe(first);
      write('For the second');
      await act(() => openChat(first));
      expect(shown()).toEqual({ text: 'For the first', names: ['first.txt'] });
      await page.user.click(screen.getByTestId('send'));
      expect(page.core.last().input).toMatchObject({ chatId: first, action: { type: 'ask' } });
    });
  });

  it('is listed where nothing was asked in its chat yet, and goes from the list with its last letter', async () => {
    let page: Page | undefined;
    const onChatChange = (changed: ChangedChat) => act(() => page?.core.tell('chats.changed', changed));
    await withStorage(async (open) => {
      const storage = open();
      page = await openOn(storage);
      write('An idea\nand more');
      await act(() => newChat());
      const item = await screen.findByTestId('chat-item');
      await screen.findByTestId('chat-draft');
      expect(item.textContent).toContain('An idea');
      expect(screen.getByTestId('chat-draft').textContent).toBe('Draft');
      const [draft] = (await storage.chats()).list();
      await act(() => openChat(draft?.id));
      write('');
      await waitFor(() => expect(screen.queryByTestId('chat-item')).toBeNull());
    }, onChatChange);
  });

  it('takes what was written before the page knew of any chat', async () => {
    await withStorage(async (open) => {
      const storage = open();
      let letIn: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        letIn = resolve;
      });
      await openPage((core) => {
        serve(core, () => storage);
        core.answer('chat.open', async () => {
          await gate;
          return { ok: true, value: (await storage.chats()).create() };
        });
      });
      write('Early');
      act(() => void attach('early.txt', 'one'));
      await act(async () => letIn());
      await waitFor(() => expect(useChat.getState().chatId).toBeDefined());
      expect(shown()).toEqual({ text: 'Early', names: ['early.txt'] });
      const chatId = String(useChat.getState().chatId);
      await waitFor(async () =>
        expect(await storage.draft(chatId)).toMatchObject({
          text: 'Early',
          attachments: [{ name: 'early.txt' }],
        }),
      );
    });
  });

  it('goes when its question was taken, and not the words that were written meanwhile', async () => {
    await withStorage(async (open) => {
      const storage = open();
      const page = await openOn(storage);
      const chatId = String(useChat.getState().chatId);
      act(() => void attach('sent.txt', 'one'));
      write('Asked');
      await page.user.click(screen.getByTestId('send'));
      write('Asked, and more');
      await page.say(STARTED);
      expect(shown()).toEqual({ text: 'Asked, and more', names: [] });
      await waitFor(async () => expect((await storage.draft(chatId)).attachments).toEqual([]));
      expect(called(page, 'chat.changeDraft').at(-1)?.input).toMatchObject({ isSent: true });
    });
  });

  it('is told where it cannot be kept, and is tried again', async () => {
    const page = await openPage((core) =>
      core.answer('chat.changeDraft', () => ({
        ok: false,
        error: { code: 'DISK_FULL', message: 'The disk is full.' },
      })),
    );
    write('On a full disk');
    await waitFor(() => expect(screen.getByTestId('error-code').textContent).toBe('(DISK_FULL)'));
    expect(input().value).toBe('On a full disk');
    page.core.answer('chat.changeDraft', () => ({ ok: true, value: undefined }));
    write('On a full disk!');
    await waitFor(() =>
      expect(called(page, 'chat.changeDraft').at(-1)?.input).toMatchObject({ text: 'On a full disk!' }),
    );
  });
});

/** `npm run test:faults` takes a thousand steps; every lock costs the half second that a passphrase is to cost. */
const STEPS = process.env.SOTTO_FAULTS === 'full' ? 1_000 : 60;
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('type' as const), text: fc.string({ maxLength: 20 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('attach' as const), text: fc.string({ maxLength: 9 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('detach' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('switch' as const), to: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('new' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lock' as const) }) },
);

describe('drafts', () => {
  it('are neither lost nor mixed in random switches and locks', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: STEPS, maxLength: STEPS, size: 'max' }), async (steps) => {
        await withStorage(async (open) => {
          const storage = open();
          await storage.setPassphrase(PASSPHRASE, undefined);
          const page = await openOn(storage);
          const written = new Map<string, { text: string; names: string[] }>();
          const here = () => String(useChat.getState().chatId);
          const mine = () => written.get(here()) ?? { text: '', names: [] };
          let files = 0;
          for (const one of steps) {
            if (one.do === 'type') {
              written.set(here(), { ...mine(), text: one.text });
              write(one.text);
            } else if (one.do === 'attach') {
              files += 1;
              written.set(here(), { ...mine(), names: [...mine().names, `${files}.txt`] });
              act(() => void attach(`${files}.txt`, one.text));
            } else if (one.do === 'detach') {
              written.set(here(), { ...mine(), names: mine().names.slice(1) });
              act(() =>
                detach(
                  ...useAttachments
                    .getState()
                    .all.slice(0, 1)
                    .map(({ id }) => id),
                ),
              );
            } else if (one.do === 'switch') {
              const ids = [...written.keys()];
              if (ids.length > 0) await act(() => openChat(ids[one.to % ids.length]));
            } else if (one.do === 'new') await act(() => newChat());
            else await lockAndUnlock(page, storage);
            expect(shown()).toEqual(mine());
          }
          for (const [id, draft] of written) {
            await act(() => openChat(id));
            expect(shown()).toEqual(draft);
          }
        });
        closePage();
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });
});
