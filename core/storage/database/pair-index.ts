import { type Kysely, sql } from 'kysely';
import { toPairs } from './unspaced.ts';

/** The name that SQL knows `toPairs` by; every connection that writes must have it. */
export const PAIRS_FUNCTION = 'sotto_pairs';

/** For a connection of the driver. */
export const PAIRS = { name: PAIRS_FUNCTION, of: (text: unknown) => toPairs(String(text)) };

interface Indexed {
  table: string;
  /** What is looked through, as SQL of a row's columns; "row" stands for old and new. */
  text: string;
  /** Columns that it depends on. */
  columns: string;
  /** Whether a row is still being written, and comes into the index when it ends. */
  isOpen: string;
}

const INDEXED: readonly Indexed[] = [
  { table: 'messages', text: 'row.text', columns: 'text, state', isOpen: "row.state = 'streaming'" },
  {
    table: 'transcripts',
    text: "row.title || ' ' || row.text",
    columns: 'title, text, is_running',
    isOpen: 'row.is_running = 1',
  },
];

/** Makes `messages_pairs` and `transcripts_pairs`, with what there is, and keeps them. */
export async function createPairIndexes(db: Kysely<unknown>): Promise<void> {
  for (const one of INDEXED) await createPairIndex(db, one);
}

async function createPairIndex(
  db: Kysely<unknown>,
  { table, text, columns, isOpen }: Indexed,
): Promise<void> {
  const run = (statement: string) => sql.raw(statement).execute(db);
  const index = `${table}_pairs`;
  const of = (row: 'old' | 'new', expression: string) => expression.replaceAll('row.', `${row}.`);
  // Marks belong to these scripts' characters. Nothing is kept of the text but the index.
  await run(`create virtual table ${index} using fts5(
    pairs, content='', columnsize=0, tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'"
  )`);
  await run(`insert into ${index}(${index}, rank) values ('secure-delete', 1)`);
  const pairs = (row: 'old' | 'new') => `${PAIRS_FUNCTION}(${of(row, text)})`;
  const add = `insert into ${index}(rowid, pairs) values (new.seq, ${pairs('new')});`;
  const remove = `insert into ${index}(${index}, rowid, pairs) values ('delete', old.seq, ${pairs('old')});`;
  const [wasOpen, staysOpen] = [of('old', isOpen), of('new', isOpen)];
  // One trigger for each case: SQLite does not say in which order several run.
  const triggers = {
    added: `after insert on ${table} when not ${staysOpen} begin ${add} end`,
    removed: `after delete on ${table} when not ${wasOpen} begin ${remove} end`,
    changed: `after update of ${columns} on ${table}
      when not ${wasOpen} and not ${staysOpen} begin ${remove} ${add} end`,
    ended: `after update of ${columns} on ${table} when ${wasOpen} and not ${staysOpen} begin ${add} end`,
    resumed: `after update of ${columns} on ${table} when not ${wasOpen} and ${staysOpen} begin ${remove} end`,
  };
  for (const [name, body] of Object.entries(triggers)) await run(`create trigger ${index}_${name} ${body}`);
  await run(`insert into ${index}(rowid, pairs)
    select row.seq, ${PAIRS_FUNCTION}(${text}) from ${table} row where not ${isOpen}`);
}
