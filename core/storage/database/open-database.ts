/// <reference path="./sqlite-driver.d.ts" />
import Database, { type Statement } from 'better-sqlite3-multiple-ciphers';
import { type Compilable, Kysely, type RawBuilder, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { AppError } from '../../errors.ts';
import { refuseLinksSync } from '../../system/own-folders.ts';
import { MIGRATIONS, VERSION } from './migrations.ts';
import { PAIRS } from './pair-index.ts';
import type { Schema } from './schema.ts';
import { toStorageError } from './storage-errors.ts';

/** SQLite before it can damage a database in WAL mode when two have it open (sqlite.org, fixed in 3.51.3). */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** Kept nowhere. */
const MEMORY = ':memory:';
/** What SQLite writes to: it would follow a link. */
const OWN_FILES = ['', '-wal', '-shm', '-journal'];

type Query<Row> = Compilable<Row> | RawBuilder<Row>;

/** An open, encrypted database. Calls are synchronous: one process owns it, and each takes less than a frame. */
export interface OpenDatabase {
  /** Makes queries; they are run below. */
  readonly query: Kysely<Schema>;
  all<Row>(query: Query<Row>): Row[];
  get<Row>(query: Query<Row>): Row | undefined;
  run(query: Query<unknown>): void;
  /** All of it or nothing. */
  transaction<T>(work: () => T): T;
  /** For pragmas. */
  readonly raw: Database;
  /** What is only in the write-ahead log goes into the file, and the log is emptied. */
  checkpoint(): void;
  /** As long as the work takes the file alone has everything up to now, and does not change; writing goes on in the log. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

export interface OpenOptions {
  /** A file, or ":memory:" for what is not to last. */
  path: string;
  /** Without one nothing is encrypted: for memory only. */
  key?: Buffer;
  readonly?: boolean;
  /** Called before an older database is changed. */
  beforeMigration?: () => Promise<unknown>;
}

/**
 * Opens a database, or makes it, and brings its tables up to date.
 *
 * @throws AppError DB_TOO_NEW for one of a later version of Sotto, DB_DAMAGED for one that is none or cannot be read
 *   with this key. Neither is changed.
 */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  const raw = connect(options);
  try {
    const version = Number(raw.pragma('user_version', { simple: true }));
    if (version > VERSION) throw tooNew();
    if (options.readonly !== true) {
      prepareForWriting(raw);
      if (version > 0 && version < VERSION && options.beforeMigration !== undefined) {
        // A copy of the file alone must have all of it.
        raw.pragma('wal_checkpoint(TRUNCATE)');
        await options.beforeMigration();
      }
      if (version < VERSION) await migrate(raw);
    }
  } catch (cause) {
    raw.close();
    throw toStorageError(cause);
  }
  return wrap(raw);
}

function connect({ path, key, readonly = false }: OpenOptions): Database {
  let raw: Database | undefined;
  try {
    if (path !== MEMORY) for (const end of OWN_FILES) refuseLinksSync(`${path}${end}`, true);
    raw = new Database(path, { readonly, fileMustExist: readonly });
    if (key !== undefined) {
      raw.pragma("cipher='chacha20'");
      raw.pragma(`key="raw:${key.toString('hex')}"`);
    }
    raw.function(PAIRS.name, { deterministic: true }, PAIRS.of);
    // The first read tells whether the key is right; no statement may come before the key.
    assertVersion(String(raw.prepare('select sqlite_version()').pluck().get()));
    raw.prepare('select count(*) from sqlite_schema').get();
    return raw;
  } catch (cause) {
    raw?.close();
    throw toStorageError(cause);
  }
}

function prepareForWriting(raw: Database): void {
  raw.pragma('journal_mode = WAL');
  // What was acknowledged survives a power cut.
  raw.pragma('synchronous = FULL');
  raw.pragma('fullfsync = ON');
  raw.pragma('foreign_keys = ON');
  // What is deleted is overwritten, and sorting leaves nothing readable on the disk.
  raw.pragma('secure_delete = ON');
  raw.pragma('temp_store = MEMORY');
}

/** All of it or nothing: a kill, or a full disk, half-way would leave tables that no later start could go on from. */
async function migrate(raw: Database): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: keepOpen(raw) }) });
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  // Kysely itself begins no transaction here: it takes SQLite for one that cannot change tables in one.
  raw.exec('begin immediate');
  try {
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    raw.pragma(`user_version = ${VERSION}`);
    raw.exec('commit');
  } catch (cause) {
    if (raw.inTransaction) raw.exec('rollback');
    throw cause;
  }
}

/** Kysely closes what it was given; this database goes on. */
function keepOpen(raw: Database) {
  return { prepare: (text: string) => raw.prepare(text), close: () => undefined };
}

function wrap(raw: Database): OpenDatabase {
  const query = new Kysely<Schema>({ dialect: new SqliteDialect({ database: keepOpen(raw) }) });
  const compile = (one: Query<unknown>) => ('isRawBuilder' in one ? one.compile(query) : one.compile());
  const statements = new Map<string, Statement>();
  const prepare = (text: string) => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const made = raw.prepare(text);
    statements.set(text, made);
    return made;
  };
  return {
    query,
    raw,
    all: <Row>(one: Query<Row>) => {
      const { sql, parameters } = compile(one);
      return prepare(sql).all(...parameters) as Row[];
    },
    get: <Row>(one: Query<Row>) => {
      const { sql, parameters } = compile(one);
      return prepare(sql).get(...parameters) as Row | undefined;
    },
    run: (one) => {
      const { sql, parameters } = compile(one);
      prepare(sql).run(...parameters);
    },
    transaction: (work) => raw.transaction(work)(),
    checkpoint: () => {
      raw.pragma('wal_checkpoint(TRUNCATE)');
    },
    hold: async (work) => {
      const pages = Number(raw.pragma('wal_autocheckpoint', { simple: true }));
      raw.pragma('wal_autocheckpoint = 0');
      try {
        raw.pragma('wal_checkpoint(TRUNCATE)');
        return await work();
      } finally {
        raw.pragma(`wal_autocheckpoint = ${pages}`);
      }
    },
    close: () => raw.close(),
  };
}

function assertVersion(text: string): void {
  const found = text.split('.').map(Number);
  for (const [index, wanted] of OLDEST_SQLITE.entries()) {
    const has = found[index] ?? 0;
    if (has > wanted) return;
    if (has < wanted) throw new AppError('RUNTIME_UNTRUSTED', `SQLite ${text} is too old to be trusted.`);
  }
}

function tooNew(): AppError {
  return new AppError(
    'DB_TOO_NEW',
    'Your saved chats are from a newer version of Sotto. They were left as they are.',
    {
      hint: 'Update Sotto.',
    },
  );
}
