import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createChatStore } from '../../../../core/storage/chats/chat-store.ts';
import { openDatabase } from '../../../../core/storage/database/open-database.ts';

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
