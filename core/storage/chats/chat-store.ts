import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Chat, ChatMessage } from '../../../contract/chat.ts';
import type { ChatChange, ChatSummary } from '../../../contract/history.ts';
import type { MediaInput } from '../../../contract/media.ts';
import { AppError } from '../../errors.ts';
import type { OpenDatabase } from '../database/open-database.ts';
import type { MessageRow } from '../database/schema.ts';
import { type ChatList, createChatList, toSummary } from './chat-list.ts';
import { withDraft } from './draft-store.ts';
import { addMedia, mediaOfChat, mediaOfMessages, readMedia, type WholeMedia } from './media-rows.ts';
import { fromRow, toRow } from './message-rows.ts';
import { titleOf } from './title.ts';

/** A message with its place in the tree. */
export interface StoredMessage extends ChatMessage {
  /** Order of writing. */
  seq: number;
  parentId: string | null;
  createdAt: number;
}

/** A chat before its messages are read. */
export interface ChatHead extends Omit<Chat, 'messages'> {
  shownId: string | null;
}

/** Chats and their messages, which form a tree: an edited question or an answer written anew stands beside the old one. */
export interface ChatStore {
  /** The chat of that id, or the one used last (made if there is none). @throws AppError CHAT_UNKNOWN. */
  open(id?: string): Chat;
  /** The same without its messages, with the last one of the branch that is shown. @throws AppError CHAT_UNKNOWN. */
  head(id?: string): ChatHead;
  /** The chat that is shown, without a message; made anew unless the one used last is still empty. */
  create(): Chat;
  /** Adds a message after another, by default the last of the branch that is shown, and shows it. */
  add(
    chatId: string,
    message: Omit<ChatMessage, 'id' | 'versions' | 'media'>,
    parentId?: string | null,
    media?: readonly MediaInput[],
  ): ChatMessage;
  /** A picture or a sound of a message. @throws AppError CHAT_UNKNOWN. */
  media(chatId: string, id: string): WholeMedia;
  update(chatId: string, messageId: string, change: Partial<Omit<ChatMessage, 'id' | 'role'>>): void;
  /** Removes a message with all that follows it; the branch beside it is shown then. */
  remove(chatId: string, messageId: string): void;
  /** What a summary stood for is read again. @throws AppError CHAT_UNKNOWN. */
  removeSummary(chatId: string, messageId: string): void;
  /** What a message follows; null for the first. @throws AppError CHAT_UNKNOWN. */
  parentOf(chatId: string, messageId: string): string | null;
  /** A message and all that stand in its place, in order of writing. @throws AppError CHAT_UNKNOWN. */
  versions(chatId: string, messageId: string): ChatMessage[];
  /** Shows the branch that a message is in. */
  show(chatId: string, messageId: string): void;
  list(): ChatSummary[];
  /** One of the list, with the last message of the branch that is shown. @throws AppError CHAT_UNKNOWN. */
  summary(id: string): ChatSummary & { shownId: string | null };
  /** All messages in order of writing, whatever branch they are in: the next ones after one of them. */
  page(chatId: string, after: number, count: number): StoredMessage[];
  change(change: ChatChange): void;
  /** Whether its name is only its first question. */
  isUnnamed(id: string): boolean;
  /** False: it has another name by now. */
  nameByModel(id: string, title: string): boolean;
  /** Out of sight; final with the next clean-up. */
  delete(id: string): void;
  undelete(id: string): void;
}

export interface ChatStoreOptions {
  now?: () => number;
  list?: ChatList;
  /** A chat looks otherwise in the list. */
  onChange?: (id: string) => void;
}

