import type { Media } from '../../../contract/media.ts';

/** The tables, as kysely knows them. Times in milliseconds since 1970; texts that hold JSON say so. */
export interface ChatRow {
  id: string;
  title: string;
  /** Who named it: nothing is named over what the user wrote. */
  title_by: 'question' | 'model' | 'user';
  /** The last message of the branch that is shown. */
  head_id: string | null;
  /** Whose way of answering it has. */
  persona_id: string | null;
  folder: string | null;
  is_pinned: number;
  is_archived: number;
  created_at: number;
  updated_at: number;
  /** Deleted by the user, and not yet for good. */
  deleted_at: number | null;
}

export interface MessageRow {
  /** Order of writing. */
  seq: number;
  id: string;
  chat_id: string;
  /** The message that this one answers or follows; null for the first of a chat. */
  parent_id: string | null;
  role: 'user' | 'assistant';
  text: string;
  state: 'streaming' | 'complete' | 'stopped' | 'length' | 'failed';
  limit_kind: 'context' | 'max-tokens' | null;
  error_json: string | null;
  stats_json: string | null;
  /** What came before it, in short. */
  summary: string | null;
  created_at: number;
}

export interface MediaRow {
  /** Order of writing. */
  seq: number;
  id: string;
  message_id: string;
  chat_id: string;
  name: string;
  type: Media['type'];
  bytes: Buffer;
}

export interface TranscriptRow {
  seq: number;
  id: string;
  title: string;
  /** Its lines, to be searched. */
  text: string;
  is_running: number;
  /** All of it, as the contract has it. */
  kept_json: string;
  /** Where the file lies that it was made from, and what it was like. */
  sound_json: string | null;
  created_at: number;
  deleted_at: number | null;
}

export interface LibraryRow {
  id: string;
  kind: string;
  value_json: string;
  updated_at: number;
}

/** A message that is being written; there is none where nothing is. */
export interface DraftRow {
  chat_id: string;
  text: string;
}

/** What goes along with it; "text/plain" is a text in UTF-8. */
export interface DraftAttachmentRow {
  seq: number;
  id: string;
  chat_id: string;
  name: string;
  type: Media['type'] | 'text/plain';
  bytes: Buffer;
}

export interface Schema {
  drafts: DraftRow;
  draft_attachments: Omit<DraftAttachmentRow, 'seq'> & { seq?: number };
  /** Chats with a draft that is gone here, and not yet from the backups. */
  removed_drafts: { chat_id: string };
  /** Gone here, and not yet from the backups. */
  removed_messages: { id: string };
  library: LibraryRow;
  transcripts: Omit<TranscriptRow, 'seq'> & { seq?: number };
  chats: ChatRow;
  messages: Omit<MessageRow, 'seq'> & { seq?: number };
  media: Omit<MediaRow, 'seq'> & { seq?: number };
}
