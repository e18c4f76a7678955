import { z } from 'zod';
import { chatIdSchema } from './chat.ts';
import { errorInfoSchema } from './errors.ts';
import { personaIdSchema } from './personas.ts';

const folderSchema = z.string().trim().max(80);
const time = z.int().nonnegative();

/** A chat as the list shows it. Times in milliseconds since 1970. */
export const chatSummarySchema = z.object({
  id: chatIdSchema,
  /** Of a chat in which nothing was asked: how its draft begins. */
  title: z.string(),
  isPinned: z.boolean(),
  isArchived: z.boolean(),
  /** A message is being written in it. */
  hasDraft: z.boolean(),
  /** Nothing was asked in it yet: its title is the beginning of its draft. */
  isEmpty: z.boolean(),
  folder: folderSchema.optional(),
  createdAt: time,
  updatedAt: time,
});
export type ChatSummary = z.infer<typeof chatSummarySchema>;

const snippetSchema = z.array(z.object({ text: z.string(), isMatch: z.boolean() }));

/** What a search found. Times in milliseconds since 1970; in a snippet, what was looked for is marked. */
export const searchHitSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    chatId: chatIdSchema,
    messageId: z.string(),
    title: z.string(),
    role: z.enum(['user', 'assistant']),
    createdAt: time,
    isArchived: z.boolean(),
    snippet: snippetSchema,
  }),
  /** A chat by its name. */
  z.object({
    kind: z.literal('chat'),
    chatId: chatIdSchema,
    title: z.string(),
    createdAt: time,
    isArchived: z.boolean(),
    snippet: snippetSchema,
  }),
  z.object({
    kind: z.literal('transcript'),
    transcriptId: z.string(),
    title: z.string(),
    createdAt: time,
    snippet: snippetSchema,
  }),
]);
export type SearchHit = z.infer<typeof searchHitSchema>;

export const searchSchema = z.object({
  text: z.string().max(500),
  limit: z.int().min(1).max(200).optional(),
});
export type Search = z.infer<typeof searchSchema>;

export const chatChangeSchema = z.object({
  id: chatIdSchema,
  title: z.string().trim().min(1).max(200).optional(),
  isPinned: z.boolean().optional(),
  isArchived: z.boolean().optional(),
  /** Null: none. */
  personaId: personaIdSchema.nullable().optional(),
  /** Empty: none. */
  folder: folderSchema.optional(),
});
export type ChatChange = z.infer<typeof chatChangeSchema>;

const count = z.int().nonnegative();

/** How many messages of an export did not come in, by what is the reason. */
export const skippedMessagesSchema = z.object({
  /** Damaged, or of a kind that is not known. */
  unreadable: count,
  /** Pictures and files that are not in the export, or thoughts without an answer. */
  withoutText: count,
  /** Calls and results of tools, instructions, and what was hidden. */
  tools: count,
  /** Beyond what one chat can hold. */
  tooMany: count,
});
export type SkippedMessages = z.infer<typeof skippedMessagesSchema>;

/** The progress and outcome of an import. */
export const importEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), messages: count }),
  z.object({
    type: z.literal('done'),
    ids: z.array(chatIdSchema),
    /** Entries that are not chats. */
    leftOut: count,
    skipped: skippedMessagesSchema,
  }),
  /** Nothing was imported. */
  z.object({ type: z.literal('cancelled') }),
  z.object({ type: z.literal('failed'), error: errorInfoSchema }),
]);
export type ImportEvent = z.infer<typeof importEventSchema>;

export const chatFormatSchema = z.enum(['md', 'json', 'html']);
export type ChatFormat = z.infer<typeof chatFormatSchema>;

/** Whether chats are kept, and whether they can be read now. */
export const storageStatusSchema = z.object({
  /** memory: kept until Sotto closes. locked: the passphrase is wanted. open: kept, encrypted. */
  state: z.enum(['memory', 'locked', 'open']),
  hasPassphrase: z.boolean(),
  /** Why saved chats cannot be read, where that is not for want of the passphrase. */
  problem: errorInfoSchema.optional(),
  /** Of the newest backup. */
  backupAt: time.optional(),
});
export type StorageStatus = z.infer<typeof storageStatusSchema>;

export const unkeptSchema = z.object({
  chats: z.int().nonnegative(),
  transcripts: z.int().nonnegative(),
  /** A passphrase would have them kept. */
  canKeep: z.boolean(),
});
export type Unkept = z.infer<typeof unkeptSchema>;

/** A copy of what is kept. */
export const backupSchema = z.object({ name: z.string(), at: time });
