import { sql } from 'kysely';
import type { Search, SearchHit } from '../../contract/history.ts';
import type { OpenDatabase } from './database/open-database.ts';
import { isUnspaced, matchPairs } from './database/unspaced.ts';

/** Characters that no text has (Unicode keeps them for a program's own use): they frame what was found. */
const BEGIN = '\uE000';
const END = '\uE001';
const SNIPPET_WORDS = 16;
const USUAL_LIMIT = 50;

type Snippet = SearchHit['snippet'];

/**
 * Messages, transcripts and titles with all of the words, or their beginnings, the newest first.
 *
 * @param search.limit 50 unless told
 */
export function searchAll(db: OpenDatabase, { text, limit = USUAL_LIMIT }: Search): SearchHit[] {
  const words = text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) return [];
  if (words.some(isUnspaced)) return searchUnspaced(db, words, limit);
  // Every word quoted, so that nothing in it is an operator; the last one may still be growing.
  const match = words.map((word) => `"${word}"*`).join(' ');
  const hits = [
    ...searchMessages(db, match, limit),
    ...searchTranscripts(db, match, limit),
    ...searchTitles(db, words, limit),
  ];
  return hits.sort((a, b) => b.createdAt - a.createdAt).slice(0, limit);
}

/**
 * The same inside scripts that put no space between words: the index of pairs tells which texts may have them, the texts
 * themselves which do; without the other index's disregard of accents.
 */
function searchUnspaced(db: OpenDatabase, words: readonly string[], limit: number): SearchHit[] {
  const match = matchPairs(words);
  const has = (...columns: string[]) =>
    sql.join(
      words.map((word) => {
        const anywhere = columns.map((column) => sql`${sql.ref(column)} like ${`%${word}%`}`);
        return sql`(${sql.join(anywhere, sql` or `)})`;
      }),
      sql` and `,
    );
  const messages = db.all<Omit<MessageHit, 'snippet'> & { text: string }>(
    sql`select m.chat_id, m.id as message_id, c.title, m.role, m.created_at, c.is_archived, m.text
      from messages_pairs
        cross join messages m on m.seq = messages_pairs.rowid
        cross join chats c on c.id = m.chat_id
      where messages_pairs match ${match} and c.deleted_at is null and ${has('m.text')}
      order by messages_pairs.rowid desc limit ${limit}`,
  );
  const transcripts = db.all<Omit<TranscriptHit, 'snippet'> & { text: string }>(
    sql`select t.id, t.title, t.created_at, t.text
      from transcripts_pairs cross join transcripts t on t.seq = transcripts_pairs.rowid
      where transcripts_pairs match ${match} and t.deleted_at is null and ${has('t.text', 't.title')}
      order by transcripts_pairs.rowid desc limit ${limit}`,
  );
  const hits = [
    ...messages.map((row) => toMessageHit(row, snippetOf(row.text, words))),
    ...transcripts.map((row) => toTranscriptHit(row, snippetOf(row.text, words))),
    ...searchTitles(db, words, limit),
  ];
  return hits.sort((a, b) => b.createdAt - a.createdAt).slice(0, limit);
}

/** Characters shown before what was found, and in all. */
const BEFORE_CHARS = 24;
const SNIPPET_CHARS = 96;

/** The place of the first word that is found, with every word in it marked. */
function snippetOf(text: string, words: readonly string[]): Snippet {
  const any = new RegExp(`(${words.join('|')})`, 'giu');
  const found = Math.max(0, text.search(any));
  // Twice as much first: a character may take two places, and the first one of the slice may be half of one.
  const before = [...text.slice(Math.max(0, found - 2 * BEFORE_CHARS), found)].slice(1 - BEFORE_CHARS);
  const after = [...text.slice(found, found + 2 * SNIPPET_CHARS)].slice(0, SNIPPET_CHARS - BEFORE_CHARS);
  return `${before.length < found ? '…' : ''}${[...before, ...after].join('')}`
    .split(any)
    .map((part, index) => ({ text: part, isMatch: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}

interface MessageHit {
  chat_id: string;
  message_id: string;
  title: string;
  role: 'user' | 'assistant';
  created_at: number;
  is_archived: number;
  snippet: string;
}

/**
 * Also in chats whose other branch is shown. By time and not by rank: to rank, every message with a common word would have
 * to be looked at (250 ms of 100,000).
 */
function searchMessages(db: OpenDatabase, match: string, limit: number): SearchHit[] {
  const rows = db.all<MessageHit>(
    sql<MessageHit>`select m.chat_id, m.id as message_id, c.title, m.role, m.created_at, c.is_archived,
        snippet(messages_fts, 0, ${BEGIN}, ${END}, '…', ${SNIPPET_WORDS}) as snippet
      from messages_fts
        cross join messages m on m.seq = messages_fts.rowid
        cross join chats c on c.id = m.chat_id
      where messages_fts match ${match} and c.deleted_at is null
      order by messages_fts.rowid desc limit ${limit}`,
  );
  return rows.map((row) => toMessageHit(row, toParts(row.snippet)));
}

const toMessageHit = (row: Omit<MessageHit, 'snippet'>, snippet: Snippet): SearchHit => ({
  kind: 'message',
  chatId: row.chat_id,
  messageId: row.message_id,
  title: row.title,
  role: row.role,
  createdAt: row.created_at,
  isArchived: row.is_archived === 1,
  snippet,
});

interface TranscriptHit {
  id: string;
  title: string;
  created_at: number;
  snippet: string;
}

function searchTranscripts(db: OpenDatabase, match: string, limit: number): SearchHit[] {
  const rows = db.all<TranscriptHit>(
    sql<TranscriptHit>`select t.id, t.title, t.created_at,
        snippet(transcripts_fts, 1, ${BEGIN}, ${END}, '…', ${SNIPPET_WORDS}) as snippet
      from transcripts_fts cross join transcripts t on t.seq = transcripts_fts.rowid
      where transcripts_fts match ${match} and t.deleted_at is null
      order by transcripts_fts.rowid desc limit ${limit}`,
  );
  return rows.map((row) => toTranscriptHit(row, toParts(row.snippet)));
}

const toTranscriptHit = (
  { id, title, created_at }: Omit<TranscriptHit, 'snippet'>,
  snippet: Snippet,
): SearchHit => ({ kind: 'transcript', transcriptId: id, title, createdAt: created_at, snippet });

/** Chats that the user has named: the first question, which names the others, is found as a message. */
function searchTitles(db: OpenDatabase, words: readonly string[], limit: number): SearchHit[] {
  const wanted = words.map(plain);
  const rows = db.all(
    db.query
      .selectFrom('chats')
      .select(['id', 'title', 'updated_at', 'is_archived'])
      .where('deleted_at', 'is', null)
      .where('head_id', 'is not', null)
      .where('title_by', '<>', 'question'),
  );
  return rows
    .filter(({ title }) => {
      const has = plain(title).split(/[^\p{L}\p{N}]+/u);
      return wanted.every((word) =>
        has.some((one) => (isUnspaced(word) ? one.includes(word) : one.startsWith(word))),
      );
    })
    .slice(0, limit)
    .map(({ id, title, updated_at, is_archived }) => ({
      kind: 'chat',
      chatId: id,
      title,
      createdAt: updated_at,
      isArchived: is_archived === 1,
      snippet: [],
    }));
}

/** As the index has it: without case and accents. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function toParts(snippet: string): Snippet {
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
