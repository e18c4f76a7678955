import { sql } from 'kysely';
import type { OpenDatabase } from './open-database.ts';

/** What refers to something comes after it. */
const CARRIED = [
  'chats',
  'messages',
  'media',
  'drafts',
  'draft_attachments',
  'transcripts',
  'library',
] as const;

/** Answers that were being written when Sotto was ended by force. */
export function endBrokenAnswers(db: OpenDatabase): void {
  db.run(db.query.updateTable('messages').set({ state: 'stopped' }).where('state', '=', 'streaming'));
}

/** What was only in memory is kept from now on. */
export function moveAll(from: OpenDatabase, to: OpenDatabase): void {
  to.transaction(() => {
    for (const table of CARRIED) {
      for (const row of from.all(from.query.selectFrom(table).selectAll().orderBy(sql`rowid`))) {
        // The order stays; the number may be taken where it goes.
        if ('seq' in row) delete (row as { seq?: number }).seq;
        to.run(to.query.insertInto(table).values(row));
      }
    }
  });
}
