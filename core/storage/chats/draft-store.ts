import { sql } from 'kysely';
import type { ChatDraft, DraftAttachment, DraftChange } from '../../../contract/drafts.ts';
import { AppError } from '../../errors.ts';
import type { OpenDatabase } from '../database/open-database.ts';
import type { DraftAttachmentRow } from '../database/schema.ts';

/** Messages that are being written, one a chat. They go with their chat. */
export interface DraftStore {
  /** Empty where nothing is being written. */
  read(chatId: string): ChatDraft;
  /** @throws AppError CHAT_UNKNOWN. */
  change(change: DraftChange): void;
}

/** Of a row of chats: what its draft begins with, be it the name of a file. Null: it has none. */
export const withDraft = sql<string | null>`coalesce(
  (select substr(text, 1, 500) from drafts where chat_id = chats.id),
  (select name from draft_attachments where chat_id = chats.id order by seq limit 1)
)`;

export function createDraftStore(db: OpenDatabase): DraftStore {
  const hasDraft = (chatId: string) =>
    db.get(sql`select chat_id from drafts where chat_id = ${chatId}
      union select chat_id from draft_attachments where chat_id = ${chatId}`) !== undefined;
  const write = (chatId: string, text: string) => {
    if (text === '') db.run(db.query.deleteFrom('drafts').where('chat_id', '=', chatId));
    else
      db.run(
        db.query
          .insertInto('drafts')
          .values({ chat_id: chatId, text })
          .onConflict((conflict) => conflict.column('chat_id').doUpdateSet({ text })),
      );
  };
  return {
    read: (chatId) => {
      const text = db.get(db.query.selectFrom('drafts').select('text').where('chat_id', '=', chatId))?.text;
      const rows = db.all(
        db.query.selectFrom('draft_attachments').selectAll().where('chat_id', '=', chatId).orderBy('seq'),
      );
      return { text: text ?? '', attachments: rows.map((row) => fromRow(row as DraftAttachmentRow)) };
    },
    change: ({ chatId, text, add, remove = [], isSent = false }) => {
      const chat = db.get(db.query.selectFrom('chats').select('id').where('id', '=', chatId));
      if (chat === undefined) throw unknownChat();
      db.transaction(() => {
        const isDiscarded = !isSent && (text === '' || remove.length > 0) && hasDraft(chatId);
        if (isDiscarded) db.run(sql`insert or ignore into removed_drafts values (${chatId})`);
        if (text !== undefined) write(chatId, text);
        for (const id of remove)
          db.run(db.query.deleteFrom('draft_attachments').where('id', '=', id).where('chat_id', '=', chatId));
        if (add !== undefined)
          db.run(
            db.query
              .insertInto('draft_attachments')
              .values({ ...toRow(add), chat_id: chatId })
              .onConflict((conflict) => conflict.column('id').doNothing()),
          );
      });
    },
  };
}

function toRow(one: DraftAttachment): Pick<DraftAttachmentRow, 'id' | 'name' | 'type' | 'bytes'> {
  if (one.kind === 'text')
    return { id: one.id, name: one.name, type: 'text/plain', bytes: Buffer.from(one.text) };
  const { name, type, bytes } = one.media;
  return { id: one.id, name, type, bytes: Buffer.from(bytes) };
}

function fromRow({ id, name, type, bytes }: DraftAttachmentRow): DraftAttachment {
  if (type === 'text/plain') return { kind: 'text', id, name, text: bytes.toString('utf8') };
  return { kind: 'media', id, media: { name, type, bytes: new Uint8Array(bytes) } };
}

function unknownChat(): AppError {
  return new AppError('CHAT_UNKNOWN', 'This chat is not there any more.', { hint: 'Start a new chat.' });
}
