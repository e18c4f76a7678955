import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';
import { MESSAGE_LIMIT_CHARS } from './limits.ts';
import { MEDIA_LIMITS, mediaInputSchema, mediaSchema } from './media.ts';
import { backendSchema, deviceSchema, samplingSchema } from './models.ts';

export const answerStatsSchema = z.object({
  promptTokens: z.int().nonnegative(),
  completionTokens: z.int().nonnegative(),
  /** Time this run waited for the model to load; 0 when it was loaded before. */
  loadMs: z.number().nonnegative(),
  /** From the message handed to the engine until the first text came back. */
  ttftMs: z.number().nonnegative(),
  prefillTokensPerSecond: z.number().nonnegative(),
  decodeTokensPerSecond: z.number().nonnegative(),
  /** Largest resident memory of the engine process so far. */
  peakRssBytes: z.int().nonnegative(),
  backend: deviceSchema,
  model: z.string(),
  /** Tokens in the conversation's context after this answer, and the most it can hold. */
  contextTokens: z.int().nonnegative(),
  contextLimit: z.int().positive(),
});
export type AnswerStats = z.infer<typeof answerStatsSchema>;

export const finishReasonSchema = z.enum(['stop', 'length', 'cancelled']);
export type FinishReason = z.infer<typeof finishReasonSchema>;

/** Which limit ended an answer whose reason is "length". */
export const limitSchema = z.enum(['context', 'max-tokens']);

export const deltaEventSchema = z.object({ type: z.literal('delta'), text: z.string() });

/** The events of one answer, in order: notice and progress at any time, deltas, then one terminal event. */
export const chatEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    questionId: z.string(),
    answerId: z.string(),
    /** Of an answer that is continued: the text that it had before. */
    assistantPrefix: z.string().optional(),
    /** Where others stand in the same place: all of them, in order of writing. */
    questionVersions: z.array(z.string()).optional(),
    answerVersions: z.array(z.string()).optional(),
    /** What goes along with the question. */
    media: z.array(mediaSchema).optional(),
  }),
  z.object({ type: z.literal('progress'), stage: z.enum(['loading', 'reading']) }),
  z.object({ type: z.literal('notice'), notice: errorInfoSchema }),
  deltaEventSchema,
  z.object({
    type: z.literal('done'),
    reason: finishReasonSchema,
    limit: limitSchema.optional(),
    stats: answerStatsSchema,
  }),
  z.object({ type: z.literal('failed'), error: errorInfoSchema }),
]);
export type ChatEvent = z.infer<typeof chatEventSchema>;

export const chatIdSchema = z.string().max(100);

export const chatMessageSchema = z.object({
  id: z.string(),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  /** A user message is always complete. "stopped": by the user; "length": a limit ended it. */
  state: z.enum(['streaming', 'complete', 'stopped', 'length', 'failed']),
  limit: limitSchema.optional(),
  error: errorInfoSchema.optional(),
  stats: answerStatsSchema.optional(),
  /** Where there are others in its place (edited questions, answers written anew): all of them, in order of writing. */
  versions: z.array(z.string()).optional(),
  /** What came before it, in short: the model reads this in its place. */
  summary: z.string().optional(),
  /** Pictures and sounds that go along with a question. */
  media: z.array(mediaSchema).optional(),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** A conversation: the branch of its messages that is shown. */
export const chatSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Whose way of answering it has. */
  personaId: z.string().optional(),
  messages: z.array(chatMessageSchema),
  /** What is being written in it now. */
  run: z.object({ runId: z.string(), kind: z.enum(['answer', 'summary']) }).optional(),
});
export type Chat = z.infer<typeof chatSchema>;

/** What a single answer may override. Ranges are refused with PARAM_RANGE, naming the parameter. */
export const answerSettingsSchema = samplingSchema.partial().extend({
  modelId: z.string().optional(),
  system: z.string().max(MESSAGE_LIMIT_CHARS).optional(),
  maxTokens: z.int().min(1).max(131_072).optional(),
  backend: backendSchema.optional(),
  threads: z.int().min(1).max(256).optional(),
});
export type AnswerSettings = z.infer<typeof answerSettingsSchema>;

/**
 * "ask" adds a message and answers it; with `instead` it stands beside an earlier question, in a branch of its own, and has what
 * goes along with that one.
 * "retry" answers the last question again: the answer before stays beside it, unless nothing came of it. "continue" goes on
 * with an answer that was cut: what comes is added to it.
 */
export const chatSendSchema = z.object({
  chatId: z.string(),
  action: z.discriminatedUnion('type', [
    z.object({
      type: z.literal('ask'),
      text: z.string(),
      instead: z.string().max(100).optional(),
      media: z.array(mediaInputSchema).max(MEDIA_LIMITS.count).optional(),
    }),
    z.object({ type: z.literal('retry') }),
    z.object({ type: z.literal('continue') }),
  ]),
  settings: answerSettingsSchema.optional(),
});
export type ChatSend = z.infer<typeof chatSendSchema>;

/** Has the model sum up what a chat began with. */
export const summariseSchema = z.object({ chatId: chatIdSchema });
export type Summarise = z.infer<typeof summariseSchema>;

/** Progress in pieces of the conversation, then one of the others. */
export const summaryEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), done: z.int().nonnegative(), total: z.int().positive() }),
  /** The summary stands before that message. */
  z.object({ type: z.literal('done'), messageId: z.string(), summary: z.string() }),
  z.object({ type: z.literal('stopped') }),
  z.object({ type: z.literal('failed'), error: errorInfoSchema }),
]);
export type SummaryEvent = z.infer<typeof summaryEventSchema>;
