import type { OpenDatabase } from './open-database.ts';
import { locked } from './storage-errors.ts';

/**
 * The database that is in use now, whichever that is. Who holds it need not know that it was locked and unlocked, kept for
 * the first time or restored in between: an answer that is being written goes on in what is open then.
 */
export interface LiveDatabase extends OpenDatabase {
  use(db: OpenDatabase | undefined): void;
}

/** Every call throws AppError STORAGE_LOCKED while there is none. */
export function createLiveDatabase(): LiveDatabase {
  let current: OpenDatabase | undefined;
  const now = (): OpenDatabase => {
    if (current === undefined) throw locked();
    return current;
  };
  return {
    use: (db) => {
      current = db;
    },
    get query() {
      return now().query;
    },
    get raw() {
      return now().raw;
    },
    all: (query) => now().all(query),
    get: (query) => now().get(query),
    run: (query) => now().run(query),
    transaction: (work) => now().transaction(work),
    checkpoint: () => now().checkpoint(),
    hold: (work) => now().hold(work),
    close: () => now().close(),
  };
}
