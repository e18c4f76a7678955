import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createPairIndexes } from './pair-index.ts';

/**
 * Every change of the tables, in order. What was released is never edited: a new change is a new entry. The number of
 * entries is the database's version.
 */
export const MIGRATIONS: Record<string, Migration> = {
  '001-chats': {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .createTable('chats')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('title', 'text', (column) => column.notNull())
        .addColumn('title_by', 'text', (column) => column.notNull())
        .addColumn('head_id', 'text')
        .addColumn('is_pinned', 'integer', (column) => column.notNull())
        .addColumn('is_archived', 'integer', (column) => column.notNull())
        .addColumn('created_at', 'integer', (column) => column.notNull())
        .addColumn('updated_at', 'integer', (column) => column.notNull())
        .addColumn('deleted_at', 'integer')
        .execute();
      await db.schema
        .createTable('messages')
        .addColumn('seq', 'integer', (column) => column.primaryKey())
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('chat_id', 'text', (column) => column.notNull().references('chats.id').onDelete('cascade'))
        .addColumn('parent_id', 'text')
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('limit_kind', 'text')
        .addColumn('error_json', 'text')
        .addColumn('stats_json', 'text')
        .addColumn('created_at', 'integer', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('messages_of_chat').on('messages').columns(['chat_id', 'seq']).execute();
      await db.schema.createIndex('chats_by_time').on('chats').column('updated_at').execute();
      // Accents make no difference to a search; what is deleted leaves no trace in the index.
      await sql`create virtual table messages_fts using fts5(
        text, content='messages', content_rowid='seq', tokenize="unicode61 remove_diacritics 2", prefix='2 3'
      )`.execute(db);
      await sql`insert into messages_fts(messages_fts, rank) values ('secure-delete', 1)`.execute(db);
      // An answer that is still being written is indexed once, when it ends.
      await sql`create trigger messages_added after insert on messages when new.state <> 'streaming' begin
        insert into messages_fts(rowid, text) values (new.seq, new.text);
      end`.execute(db);
      await sql`create trigger messages_removed after delete on messages when old.state <> 'streaming' begin
        insert into messages_fts(messages_fts, rowid, text) values ('delete', old.seq, old.text);
      end`.execute(db);
      // One trigger for each case: SQLite does not say in which order several run.
      await sql`create trigger messages_changed after update of text, state on messages
        when old.state <> 'streaming' and new.state <> 'streaming' begin
        insert into messages_fts(messages_fts, rowid, text) values ('delete', old.seq, old.text);
        insert into messages_fts(rowid, text) values (new.seq, new.text);
      end`.execute(db);
      await sql`create trigger messages_ended after update of text, state on messages
        when old.state = 'streaming' and new.state <> 'streaming' begin
        insert into messages_fts(rowid, text) values (new.seq, new.text);
      end`.execute(db);
      await sql`create trigger messages_resumed after update of text, state on messages
        when old.state <> 'streaming' and new.state = 'streaming' begin
        insert into messages_fts(messages_fts, rowid, text) values ('delete', old.seq, old.text);
      end`.execute(db);
    },
  },
  '002-transcripts': {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .createTable('transcripts')
        .addColumn('seq', 'integer', (column) => column.primaryKey())
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('title', 'text', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('is_running', 'integer', (column) => column.notNull())
        .addColumn('kept_json', 'text', (column) => column.notNull())
        .addColumn('created_at', 'integer', (column) => column.notNull())
        .addColumn('deleted_at', 'integer')
        .execute();
      await sql`create virtual table transcripts_fts using fts5(
        title, text, content='transcripts', content_rowid='seq', tokenize="unicode61 remove_diacritics 2", prefix='2 3'
      )`.execute(db);
      await sql`insert into transcripts_fts(transcripts_fts, rank) values ('secure-delete', 1)`.execute(db);
      // As with answers: one that is being written is indexed when it ends.
      const add = 'insert into transcripts_fts(rowid, title, text) values (new.seq, new.title, new.text);';
      const remove = `insert into transcripts_fts(transcripts_fts, rowid, title, text)
        values ('delete', old.seq, old.title, old.text);`;
      const triggers = {
        added: `after insert on transcripts when new.is_running = 0 begin ${add} end`,
        removed: `after delete on transcripts when old.is_running = 0 begin ${remove} end`,
        changed: `after update of title, text, is_running on transcripts
          when old.is_running = 0 and new.is_running = 0 begin ${remove} ${add} end`,
        ended: `after update of title, text, is_running on transcripts
          when old.is_running = 1 and new.is_running = 0 begin ${add} end`,
        resumed: `after update of title, text, is_running on transcripts
          when old.is_running = 0 and new.is_running = 1 begin ${remove} end`,
      };
      for (const [name, body] of Object.entries(triggers))
        await sql.raw(`create trigger transcripts_${name} ${body}`).execute(db);
    },
  },
  '003-personas-and-folders': {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .createTable('library')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('value_json', 'text', (column) => column.notNull())
        .addColumn('updated_at', 'integer', (column) => column.notNull())
        .execute();
      await db.schema.alterTable('chats').addColumn('persona_id', 'text').execute();
      await db.schema.alterTable('chats').addColumn('folder', 'text').execute();
      // Messages that are gone here, and not yet from the backups.
      await db.schema
        .createTable('removed_messages')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .execute();
    },
  },
  '004-summaries': {
    up: async (db: Kysely<unknown>) => {
      await db.schema.alterTable('messages').addColumn('summary', 'text').execute();
    },
  },
  '005-pairs': { up: createPairIndexes },
  '006-media': {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .createTable('media')
        .addColumn('seq', 'integer', (column) => column.primaryKey())
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('message_id', 'text', (column) =>
          column.notNull().references('messages.id').onDelete('cascade'),
        )
        // The message's, so that opening a chat looks at its own pictures alone.
        .addColumn('chat_id', 'text', (column) => column.notNull())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('bytes', 'blob', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('media_of_message').on('media').column('message_id').execute();
      await db.schema.createIndex('media_of_chat').on('media').column('chat_id').execute();
    },
  },
  '007-drafts': {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .createTable('drafts')
        .addColumn('chat_id', 'text', (column) =>
          column.primaryKey().references('chats.id').onDelete('cascade'),
        )
        .addColumn('text', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('draft_attachments')
        .addColumn('seq', 'integer', (column) => column.primaryKey())
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('chat_id', 'text', (column) => column.notNull().references('chats.id').onDelete('cascade'))
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('bytes', 'blob', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('attachments_of_draft').on('draft_attachments').column('chat_id').execute();
      // Chats with a draft that is gone here, and not yet from the backups.
      await db.schema
        .createTable('removed_drafts')
        .addColumn('chat_id', 'text', (column) => column.primaryKey())
        .execute();
    },
  },
  '008-sound-files': {
    up: async (db: Kysely<unknown>) => {
      await db.schema.alterTable('transcripts').addColumn('sound_json', 'text').execute();
    },
  },
};

export const VERSION = Object.keys(MIGRATIONS).length;