export function createChatStore(
  db: OpenDatabase,
  { now = Date.now, list = createChatList(db), onChange = () => undefined }: ChatStoreOptions = {},
): ChatStore {
  const chats = () => db.query.selectFrom('chats').where('deleted_at', 'is', null);
  const find = (id: string) => {
    const chat = db.get(chats().selectAll().select(withDraft.as('draft')).where('id', '=', id));
    if (chat === undefined) throw unknownChat();
    return chat;
  };
  /** From the first message to the one that is shown last. */
  const branchOf = (headId: string): MessageRow[] =>
    db.all<MessageRow>(
      sql<MessageRow>`with recursive branch(id, depth) as (
          select ${headId}, 0
          union all select parent_id, depth + 1 from branch join messages using (id) where parent_id is not null
        )
        select messages.* from branch join messages using (id) order by depth desc`,
    );
  const versionsOf = (chatId: string) => {
    const rows = db.all(
      db.query
        .selectFrom('messages')
        .select(['id', 'parent_id'])
        .where('chat_id', '=', chatId)
        .orderBy('seq'),
    );
    const byParent = new Map<string, string[]>();
    for (const { id, parent_id } of rows) {
      const siblings = byParent.get(parent_id ?? '');
      if (siblings === undefined) byParent.set(parent_id ?? '', [id]);
      else siblings.push(id);
    }
    return byParent;
  };
  const headOf = (id: string): ChatHead => {
    const { title, head_id, persona_id } = find(id);
    return { id, title, ...(persona_id === null ? {} : { personaId: persona_id }), shownId: head_id };
  };
  const read = (id: string): Chat => {
    const { shownId, ...chat } = headOf(id);
    if (shownId === null) return { ...chat, messages: [] };
    const byParent = versionsOf(id);
    const media = mediaOfChat(db, id);
    const messages = branchOf(shownId).map((row) => {
      const versions = byParent.get(row.parent_id ?? '') ?? [];
      return { ...fromRow(row, media), ...(versions.length > 1 ? { versions } : {}) };
    });
    return { ...chat, messages };
  };
  const touch = (id: string, change: { head_id?: string | null; title?: string } = {}) => {
    db.run(
      db.query
        .updateTable('chats')
        .set({ ...change, updated_at: now() })
        .where('id', '=', id),
    );
    onChange(id);
  };
  const messageOf = (chatId: string, messageId: string): MessageRow => {
    const row = db.get(
      db.query.selectFrom('messages').selectAll().where('id', '=', messageId).where('chat_id', '=', chatId),
    );
    if (row === undefined) throw unknownChat();
    return row as MessageRow;
  };
  /** The end of the branch that goes on from a message: always with what was written last. */
  const endOf = (chatId: string, messageId: string): string => {
    // All at once: looked for one by one, each would be looked for in the whole chat.
    const byParent = versionsOf(chatId);
    const seen = new Set<string>();
    for (let at = messageId; ; ) {
      const next = byParent.get(at)?.at(-1);
      if (next === undefined || seen.has(next)) return at;
      seen.add(next);
      at = next;
    }
  };

  const store: ChatStore = {
    open: (id) => read(id ?? store.head().id),
    head: (id) => {
      if (id !== undefined) return headOf(id);
      const last = db.get(
        chats().select('id').where('is_archived', '=', 0).orderBy('updated_at', 'desc').limit(1),
      );
      return headOf(last === undefined ? store.create().id : last.id);
    },
    create: () => {
      // What is being written in one stays there.
      const empty = db.get(
        chats().select('id').where('head_id', 'is', null).where(withDraft, 'is', null).limit(1),
      );
      const id = empty?.id ?? randomUUID();
      const time = now();
      if (empty !== undefined) {
        // Nothing is left of what was tried in it.
        db.run(db.query.updateTable('chats').set({ persona_id: null, folder: null }).where('id', '=', id));
        touch(id);
      } else {
        db.run(
          db.query.insertInto('chats').values({
            id,
            title: '',
            title_by: 'question',
            head_id: null,
            persona_id: null,
            folder: null,
            is_pinned: 0,
            is_archived: 0,
            created_at: time,
            updated_at: time,
            deleted_at: null,
          }),
        );
      }
      return { id, title: '', messages: [] };
    },
    add: (chatId, message, parentId, media = []) => {
      const chat = find(chatId);
      const added: ChatMessage = { ...message, id: randomUUID() };
      const parent = parentId === undefined ? chat.head_id : parentId;
      db.transaction(() => {
        db.run(
          db.query.insertInto('messages').values({
            ...toRow(added),
            id: added.id,
            role: added.role,
            chat_id: chatId,
            parent_id: parent,
            created_at: now(),
          }),
        );
        const named =
          chat.title === '' && message.role === 'user'
            ? { title: titleOf(message.text || (media[0]?.name ?? '')) }
            : {};
        if (media.length > 0) added.media = addMedia(db, chatId, added.id, media);
        touch(chatId, { head_id: added.id, ...named });
      });
      return added;
    },
    update: (chatId, messageId, change) => {
      db.run(
        db.query
          .updateTable('messages')
          .set(toRow(change))
          .where('id', '=', messageId)
          .where('chat_id', '=', chatId),
      );
    },
    remove: (chatId, messageId) => {
      const { parent_id } = messageOf(chatId, messageId);
      db.transaction(() => {
        const branch = sql`with recursive branch(id) as (
            select ${messageId} union all select m.id from messages m join branch b on m.parent_id = b.id
          )`;
        db.run(sql`${branch} insert or ignore into removed_messages select id from branch`);
        db.run(sql`${branch} delete from messages where id in (select id from branch)`);
        // A backup may have it as it was before it was sent.
        db.run(sql`insert or ignore into removed_drafts values (${chatId})`);
        const beside = db.get(
          db.query
            .selectFrom('messages')
            .select('id')
            .where('chat_id', '=', chatId)
            .where('parent_id', parent_id === null ? 'is' : '=', parent_id)
            .orderBy('seq', 'desc')
            .limit(1),
        );
        touch(chatId, { head_id: beside === undefined ? parent_id : endOf(chatId, beside.id) });
      });
    },
    removeSummary: (chatId, messageId) => {
      messageOf(chatId, messageId);
      db.run(db.query.updateTable('messages').set({ summary: null }).where('id', '=', messageId));
    },
    media: (chatId, id) => {
      const found = readMedia(db, chatId, id);
      if (found === undefined) throw unknownChat();
      return found;
    },
    parentOf: (chatId, messageId) => messageOf(chatId, messageId).parent_id,
    versions: (chatId, messageId) => {
      const { parent_id } = messageOf(chatId, messageId);
      const rows = db.all(
        db.query
          .selectFrom('messages')
          .selectAll()
          .where('chat_id', '=', chatId)
          .where('parent_id', parent_id === null ? 'is' : '=', parent_id)
          .orderBy('seq'),
      );
      const media = mediaOfChat(db, chatId);
      return rows.map((row) => fromRow(row as MessageRow, media));
    },
    show: (chatId, messageId) => {
      messageOf(chatId, messageId);
      touch(chatId, { head_id: endOf(chatId, messageId) });
    },
    list: list.all,
    summary: (id) => {
      const row = find(id);
      return { ...toSummary(row), shownId: row.head_id };
    },
    page: (chatId, after, count) => {
      const rows = db.all(
        db.query
          .selectFrom('messages')
          .selectAll()
          .where('chat_id', '=', chatId)
          .where('seq', '>', after)
          .orderBy('seq')
          .limit(count),
      ) as MessageRow[];
      const media = mediaOfMessages(db, chatId, rows);
      return rows.map((row) => ({
        ...fromRow(row, media),
        seq: row.seq,
        parentId: row.parent_id,
        createdAt: row.created_at,
      }));
    },
    change: ({ id, title, isPinned, isArchived, personaId, folder }) => {
      find(id);
      const change = {
        ...(title === undefined ? {} : { title, title_by: 'user' as const }),
        ...(isPinned === undefined ? {} : { is_pinned: Number(isPinned) }),
        ...(isArchived === undefined ? {} : { is_archived: Number(isArchived) }),
        ...(personaId === undefined ? {} : { persona_id: personaId }),
        ...(folder === undefined ? {} : { folder: folder === '' ? null : folder }),
      };
      if (Object.keys(change).length === 0) return;
      db.run(db.query.updateTable('chats').set(change).where('id', '=', id));
      onChange(id);
    },
    isUnnamed: (id) => find(id).title_by === 'question',
    nameByModel: (id, title) => {
      if (find(id).title_by !== 'question') return false;
      db.run(db.query.updateTable('chats').set({ title, title_by: 'model' }).where('id', '=', id));
      onChange(id);
      return true;
    },
    delete: (id) => {
      find(id);
      db.run(db.query.updateTable('chats').set({ deleted_at: now() }).where('id', '=', id));
      onChange(id);
    },
    undelete: (id) => {
      db.run(db.query.updateTable('chats').set({ deleted_at: null }).where('id', '=', id));
      onChange(id);
    },
  };
  return store;
}

function unknownChat(): AppError {
  return new AppError('CHAT_UNKNOWN', 'This chat is not there any more.', { hint: 'Start a new chat.' });
}
