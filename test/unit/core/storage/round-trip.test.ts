import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AnswerStats } from '../../../../contract/chat.ts';
import type { ImportEvent } from '../../../../contract/history.ts';
import { createChatStore } from '../../../../core/storage/chats/chat-store.ts';
import { exportChats } from '../../../../core/storage/chats/export-chats.ts';
import { importChats } from '../../../../core/storage/chats/import/import-chats.ts';
import { importEvents } from '../../../../core/storage/chats/import/import-events.ts';
import { BATCH, importPieces } from '../../../../core/storage/chats/import/import-pieces.ts';
import { openInSteps, PAGE } from '../../../../core/storage/chats/open-in-steps.ts';
import { openDatabase } from '../../../../core/storage/database/open-database.ts';
import { importing } from '../../../support/importing.ts';
import { withTempDir } from '../../../support/models.ts';

const STATS: AnswerStats = {
  promptTokens: 3,
  completionTokens: 5,
  loadMs: 0,
  ttftMs: 10,
  prefillTokensPerSecond: 100,
  decodeTokensPerSecond: 20,
  peakRssBytes: 1,
  backend: 'cpu',
  model: 'starter',
  contextTokens: 8,
  contextLimit: 2048,
};
const PICTURE = {
  name: 'cat.png',
  type: 'image/png',
  bytes: new Uint8Array(Buffer.from('89504e470d0a1a0aff', 'hex')),
} as const;

type Store = ReturnType<typeof createChatStore>;

const exported = async (store: Store, id: string | undefined, format: 'json' | 'md' = 'json') =>
  new TextDecoder().decode((await exportChats(store, id, format)).bytes);

/** Of a chat with ids, which a new chat has new ones of, counted through. */
const withoutIds = (text: string) => {
  const known = new Map<string, string>();
  return text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => {
    if (!known.has(id)) known.set(id, `id-${known.size}`);
    return known.get(id) ?? '';
  });
};

it('a chat that is exported and imported has its times, branches, models, thoughts and pictures', async () => {
  let now = Date.UTC(2023, 4, 1);
  const store = createChatStore(await openDatabase({ path: ':memory:' }), { now: () => (now += 1000) });
  const { id } = store.create();
  const question = store.add(id, { role: 'user', text: '', state: 'complete' }, undefined, [PICTURE]);
  store.add(id, {
    role: 'assistant',
    text: '<think>\nHm\n</think>\n\nA cat.',
    state: 'complete',
    stats: STATS,
  });
  store.add(
    id,
    { role: 'user', text: '<think> is a mark', state: 'complete', summary: 'In short' },
    question.id,
  );
  store.add(id, {
    role: 'assistant',
    text: '',
    state: 'failed',
    error: { code: 'ENGINE_HUNG', message: 'It hung.' },
  });
  const shown = store.add(
    id,
    { role: 'assistant', text: 'Cut', state: 'length', limit: 'context' },
    question.id,
  );
  store.add(id, { role: 'user', text: 'And?', state: 'complete' });
  store.change({ id, title: 'Cats', isPinned: true, isArchived: true, folder: 'Animals' });
  store.show(id, shown.id);

  const first = await exported(store, id);
  const again = await importing(first);
  const second = await exported(again.store, again.ids[0]);
  expect(withoutIds(second)).toBe(withoutIds(first));
  expect(again.skipped).toEqual({ unreadable: 0, withoutText: 0, tools: 0, tooMany: 0 });
  expect(again.store.open(again.ids[0]).messages.map(({ text }) => text)).toEqual(['', 'Cut', 'And?']);
  expect(JSON.parse(second).chats[0].messages[0].createdAt).toMatch(/^2023-05-01/);
});

it('an export of an older Sotto, without ids, comes in with its pictures', async () => {
  const media = [{ name: 'a.png', type: 'image/png', base64: Buffer.from(PICTURE.bytes).toString('base64') }];
  const { store, ids } = await importing({
    version: 1,
    chats: [
      {
        title: 'Old',
        messages: [
          { role: 'user', text: 'Hi', media },
          { role: 'assistant', text: 'Yes' },
        ],
      },
    ],
  });
  expect(store.open(ids[0]).messages.map(({ text, media }) => [text, media?.[0]?.name])).toEqual([
    ['Hi', 'a.png'],
    ['Yes', undefined],
  ]);
});

