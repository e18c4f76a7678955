import type { OpenDatabase } from './database/open-database.ts';

/** Ids of what the user has deleted. */
export interface Deleted {
  chats: readonly string[];
  transcripts: readonly string[];
}

const TABLES = ['chats', 'transcripts'] as const;

/** What was deleted before that time, in milliseconds since 1970. Undefined: nothing. */
export function deletedBefore(db: OpenDatabase, time: number): Deleted | undefined {
  const [chats, transcripts] = TABLES.map((table) =>
    db.all(db.query.selectFrom(table).select('id').where('deleted_at', '<', time)).map(({ id }) => id),
  ) as [string[], string[]];
  return chats.length + transcripts.length === 0 ? undefined : { chats, transcripts };
}

/** In a copy of the database, which knows nothing of the deletion. */
export function markDeleted(db: OpenDatabase, deleted: Deleted): void {
  for (const table of TABLES) {
    for (const id of deleted[table])
      db.run(db.query.updateTable(table).set({ deleted_at: 0 }).where('id', '=', id));
  }
}

/** They are gone for good, but for those whose deletion was taken back. */
export function purge(db: OpenDatabase, deleted: Deleted): void {
  db.transaction(() => {
    for (const table of TABLES) {
      for (const id of deleted[table])
        db.run(db.query.deleteFrom(table).where('id', '=', id).where('deleted_at', 'is not', null));
    }
  });
  // The log still holds what was deleted.
  db.checkpoint();
}
