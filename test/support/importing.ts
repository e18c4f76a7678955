import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createChatStore } from '../../core/storage/chats/chat-store.ts';
import { importChats } from '../../core/storage/chats/import/import-chats.ts';
import { openDatabase } from '../../core/storage/database/open-database.ts';
import { withTempDir } from './models.ts';

/** Takes an export, a value or the bytes of its file, into a database in memory. */
export async function importing(value: unknown) {
  return withTempDir(async (dir) => {
    const db = await openDatabase({ path: ':memory:' });
    const path = join(dir, 'export.json');
    const isWhole = typeof value === 'string' || value instanceof Uint8Array;
    await writeFile(path, isWhole ? value : JSON.stringify(value));
    const store = createChatStore(db);
    const result = await importChats(db, path);
    const texts = (id: string | undefined) =>
      store.open(id).messages.map(({ role, text }) => `${role}: ${text}`);
    return { ...result, store, db, texts };
  });
}
