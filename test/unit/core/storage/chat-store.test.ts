import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createChatStore } from '../../../../core/storage/chats/chat-store.ts';
import { openDatabase } from '../../../../core/storage/database/open-database.ts';
import { deletedBefore, purge } from '../../../../core/storage/deletions.ts';
import { searchAll } from '../../../../core/storage/search.ts';
import { withTempDir } from '../../../support/models.ts';

async function create() {
  let time = 1000;
  const db = await openDatabase({ path: ':memory:' });
  const store = createChatStore(db, { now: () => (time += 1) });
  const ask = (chatId: string, text: string, parentId?: string | null) =>
    store.add(chatId, { role: 'user', text, state: 'complete' }, parentId);
  const answer = (chatId: string, text: string, parentId?: string | null) =>
    store.add(chatId, { role: 'assistant', text, state: 'complete' }, parentId);
  const texts = (chatId: string) => store.open(chatId).messages.map((message) => message.text);
  const find = (text: string) => searchAll(db, { text });
  return { db, store, ask, answer, texts, find };
}

describe('chats', () => {
  it('keep their messages in order, and the one used last is opened', async () => {
    const { store, ask, answer, texts } = await create();
    const first = store.create().id;
    ask(first, 'One?');
    answer(first, 'One.');
    const second = store.create().id;
    expect(second).not.toBe(first);
    ask(second, 'Two?');
    expect(texts(first)).toEqual(['One?', 'One.']);
    expect(store.open().id).toBe(second);
    ask(first, 'Three?');
    expect(store.open().id).toBe(first);
  });

  it('take an empty one again rather than pile them up, and list none of them', async () => {
    const { store } = await create();
    expect(store.create().id).toBe(store.create().id);
    expect(store.list()).toEqual([]);
  });

  it('branch where a question is asked otherwise, and show either branch', async () => {
    const { store, ask, answer, texts } = await create();
    const { id } = store.create();
    const root = ask(id, 'Why?');
    answer(id, 'Because.');
    const later = ask(id, 'And then?');
    answer(id, 'Nothing.');
    const other = ask(id, 'Why not?', store.parentOf(id, root.id));
    answer(id, 'No reason.');
    expect(texts(id)).toEqual(['Why not?', 'No reason.']);
    expect(store.open(id).messages[0]?.versions).toEqual([root.id, other.id]);
    expect(store.open(id).messages[1]?.versions).toBeUndefined();
    expect(store.versions(id, other.id).map(({ text }) => text)).toEqual(['Why?', 'Why not?']);
    // Those of a message that follows another are its own, and not the chat's first.
    expect(store.versions(id, later.id).map(({ text }) => text)).toEqual(['And then?']);
    store.show(id, root.id);
    expect(texts(id)).toEqual(['Why?', 'Because.', 'And then?', 'Nothing.']);
    store.show(id, later.id);
    expect(texts(id)).toEqual(['Why?', 'Because.', 'And then?', 'Nothing.']);
  });

  it('go on in the branch beside one that is removed', async () => {
    const { store, ask, answer, texts } = await create();
    const { id } = store.create();
    const question = ask(id, 'Why?');
    answer(id, 'First.');
    const second = answer(id, 'Second.', question.id);
    store.remove(id, second.id);
    expect(texts(id)).toEqual(['Why?', 'First.']);
    store.remove(id, question.id);
    expect(texts(id)).toEqual([]);
  });

  it('are named by their first question, until the user names them', async () => {
    const { store, ask } = await create();
    const { id } = store.create();
    ask(id, `\n  Tell me   everything about ${'the long history of '.repeat(8)}Rome.\nAnd more.`);
    expect(store.open(id).title).toMatch(/^Tell me everything about the long .{5,30}…$/u);
    expect([...store.open(id).title].length).toBeLessThanOrEqual(61);
    store.change({ id, title: 'Rome' });
    ask(id, 'Something else');
    expect(store.open(id).title).toBe('Rome');
  });

  it('are pinned, archived, deleted, brought back and purged', async () => {
    const { db, store, ask, find } = await create();
    const { id } = store.create();
    ask(id, 'A secret plan');
    store.change({ id, isPinned: true, isArchived: true });
    expect(store.list()).toMatchObject([{ id, isPinned: true, isArchived: true }]);
    store.delete(id);
    expect(store.list()).toEqual([]);
    expect(find('secret')).toEqual([]);
    expect(() => store.open(id)).toThrow(expect.objectContaining({ code: 'CHAT_UNKNOWN' }));
    store.undelete(id);
    expect(find('secret')).toHaveLength(1);
    store.delete(id);
    expect(deletedBefore(db, 0)).toBeUndefined();
    const gone = { chats: [id], transcripts: [], messages: [], drafts: [] };
    expect(deletedBefore(db, Number.MAX_SAFE_INTEGER)).toEqual(gone);
    // Taken back at the last moment.
    store.undelete(id);
    purge(db, gone);
    expect(store.list()).toHaveLength(1);
    store.delete(id);
    purge(db, gone);
    store.undelete(id);
    expect(store.list()).toEqual([]);
  });

  it('do not know messages of other chats', async () => {
    const { store, ask } = await create();
    const first = store.create().id;
    const message = ask(first, 'One?');
    const second = store.create().id;
    for (const wrong of [() => store.show(second, message.id), () => store.remove(second, message.id)]) {
      expect(wrong).toThrow(expect.objectContaining({ code: 'CHAT_UNKNOWN' }));
    }
  });
});

describe('a purge', () => {
  it('leaves no byte of what was deleted, in the tables, the index or the log', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'plain.db');
      // Without a key, so that every byte of the file can be read as whoever has the key could.
      const db = await openDatabase({ path });
      const store = createChatStore(db);
      const add = (text: string) => {
        const { id } = store.create();
        const bytes = new TextEncoder().encode(`picture of ${text.slice(0, 20)}`);
        store.add(id, { role: 'user', text, state: 'complete' }, undefined, [
          { name: 'photo.png', type: 'image/png', bytes },
        ]);
        return id;
      };
      // Pairs of each text's own, which the other index has.
      const pair = (i: number) => String.fromCodePoint(0x4e00 + i, 0x6000 + i);
      const gone = Array.from({ length: 200 }, (_, i) =>
        add(`canary${i} ${'secretword '.repeat(i)} ${pair(i)} 頭痛薬`),
      );
      add('This stays');
      db.checkpoint();
      expect((await readFile(path)).includes('canary')).toBe(true);
      expect((await readFile(path)).includes('頭痛薬')).toBe(true);
      for (const id of gone) store.delete(id);
      purge(db, { chats: gone, transcripts: [], messages: [], drafts: [] });
      for (const name of await readdir(dir)) {
        const bytes = await readFile(join(dir, name));
        const pairs = gone.map((_, i) => pair(i));
        for (const canary of ['canary', 'picture of c', 'secretword', 'ecretwor', '頭痛', '痛薬', ...pairs])
          expect(`${name} ${canary} ${bytes.indexOf(canary)}`).toBe(`${name} ${canary} -1`);
      }
      expect((await readFile(path)).includes('This stays')).toBe(true);
      db.close();
    });
  });
});
