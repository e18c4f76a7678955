/**
 * Runs: work that core does by itself, whoever watches. A call starts one and answers with its id, the stream `runs.attach`
 * tells what it does, `runs.cancel` ends it. Closing the stream, or the page, ends nothing.
 */
import { z } from 'zod';
import { chatEventSchema, chatIdSchema, summaryEventSchema } from './chat.ts';
import { errorInfoSchema } from './errors.ts';
import { importEventSchema } from './history.ts';
import { profileEventSchema } from './profile.ts';
import { recordingIdSchema } from './recording.ts';
import { speechEventSchema } from './speech.ts';

export const runIdSchema = z.object({ runId: z.string().max(100) });
export type RunId = z.infer<typeof runIdSchema>;

/** A transcription that was put at the end of the queue. */
export const startedTranscriptionSchema = runIdSchema.extend({ transcriptId: z.string() });
export type StartedTranscription = z.infer<typeof startedTranscriptionSchema>;

/** A run without its content: a page that is locked may know it. */
export const runInfoSchema = z.object({
  runId: z.string(),
  kind: z.enum(['answer', 'summary', 'transcription', 'benchmark', 'import']),
  /** The chat that it writes in. */
  chatId: chatIdSchema.optional(),
  /** The recording that it transcribes. */
  recordingId: recordingIdSchema.shape.id.optional(),
  /** The transcript that it writes. */
  transcriptId: z.string().optional(),
  state: z.enum(['running', 'ended']),
  isPaused: z.boolean(),
  /** The number of its next event. */
  next: z.int().nonnegative(),
});
export type RunInfo = z.infer<typeof runInfoSchema>;
export type RunKind = RunInfo['kind'];

/** Events are numbered from 0. Several pieces of text that were told before come as one, with the number of the last. */
export const attachSchema = runIdSchema.extend({ from: z.int().nonnegative() });
export type Attach = z.infer<typeof attachSchema>;

const sequence = z.int().nonnegative();
export const attachedEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), sequence, event: chatEventSchema }),
  z.object({ type: z.literal('summary'), sequence, event: summaryEventSchema }),
  z.object({ type: z.literal('transcription'), sequence, event: speechEventSchema }),
  z.object({ type: z.literal('benchmark'), sequence, event: profileEventSchema }),
  z.object({ type: z.literal('import'), sequence, event: importEventSchema }),
  /** It cannot be watched any more: what it made is where it is kept. */
  z.object({ type: z.literal('failed'), error: errorInfoSchema }),
]);
export type AttachedEvent = z.infer<typeof attachedEventSchema>;

/** What a run of that kind reports. Its last event ends it. */
export type RunEvent<K extends RunKind = RunKind> = Extract<AttachedEvent, { type: K }>['event'];