it('what a person wrote about marks of thoughts is in a Markdown export', async () => {
  const { store, ids } = await importing([
    {
      title: 'Marks',
      messages: [
        { role: 'user', text: '<think> what is it?' },
        { role: 'assistant', text: '<think>x</think>A mark.' },
      ],
    },
  ]);
  const text = await exported(store, ids[0], 'md');
  expect(text).toContain('**You**\n\n<think> what is it?\n\n**Sotto**\n\nA mark.');
});

const LONG = 4 * PAGE + 10;

it('a long chat comes in, and goes out, in steps that leave room for everything else', async () => {
  await withTempDir(async (dir) => {
    const db = await openDatabase({ path: ':memory:' });
    const path = join(dir, 'long.json');
    const messages = Array.from({ length: LONG }, (_, at) => ({
      role: at % 2 ? 'assistant' : 'user',
      text: `${at}`,
    }));
    await writeFile(path, JSON.stringify({ version: 1, chats: [{ title: 'Long', messages }] }));
    let work = 0;
    let most = 0;
    const pause = async () => {
      most = Math.max(most, work);
      work = 0;
    };
    const counted = {
      ...db,
      run: (query: Parameters<typeof db.run>[0]) => {
        work += 1;
        db.run(query);
      },
    };
    const { ids } = await importChats(counted, path, { pause });
    await pause();
    expect(most).toBeLessThanOrEqual(BATCH + 1);

    const store = createChatStore(db);
    most = 0;
    const reading = {
      ...store,
      page: (...args: Parameters<typeof store.page>) => {
        const page = store.page(...args);
        work += page.length;
        return page;
      },
    };
    const { bytes } = await exportChats(reading, ids[0], 'json', pause);
    await pause();
    expect(most).toBeLessThanOrEqual(PAGE);
    most = 0;
    const chat = await openInSteps(reading, ids[0], pause);
    await pause();
    expect(most).toBeLessThanOrEqual(PAGE);
    expect(chat).toEqual(store.open(ids[0]));
    expect(JSON.parse(new TextDecoder().decode(bytes)).chats[0].messages).toHaveLength(LONG);
  });
});

it('a chat that is opened in steps has its branches, and what was said meanwhile', async () => {
  const store = createChatStore(await openDatabase({ path: ':memory:' }));
  const { id } = store.create();
  const say = (text: string, parentId?: string | null) =>
    store.add(id, { role: 'user', text, state: 'complete' }, parentId);
  const first = say('0');
  for (let at = 1; at < PAGE; at += 1) say(`${at}`);
  say('another beginning', null);
  say('beside the second', first.id);
  const same = await openInSteps(store, id);
  expect(same).toEqual(store.open(id));
  expect(same.messages.map(({ versions = [] }) => versions.length)).toEqual([2, 2]);
  let isSaid = false;
  const talkative = await openInSteps(store, undefined, async () => {
    if (!isSaid) say('meanwhile');
    isSaid = true;
  });
  expect(talkative.messages.at(-1)?.text).toBe('meanwhile');
  expect(talkative).toEqual(store.open(id));
  await expect(openInSteps(store, 'none')).rejects.toMatchObject({ code: 'CHAT_UNKNOWN' });
});

it('showing another branch of a long chat asks the database a few times, not once a message', async () => {
  const messages = Array.from({ length: LONG }, (_, at) => ({ role: 'user', text: `${at}` }));
  const { db, ids } = await importing([{ title: 'Long', messages }]);
  let asked = 0;
  const counted = {
    ...db,
    get: ((query) => {
      asked += 1;
      return db.get(query);
    }) as typeof db.get,
    all: ((query) => {
      asked += 1;
      return db.all(query);
    }) as typeof db.all,
  };
  const store = createChatStore(counted);
  const id = ids[0] ?? '';
  const first = store.open(id).messages[0]?.id ?? '';
  asked = 0;
  store.show(id, first);
  expect(asked).toBeLessThan(20);
  expect(store.open(id).messages).toHaveLength(LONG);
});

