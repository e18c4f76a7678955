import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Media, MediaInput } from '../../../contract/media.ts';
import type { OpenDatabase } from '../database/open-database.ts';
import type { MediaRow } from '../database/schema.ts';

/** A picture or a sound with what is in it. */
export interface WholeMedia extends Media {
  bytes: Uint8Array;
}

/** Pictures and sounds lie beside the messages that they go along with, and go with them. */
export function addMedia(
  db: OpenDatabase,
  chatId: string,
  messageId: string,
  media: readonly MediaInput[],
): Media[] {
  return media.map(({ name, type, bytes }) => {
    const id = randomUUID();
    const row = { id, message_id: messageId, chat_id: chatId, name, type, bytes: Buffer.from(bytes) };
    db.run(db.query.insertInto('media').values(row));
    return { id, name, type, byteLength: bytes.byteLength };
  });
}

/** Of all messages of a chat, by message; without their bytes, which no list needs. */
export function mediaOfChat(db: OpenDatabase, chatId: string): Map<string, Media[]> {
  return byMessage(
    db.all<Row>(
      sql`select id, message_id, name, type, length(bytes) as byte_length
        from media where chat_id = ${chatId} order by seq`,
    ),
  );
}

/** The same for some of them. */
export function mediaOfMessages(
  db: OpenDatabase,
  chatId: string,
  messages: ReadonlyArray<{ id: string }>,
): Map<string, Media[]> {
  const ids = JSON.stringify(messages.map(({ id }) => id));
  return byMessage(
    db.all<Row>(
      sql`select id, message_id, name, type, length(bytes) as byte_length from media
        where chat_id = ${chatId} and message_id in (select value from json_each(${ids})) order by seq`,
    ),
  );
}

type Row = Omit<MediaRow, 'bytes'> & { byte_length: number };

function byMessage(rows: readonly Row[]): Map<string, Media[]> {
  const found = new Map<string, Media[]>();
  for (const { id, message_id, name, type, byte_length } of rows) {
    const media = { id, name, type, byteLength: byte_length };
    const others = found.get(message_id);
    if (others === undefined) found.set(message_id, [media]);
    else others.push(media);
  }
  return found;
}

/** Undefined: it is gone, or never was. */
export function readMedia(db: OpenDatabase, chatId: string, id: string): WholeMedia | undefined {
  const row = db.get(
    db.query.selectFrom('media').selectAll().where('id', '=', id).where('chat_id', '=', chatId),
  );
  if (row === undefined) return undefined;
  const { name, type, bytes } = row;
  return { id, name, type, byteLength: bytes.byteLength, bytes: new Uint8Array(bytes) };
}
