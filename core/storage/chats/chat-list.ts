import type { ChatSummary } from '../../../contract/history.ts';
import type { OpenDatabase } from '../database/open-database.ts';
import type { ChatRow } from '../database/schema.ts';
import { withDraft } from './draft-store.ts';
import { titleOf } from './title.ts';

/** Chats as the list shows them. */
export interface ChatList {
  /** Those in which something was said or is being written, the last one first. */
  all(): ChatSummary[];
  /** One of them. Undefined: it is not in the list. */
  one(id: string): ChatSummary | undefined;
}

export function createChatList(db: OpenDatabase): ChatList {
  const listed = () =>
    db.query
      .selectFrom('chats')
      .where('deleted_at', 'is', null)
      .where((is) => is.or([is('head_id', 'is not', null), is(withDraft, 'is not', null)]))
      .selectAll()
      .select(withDraft.as('draft'));
  return {
    all: () => db.all(listed().orderBy('updated_at', 'desc')).map(toSummary),
    one: (id) => {
      const row = db.get(listed().where('id', '=', id));
      return row === undefined ? undefined : toSummary(row);
    },
  };
}

export function toSummary(row: ChatRow & { draft: string | null }): ChatSummary {
  return {
    id: row.id,
    title: row.title || titleOf(row.draft ?? ''),
    hasDraft: row.draft !== null,
    isEmpty: row.head_id === null,
    isPinned: row.is_pinned === 1,
    isArchived: row.is_archived === 1,
    ...(row.folder === null ? {} : { folder: row.folder }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
