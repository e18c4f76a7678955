import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../core/storage/database/open-database.ts';

/** What chat-child.ts has left: whether the database is whole, and the numbers of the questions in it. */
export async function readBack(dir: string): Promise<{ check: unknown; texts: string[] }> {
  const { wrap } = JSON.parse(await readFile(join(dir, 'vault.json'), 'utf8'));
  const db = await openDatabase({ path: join(dir, 'sotto.db'), key: Buffer.from(wrap.data, 'base64') });
  try {
    const check = db.raw.pragma('integrity_check', { simple: true });
    // As at every start: an answer that was being written is not in the index until it ends.
    db.run(db.query.updateTable('messages').set({ state: 'stopped' }).where('state', '=', 'streaming'));
    // The index of the search belongs to the messages: it checks itself against them.
    db.raw.exec("insert into messages_fts(messages_fts, rank) values ('integrity-check', 1)");
    db.raw.exec("insert into messages_pairs(messages_pairs) values ('integrity-check')");
    const rows = db.all(db.query.selectFrom('messages').select(['text', 'role']));
    const texts = rows.filter(({ role }) => role === 'user').map(({ text }) => text.split(' ')[1] ?? '');
    return { check, texts };
  } finally {
    db.close();
  }
}
