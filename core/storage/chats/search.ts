import { sql } from 'kysely';
import type { Search, SearchHit } from '../../../contract/history.ts';
import type { OpenDatabase } from '../database/open-database.ts';

/** Characters that no text has (Unicode keeps them for a program's own use): they frame what was found. */
const BEGIN = '\uE000';
const END = '\uE001';
const SNIPPET_WORDS = 16;
const USUAL_LIMIT = 50;

interface Row {
  chat_id: string;
  message_id: string;
  title: string;
  role: 'user' | 'assistant';
  created_at: number;
  is_archived: number;
  snippet: string;
}

/**
 * Messages with all of the words, or their beginnings, the newest first; also in chats whose other branch is shown. By time
 * and not by rank: to rank, every message with a common word would have to be looked at (250 ms of 100,000).
 */
export function searchMessages(db: OpenDatabase, { text, limit = USUAL_LIMIT }: Search): SearchHit[] {
  const wanted = toMatch(text);
  if (wanted === '') return [];
  const rows = db.all<Row>(
    sql<Row>`select m.chat_id, m.id as message_id, c.title, m.role, m.created_at, c.is_archived,
        snippet(messages_fts, 0, ${BEGIN}, ${END}, '…', ${SNIPPET_WORDS}) as snippet
      from messages_fts
        cross join messages m on m.seq = messages_fts.rowid
        cross join chats c on c.id = m.chat_id
      where messages_fts match ${wanted} and c.deleted_at is null
      order by messages_fts.rowid desc limit ${limit}`,
  );
  return rows.map((row) => ({
    chatId: row.chat_id,
    messageId: row.message_id,
    title: row.title,
    role: row.role,
    createdAt: row.created_at,
    isArchived: row.is_archived === 1,
    snippet: toParts(row.snippet),
  }));
}

/** Every word quoted, so that nothing in it is an operator; the last one may still be growing. */
function toMatch(text: string): string {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => `"${word}"*`).join(' ');
}

function toParts(snippet: string): SearchHit['snippet'] {
  return snippet
    .split(BEGIN)
    .flatMap((piece, index) => {
      if (index === 0) return [{ text: piece, isMatch: false }];
      const [found = '', rest = ''] = piece.split(END);
      return [
        { text: found, isMatch: true },
        { text: rest, isMatch: false },
      ];
    })
    .filter((part) => part.text !== '');
}
