import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createChatStore } from '../../../../core/storage/chats/chat-store.ts';
import { openDatabase } from '../../../../core/storage/database/open-database.ts';
import { searchAll } from '../../../../core/storage/search.ts';

it('leaves the file alone as long as it is held, however much is written', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sotto-held-'));
  const path = join(dir, 'sotto.db');
  const db = await openDatabase({ path, key: Buffer.alloc(32, 7) });
  const chats = createChatStore(db);
  const { id } = chats.create();
  // More than SQLite lets the log grow to before it empties it into the file: 1,000 pages of 4 KiB.
  const writeMuch = () => {
    for (let i = 0; i < 30; i += 1) {
      chats.add(id, { role: 'user', text: `${Math.random()} `.repeat(10_000), state: 'complete' });
    }
  };
  writeMuch();
  await db.hold(async () => {
    const before = await readFile(path);
    writeMuch();
    expect((await readFile(path)).equals(before)).toBe(true);
  });
  const held = await readFile(path);
  writeMuch();
  expect((await readFile(path)).equals(held)).toBe(false);
  db.close();
  await rm(dir, { recursive: true });
});

it('finds inside of what an older Sotto has written, once it has brought the tables up to date', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'sotto-older-'));
  const options = { path: join(dir, 'sotto.db'), key: Buffer.alloc(32, 7) };
  const older = await openDatabase(options);
  const chats = createChatStore(older);
  const { id } = chats.create();
  chats.add(id, { role: 'user', text: '患者は頭痛を訴えている', state: 'complete' });
  chats.add(id, { role: 'assistant', text: '腹痛です', state: 'streaming' });
  // As version 4 had it.
  for (const table of ['messages_pairs', 'transcripts_pairs']) {
    for (const name of ['added', 'removed', 'changed', 'ended', 'resumed'])
      older.raw.exec(`drop trigger ${table}_${name}`);
    older.raw.exec(`drop table ${table}`);
  }
  for (const table of ['media', 'drafts', 'draft_attachments', 'removed_drafts'])
    older.raw.exec(`drop table ${table}`);
  older.raw.exec('alter table transcripts drop column sound_json');
  older.raw.exec("delete from kysely_migration where name > '005'");
  older.raw.pragma('user_version = 4');
  older.close();

  const beforeMigration = vi.fn(async () => undefined);
  const db = await openDatabase({ ...options, beforeMigration });
  expect(beforeMigration).toHaveBeenCalledOnce();
  expect(searchAll(db, { text: '頭痛' })).toMatchObject([{ kind: 'message', chatId: id }]);
  expect(searchAll(db, { text: '腹痛' })).toEqual([]);
  db.close();
  await rm(dir, { recursive: true });
});
