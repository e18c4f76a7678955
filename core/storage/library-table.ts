import type { OpenDatabase } from './database/open-database.ts';

/** Small things that are kept under an id: personas, prompts. */
export interface LibraryTable {
  list(): Array<{ id: string; kind: string; value: unknown }>;
  write(id: string, kind: string, value: unknown): void;
  remove(id: string): void;
}

export function createLibraryTable(db: OpenDatabase): LibraryTable {
  return {
    list: () =>
      db
        .all(db.query.selectFrom('library').selectAll())
        .map(({ id, kind, value_json }) => ({ id, kind, value: JSON.parse(value_json) })),
    write: (id, kind, value) => {
      const change = { kind, value_json: JSON.stringify(value), updated_at: Date.now() };
      db.run(
        db.query
          .insertInto('library')
          .values({ id, ...change })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(change)),
      );
    },
    remove: (id) => {
      db.run(db.query.deleteFrom('library').where('id', '=', id));
    },
  };
}