it('an export is read on a thread of its own, with the same chats and the same errors', async () => {
  const worker = join(import.meta.dirname, '../../../../core/storage/chats/import/import-worker.ts');
  await withTempDir(async (dir) => {
    const db = await openDatabase({ path: ':memory:' });
    const path = join(dir, 'export.json');
    const messages = Array.from({ length: 3 * BATCH }, (_, at) => ({ role: 'user', text: `Line ${at}` }));
    const chat = { title: 'Long', messages: [...messages, { role: 'tool', text: 'x' }] };
    await writeFile(path, JSON.stringify({ version: 1, chats: [chat, 'no chat'] }));
    const { ids, leftOut, skipped } = await importChats(db, path, { worker });
    expect([leftOut, skipped.tools]).toEqual([1, 1]);
    const texts = createChatStore(db)
      .open(ids[0])
      .messages.map(({ text }) => text);
    expect(texts).toEqual(messages.map(({ text }) => text));
    const missing = importChats(db, join(dir, 'nothing.json'), { worker });
    await expect(missing).rejects.toMatchObject({
      code: 'IMPORT_FORMAT',
      message: 'The file was not found.',
    });
    await writeFile(path, '{}');
    await expect(importChats(db, path, { worker })).rejects.toMatchObject({ code: 'IMPORT_FORMAT' });
    expect(createChatStore(db).list()).toHaveLength(1);
  });
});

it('messages of a million characters come in a few at a time', async () => {
  await withTempDir(async (dir) => {
    const path = join(dir, 'long.json');
    const text = 'word '.repeat(200_000);
    const messages = Array.from({ length: 6 }, () => ({ role: 'user', text }));
    await writeFile(path, JSON.stringify({ version: 1, chats: [{ title: 'Long', messages }] }));
    const sizes: number[] = [];
    for await (const piece of importPieces(path))
      if (piece.type === 'messages') sizes.push(piece.messages.length);
    expect(sizes).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

it('chats of a file that does not come in whole are not there', async () => {
  await withTempDir(async (dir) => {
    const db = await openDatabase({ path: ':memory:' });
    const path = join(dir, 'two.json');
    const chat = { title: 'One', messages: [{ role: 'user', text: 'Hi' }] };
    await writeFile(path, JSON.stringify({ version: 1, chats: [chat, chat] }));
    let written = 0;
    const failing = {
      ...db,
      run: (query: Parameters<typeof db.run>[0]) => {
        written += 1;
        if (written === 4) throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
        db.run(query);
      },
    };
    await expect(importChats(failing, path)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(createChatStore(db).list()).toEqual([]);
    expect(db.all(db.query.selectFrom('messages').select('id'))).toEqual([]);
  });
});

it('an import says how far it is, and takes back what has come in when it is cancelled', async () => {
  await withTempDir(async (dir) => {
    const db = await openDatabase({ path: ':memory:' });
    const path = join(dir, 'export.json');
    const messages = Array.from({ length: 3 * BATCH }, (_, at) => ({ role: 'user', text: `Line ${at}` }));
    await writeFile(path, JSON.stringify({ version: 1, chats: [{ title: 'Long', messages }] }));
    const run = async (abort: AbortController, cancelsAt?: number) => {
      const told: ImportEvent[] = [];
      const events = importEvents((options) => importChats(db, path, options), abort.signal);
      for await (const event of events) {
        told.push(event);
        if (event.type === 'progress' && event.messages === cancelsAt) abort.abort();
      }
      return told;
    };
    expect((await run(new AbortController(), 2 * BATCH)).at(-1)).toEqual({ type: 'cancelled' });
    expect(createChatStore(db).list()).toEqual([]);
    const counts = (await run(new AbortController())).map((event) =>
      event.type === 'progress' ? event.messages : event.type,
    );
    expect(counts).toEqual([BATCH, 2 * BATCH, 3 * BATCH, 'done']);
    expect(createChatStore(db).list()).toHaveLength(1);
  });
});
