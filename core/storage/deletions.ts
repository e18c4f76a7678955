import { sql } from 'kysely';
import type { OpenDatabase } from './database/open-database.ts';

/** Ids of what the user has deleted. */
export interface Deleted {
  chats: readonly string[];
  transcripts: readonly string[];
  /** Gone from the database already. */
  messages: readonly string[];
  /** Chats with a draft that is gone from the database already. */
  drafts: readonly string[];
}

const TABLES = ['chats', 'transcripts'] as const;

/** What was deleted before that time, in milliseconds since 1970. Undefined: nothing. */
export function deletedBefore(db: OpenDatabase, time: number): Deleted | undefined {
  const [chats, transcripts] = TABLES.map((table) =>
    db.all(db.query.selectFrom(table).select('id').where('deleted_at', '<', time)).map(({ id }) => id),
  ) as [string[], string[]];
  const messages = db.all(db.query.selectFrom('removed_messages').select('id')).map(({ id }) => id);
  const drafts = db.all(db.query.selectFrom('removed_drafts').selectAll()).map(({ chat_id }) => chat_id);
  if (chats.length + transcripts.length + messages.length + drafts.length === 0) return undefined;
  return { chats, transcripts, messages, drafts };
}

/** In a copy of the database, which knows nothing of the deletion. */
export function markDeleted(db: OpenDatabase, deleted: Deleted): void {
  for (const table of TABLES) {
    for (const id of deleted[table])
      db.run(db.query.updateTable(table).set({ deleted_at: 0 }).where('id', '=', id));
  }
  for (const id of deleted.drafts) {
    db.run(db.query.deleteFrom('drafts').where('chat_id', '=', id));
    db.run(db.query.deleteFrom('draft_attachments').where('chat_id', '=', id));
  }
}

/** They are gone for good, but for those whose deletion was taken back. */
export function purge(db: OpenDatabase, deleted: Deleted): void {
  db.transaction(() => {
    for (const table of TABLES) {
      for (const id of deleted[table])
        db.run(db.query.deleteFrom(table).where('id', '=', id).where('deleted_at', 'is not', null));
    }
    for (const id of deleted.messages) {
      db.run(db.query.deleteFrom('messages').where('id', '=', id));
      db.run(db.query.deleteFrom('removed_messages').where('id', '=', id));
    }
    for (const id of deleted.drafts) db.run(db.query.deleteFrom('removed_drafts').where('chat_id', '=', id));
    // In a copy, what was shown last may be among them: then what was written last is shown.
    if (deleted.messages.length > 0)
      db.run(
        sql`update chats set head_id = (select id from messages where chat_id = chats.id order by seq desc limit 1)
          where head_id is not null and head_id not in (select id from messages)`,
      );
  });
  // The log still holds what was deleted.
  db.checkpoint();
}
