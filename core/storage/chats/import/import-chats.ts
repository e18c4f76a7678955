import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../../../errors.ts';
import type { OpenDatabase } from '../../database/open-database.ts';
import { titleOf } from '../title.ts';
import type { ImportedChat } from './imported-chat.ts';
import { readExport } from './read-export.ts';

/** JSON is read as a whole: a larger file would take the memory of everything else. */
const MOST_BYTES = 512 * 1024 * 1024;
const MOST_TITLE_CHARS = 200;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export interface ImportedChats {
  ids: string[];
  /** Entries that made no sense. */
  leftOut: number;
}

/** Takes the chats of another program's export. All of them come in, or none. @throws AppError IMPORT_FORMAT, DB_*. */
export async function importChats(db: OpenDatabase, path: string): Promise<ImportedChats> {
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined)
    throw new AppError('IMPORT_FORMAT', 'The file was not found.', { hint: 'Check the path.' });
  if (size > MOST_BYTES) {
    throw new AppError('IMPORT_FORMAT', 'This file is too large to be read at once.', {
      hint: 'Export fewer chats at a time.',
    });
  }
  const { chats, leftOut } = readExport(await readFile(path, 'utf8'));
  const now = Date.now();
  const ids = db.transaction(() => chats.map((chat) => insert(db, chat, now)));
  return { ids, leftOut };
}

function insert(db: OpenDatabase, chat: ImportedChat, now: number): string {
  const id = randomUUID();
  const ids = new Map(chat.messages.map(({ key }) => [key, randomUUID()]));
  // A clock of another machine may run ahead.
  const timeOf = (ms: number | undefined) => Math.min(ms ?? now, now);
  const last = chat.messages.at(-1);
  const headKey = chat.headKey ?? last?.key ?? '';
  const createdAt = timeOf(chat.createdAt ?? chat.messages[0]?.createdAt);
  const title = chat.title.trim() === '' ? titleOf(chat.messages[0]?.text ?? '') : chat.title.trim();
  db.run(
    db.query.insertInto('chats').values({
      id,
      title: [...title].slice(0, MOST_TITLE_CHARS).join(''),
      title_by: 'user',
      head_id: ids.get(headKey) ?? null,
      is_pinned: 0,
      is_archived: 0,
      created_at: createdAt,
      updated_at: timeOf(last?.createdAt ?? createdAt),
      deleted_at: null,
    }),
  );
  for (const { key, parentKey, role, text, createdAt: at } of chat.messages) {
    db.run(
      db.query.insertInto('messages').values({
        id: ids.get(key) ?? randomUUID(),
        chat_id: id,
        parent_id: parentKey === null ? null : (ids.get(parentKey) ?? null),
        role,
        // What no text can hold would make the message unreadable.
        text: text.replaceAll('\0', '').replace(LONE_SURROGATE, '\ufffd'),
        state: 'complete',
        created_at: timeOf(at),
        limit_kind: null,
        error_json: null,
        stats_json: null,
      }),
    );
  }
  return id;
}
