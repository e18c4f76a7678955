import { constants } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { toOneLine, withoutControls } from '../../../../contract/control-characters.ts';
import type { SkippedMessages } from '../../../../contract/history.ts';
import { AppError } from '../../../errors.ts';
import { decodeText } from '../../../system/decode-text.ts';
import { FileTooLargeError, NotAFileError, readRegular } from '../../../system/regular-file.ts';
import type { OpenDatabase } from '../../database/open-database.ts';
import { locked, toStorageError } from '../../database/storage-errors.ts';
import { addMedia } from '../media-rows.ts';
import { titleOf } from '../title.ts';
import type { ImportedChat, ImportedMessage } from './imported-chat.ts';
import { readExport } from './read-export.ts';

/** JSON is read as a whole: a larger file would take the memory of everything else, and more than a text can hold. */
const MOST_BYTES = constants.MAX_STRING_LENGTH;
const MOST_TITLE_CHARS = 200;
const MOST_FOLDER_CHARS = 80;
/** So many messages are written before anybody else has a turn. */
export const BATCH = 500;
/**
 * When a chat is deleted that is still coming in: out of sight, not to be purged while Sotto runs, and gone with the
 * next clean-up of a start or an end where it did not come in whole.
 */
const COMING_IN = Number.MAX_SAFE_INTEGER - 1;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export interface ImportedChats {
  ids: string[];
  /** Entries that could not be read. */
  leftOut: number;
  skipped: SkippedMessages;
}

/**
 * Takes the chats of another program's export. All of them come in, or none.
 *
 * @param pause lets everybody else have a turn
 * @throws AppError IMPORT_FORMAT, DB_*, DISK_FULL.
 */
export async function importChats(
  db: OpenDatabase,
  path: string,
  pause: () => Promise<unknown> = nextTurn,
): Promise<ImportedChats> {
  const { chats, leftOut, skipped } = await readExport(decodeText(await read(path)), pause);
  const now = Date.now();
  const ids: string[] = [];
  try {
    for (const chat of chats) {
      const id = randomUUID();
      ids.push(id);
      await insert(db, id, chat, now, pause);
    }
    // The one moment from which on they are there.
    db.transaction(() => {
      for (const id of ids)
        db.run(db.query.updateTable('chats').set({ deleted_at: null }).where('id', '=', id));
    });
  } catch (cause) {
    if (!db.raw.open) throw locked();
    takeBack(db, ids);
    throw toStorageError(cause);
  }
  return { ids, leftOut, skipped };
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readRegular(path, MOST_BYTES);
  } catch (cause) {
    if (cause instanceof FileTooLargeError) {
      throw new AppError('IMPORT_FORMAT', 'This file is too large to be read at once.', {
        hint: 'Export fewer chats at a time.',
      });
    }
    if (cause instanceof NotAFileError) {
      throw new AppError(
        'IMPORT_FORMAT',
        cause.isFolder ? 'This is a folder.' : 'This is not a regular file.',
        {
          hint: 'Give the path of a JSON file.',
        },
      );
    }
    const isMissing = /^(ENOENT|ENOTDIR)$/.test((cause as NodeJS.ErrnoException).code ?? '');
    throw new AppError('IMPORT_FORMAT', `The file ${isMissing ? 'was not found' : 'cannot be read'}.`, {
      hint: isMissing ? 'Check the path.' : 'Check the rights to it.',
      cause,
    });
  }
}

async function insert(
  db: OpenDatabase,
  id: string,
  chat: ImportedChat,
  now: number,
  pause: () => Promise<unknown>,
): Promise<void> {
  const ids = new Map(chat.messages.map(({ key }) => [key, randomUUID()]));
  // A clock of another machine may run ahead.
  const timeOf = (ms: number | undefined) => Math.min(ms ?? now, now);
  const last = chat.messages.at(-1);
  const headKey = chat.headKey ?? last?.key ?? '';
  const createdAt = timeOf(chat.createdAt ?? chat.messages[0]?.createdAt);
  const title = toOneLine(chat.title) || titleOf(withoutControls(chat.messages[0]?.text ?? ''));
  const folder = cut(toOneLine(chat.folder ?? ''), MOST_FOLDER_CHARS);
  db.run(
    db.query.insertInto('chats').values({
      id,
      title: cut(title, MOST_TITLE_CHARS),
      title_by: 'user',
      head_id: ids.get(headKey) ?? null,
      folder: folder === '' ? null : folder,
      is_pinned: Number(chat.isPinned ?? false),
      is_archived: Number(chat.isArchived ?? false),
      created_at: createdAt,
      updated_at: timeOf(chat.updatedAt ?? last?.createdAt ?? createdAt),
      deleted_at: COMING_IN,
    }),
  );
  for (let from = 0; from < chat.messages.length; from += BATCH) {
    db.transaction(() => {
      for (const message of chat.messages.slice(from, from + BATCH)) {
        const messageId = ids.get(message.key) ?? randomUUID();
        const parentId = message.parentKey === null ? null : (ids.get(message.parentKey) ?? null);
        insertMessage(db, { chatId: id, messageId, parentId, createdAt: timeOf(message.createdAt) }, message);
      }
    });
    await pause();
  }
}

function insertMessage(
  db: OpenDatabase,
  {
    chatId,
    messageId,
    parentId,
    createdAt,
  }: { chatId: string; messageId: string; parentId: string | null; createdAt: number },
  { role, text, media = [], own = {} }: ImportedMessage,
): void {
  db.run(
    db.query.insertInto('messages').values({
      id: messageId,
      chat_id: chatId,
      parent_id: parentId,
      role,
      // What no text can hold would make the message unreadable.
      text: withoutControls(text).replace(LONE_SURROGATE, '\ufffd'),
      state: own.state ?? 'complete',
      created_at: createdAt,
      limit_kind: own.limit ?? null,
      error_json: own.error === undefined ? null : JSON.stringify(own.error),
      stats_json: own.stats === undefined ? null : JSON.stringify(own.stats),
      summary: own.summary ?? null,
    }),
  );
  if (media.length > 0) addMedia(db, chatId, messageId, media);
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

function cut(text: string, chars: number): string {
  return [...text.slice(0, 2 * chars)].slice(0, chars).join('').replace(LONE_SURROGATE, '\ufffd');
}
