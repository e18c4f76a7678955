/**
 * Runs: units of work that live in core, whoever watches. A call starts one and returns its id, the stream `runs.attach` carries
 * its events, `runs.cancel` ends it. Closing the stream, or the page, ends nothing.
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

/** A transcription that was added to the queue. */
export const startedTranscriptionSchema = runIdSchema.extend({ transcriptId: z.string() });
export type StartedTranscription = z.infer<typeof startedTranscriptionSchema>;

/** About a run, without content: safe to send to a locked page. */
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

/** Events are numbered from 0. Text deltas that were joined arrive as one event, with the number of the last. */
export const attachSchema = runIdSchema.extend({ from: z.int().nonnegative() });
export type Attach = z.infer<typeof attachSchema>;

const sequence = z.int().nonnegative();
export const attachedEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), sequence, event: chatEventSchema }),
  z.object({ type: z.literal('summary'), sequence, event: summaryEventSchema }),
  z.object({ type: z.literal('transcription'), sequence, event: speechEventSchema }),
  z.object({ type: z.literal('benchmark'), sequence, event: profileEventSchema }),
  z.object({ type: z.literal('import'), sequence, event: importEventSchema }),
  /** It can no longer be watched; its result has been saved. */
  z.object({ type: z.literal('failed'), error: errorInfoSchema }),
]);
export type AttachedEvent = z.infer<typeof attachedEventSchema>;

/** What a run of that kind reports. Its last event ends it. */
export type RunEvent<K extends RunKind = RunKind> = Extract<AttachedEvent, { type: K }>['event'];
