import { constants } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { toOneLine, withoutControls } from '../../../../contract/control-characters.ts';
import type { SkippedMessages } from '../../../../contract/history.ts';
import type { MediaInput } from '../../../../contract/media.ts';
import { AppError } from '../../../errors.ts';
import { decodeText } from '../../../system/decode-text.ts';
import { FileTooLargeError, NotAFileError, readRegular } from '../../../system/regular-file.ts';
import type { ChatRow, MessageRow } from '../../database/schema.ts';
import { titleOf } from '../title.ts';
import type { ImportedChat, ImportedMessage } from './imported-chat.ts';
import { readExport } from './read-export.ts';

/** JSON is read as a whole: a larger file would take the memory of everything else, and more than a text can hold. */
const MOST_BYTES = constants.MAX_STRING_LENGTH;
const MOST_TITLE_CHARS = 200;
const MOST_FOLDER_CHARS = 80;
/** So many messages are handed on and written before anybody else has a turn; fewer where they are long. */
export const BATCH = 200;
const BATCH_CHARS = 1_000_000;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export interface MessageToImport {
  row: Omit<MessageRow, 'seq'>;
  media: readonly MediaInput[];
}

/** A part of an import, ready to be written: a chat, its messages, then the next chat; at last what was left out. */
export type ImportPiece =
  | { type: 'chat'; row: Omit<ChatRow, 'deleted_at' | 'persona_id' | 'title_by'> }
  | { type: 'messages'; messages: MessageToImport[] }
  | { type: 'end'; leftOut: number; skipped: SkippedMessages };

/** Reads another program's export. @throws AppError IMPORT_FORMAT. */
export async function* importPieces(path: string): AsyncGenerator<ImportPiece, void, void> {
  const { chats, leftOut, skipped } = readExport(decodeText(await read(path)));
  const now = Date.now();
  for (const chat of chats) yield* piecesOf(chat, now);
  yield { type: 'end', leftOut, skipped };
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readRegular(path, MOST_BYTES);
  } catch (cause) {
    if (cause instanceof FileTooLargeError) throw tooLarge();
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

export function tooLarge(): AppError {
  return new AppError('IMPORT_FORMAT', 'This file is too large to be read at once.', {
    hint: 'Export fewer chats at a time.',
  });
}

function* piecesOf(chat: ImportedChat, now: number): Generator<ImportPiece, void, void> {
  const id = randomUUID();
  const ids = new Map(chat.messages.map(({ key }) => [key, randomUUID() as string]));
  // A clock of another machine may run ahead.
  const timeOf = (ms: number | undefined) => Math.min(ms ?? now, now);
  const last = chat.messages.at(-1);
  const createdAt = timeOf(chat.createdAt ?? chat.messages[0]?.createdAt);
  const title = toOneLine(chat.title) || titleOf(withoutControls(chat.messages[0]?.text ?? ''));
  const folder = cut(toOneLine(chat.folder ?? ''), MOST_FOLDER_CHARS);
  yield {
    type: 'chat',
    row: {
      id,
      title: cut(title, MOST_TITLE_CHARS),
      head_id: ids.get(chat.headKey ?? last?.key ?? '') ?? null,
      folder: folder === '' ? null : folder,
      is_pinned: Number(chat.isPinned ?? false),
      is_archived: Number(chat.isArchived ?? false),
      created_at: createdAt,
      updated_at: timeOf(chat.updatedAt ?? last?.createdAt ?? createdAt),
    },
  };
  let messages: MessageToImport[] = [];
  let chars = 0;
  for (const message of chat.messages) {
    const parentId = message.parentKey === null ? null : (ids.get(message.parentKey) ?? null);
    const place = { id: ids.get(message.key) ?? randomUUID(), chat_id: id, parent_id: parentId };
    const row = { ...toRow(message), ...place, created_at: timeOf(message.createdAt) };
    messages.push({ row, media: message.media ?? [] });
    chars += row.text.length + (message.media ?? []).reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
    if (messages.length < BATCH && chars < BATCH_CHARS) continue;
    yield { type: 'messages', messages };
    messages = [];
    chars = 0;
  }
  if (messages.length > 0) yield { type: 'messages', messages };
}

function toRow({ role, text, own = {} }: ImportedMessage) {
  return {
    role,
    // What no text can hold would make the message unreadable.
    text: withoutControls(text).replace(LONE_SURROGATE, '\ufffd'),
    state: own.state ?? 'complete',
    limit_kind: own.limit ?? null,
    error_json: own.error === undefined ? null : JSON.stringify(own.error),
    stats_json: own.stats === undefined ? null : JSON.stringify(own.stats),
    summary: own.summary ?? null,
  };
}

function cut(text: string, chars: number): string {
  return [...text.slice(0, 2 * chars)].slice(0, chars).join('').replace(LONE_SURROGATE, '\ufffd');
}
