import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SkippedMessages } from '../../../../contract/history.ts';
import type { OpenDatabase } from '../../database/open-database.ts';
import { locked, toStorageError } from '../../database/storage-errors.ts';
import { addMedia } from '../media-rows.ts';
import { type ImportPiece, importPieces } from './import-pieces.ts';
import { importPiecesInThread } from './import-thread.ts';

/**
 * When a chat is deleted that is still coming in: out of sight, not to be purged while Sotto runs, and gone with the
 * next clean-up of a start or an end where it did not come in whole.
 */
const COMING_IN = Number.MAX_SAFE_INTEGER - 1;

export interface ImportedChats {
  ids: string[];
  /** Entries that could not be read. */
  leftOut: number;
  skipped: SkippedMessages;
}

export interface ImportOptions {
  /** The script of the thread that reads the file; without one it is read here. */
  worker?: string | undefined;
  /** Lets everybody else have a turn. */
  pause?: () => Promise<unknown>;
  signal?: AbortSignal | undefined;
  /** How many messages have come in so far. */
  onProgress?: ((messages: number) => void) | undefined;
}

/**
 * Takes the chats of another program's export. All of them come in, or none.
 *
 * @throws AppError IMPORT_FORMAT, DB_*, DISK_FULL; the signal's reason where it was aborted.
 */
export async function importChats(
  db: OpenDatabase,
  path: string,
  { worker, pause = nextTurn, signal, onProgress }: ImportOptions = {},
): Promise<ImportedChats> {
  const ids: string[] = [];
  let skipped: SkippedMessages = { unreadable: 0, withoutText: 0, tools: 0, tooMany: 0 };
  let leftOut = 0;
  let messages = 0;
  try {
    const pieces = worker === undefined ? importPieces(path) : importPiecesInThread(path, worker);
    for await (const piece of pieces) {
      if (piece.type === 'end') ({ leftOut, skipped } = piece);
      else {
        if (piece.type === 'chat') ids.push(piece.row.id);
        write(db, piece);
        if (piece.type === 'messages') {
          messages += piece.messages.length;
          onProgress?.(messages);
        }
      }
      await pause();
      signal?.throwIfAborted();
    }
    // The one moment from which on they are there.
    db.transaction(() => {
      for (const id of ids)
        db.run(db.query.updateTable('chats').set({ deleted_at: null }).where('id', '=', id));
    });
  } catch (cause) {
    if (!db.raw.open) throw locked();
    takeBack(db, ids);
    signal?.throwIfAborted();
    throw toStorageError(cause);
  }
  return { ids, leftOut, skipped };
}

function write(db: OpenDatabase, piece: Exclude<ImportPiece, { type: 'end' }>): void {
  if (piece.type === 'chat') {
    const kept = { title_by: 'user', persona_id: null, deleted_at: COMING_IN } as const;
    db.run(db.query.insertInto('chats').values({ ...piece.row, ...kept }));
    return;
  }
  db.transaction(() => {
    for (const { row, media } of piece.messages) {
      db.run(db.query.insertInto('messages').values(row));
      if (media.length > 0) addMedia(db, row.chat_id, row.id, media);
    }
  });
}

/** As far as the disk allows; what stays is out of sight, and goes with the next clean-up. */
function takeBack(db: OpenDatabase, ids: readonly string[]): void {
  try {
    db.transaction(() => {
      for (const id of ids) db.run(db.query.deleteFrom('chats').where('id', '=', id));
    });
  } catch {
    // A full disk has no room for that either.
  }
}
