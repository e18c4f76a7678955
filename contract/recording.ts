import { z } from 'zod';
import { int8ArraySchema, uint8ArraySchema } from './binary.ts';
import { errorInfoSchema } from './errors.ts';
import { segmentSchema, soundSamplesSchema, speechSettingsSchema } from './speech.ts';

/** Most that one call reads of a recording. */
export const READ_RECORDING_LIMIT_BYTES = 1 << 20;

const timeMs = z.number().nonnegative();
/** An id is also the name of a folder, so nothing else passes. */
const recordingId = z.uuid();

export const recordingSchema = z.object({
  id: recordingId,
  title: z.string(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  /** The microphone, as the system names it. */
  device: z.string().optional(),
  /** Without the pauses. */
  durationMs: timeMs,
  /** recovered: Sotto or the machine ended while it was recorded; failed: the disk took no more. */
  state: z.enum(['recording', 'complete', 'recovered', 'failed']),
  /** Why it ended, or what is missing from it. */
  notice: errorInfoSchema.optional(),
});
export type Recording = z.infer<typeof recordingSchema>;

export const recordingIdSchema = z.object({ id: recordingId });

/** Starts a recording of sound that the caller sends: 16 kHz mono, at least every 250 ms. */
export const startRecordingSchema = z.object({
  title: z.string().max(500).optional(),
  device: z.string().max(500).optional(),
  /** Goes on with this recording, whose recorder ended before its time; title and device stay. */
  continues: recordingId.optional(),
  /** For the captions. */
  settings: speechSettingsSchema,
  captions: z.boolean(),
});
export type StartRecording = z.infer<typeof startRecordingSchema>;

/** As for a transcription, and the user's pauses: sound that comes within one is not recorded. */
export const recordPieceSchema = z.discriminatedUnion('type', [
  soundSamplesSchema,
  /** The sound is complete; with a notice where its end is missing. */
  z.object({ type: z.literal('end'), notice: errorInfoSchema.optional() }),
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('resume') }),
]);
export type RecordPiece = z.infer<typeof recordPieceSchema>;

/**
 * The events of a recording: started, then any of the others, then one terminal event. Closing the port stops
 * it, and what came is kept.
 */
export const recordEventSchema = z.discriminatedUnion('type', [
  /** `savedMs`: sound that the recording already has, where it goes on. */
  z.object({ type: z.literal('started'), recordingId, savedMs: timeMs }),
  /** Sound up to here is on the disk and survives whatever happens. At least once a second. */
  z.object({ type: z.literal('saved'), savedMs: timeMs }),
  /** Nothing was heard for so long (above 10 s, told every 10 s); 0: something is heard again. */
  z.object({ type: z.literal('silent'), forMs: timeMs }),
  /** Live text after the last segment; `firm` is its beginning, which only the segment may still correct. */
  z.object({ type: z.literal('partial'), text: z.string(), firm: z.string() }),
  /** A phrase is over: takes the place of the live text. */
  z.object({ type: z.literal('segment'), segment: segmentSchema }),
  z.object({ type: z.literal('notice'), notice: errorInfoSchema }),
  z.object({ type: z.literal('done'), recordingId, savedMs: timeMs }),
  /** The recording ended early; what was saved is kept, unless nothing ever was. */
  z.object({
    type: z.literal('failed'),
    error: errorInfoSchema,
    recordingId: recordingId.optional(),
    savedMs: timeMs.optional(),
  }),
]);
export type RecordEvent = z.infer<typeof recordEventSchema>;

export const renameRecordingSchema = z.object({ id: recordingId, title: z.string().trim().min(1).max(500) });

/** A piece of a recording as a WAV file. */
export const readRecordingSchema = z.object({
  id: recordingId,
  offset: z.int().nonnegative(),
  byteLength: z.int().positive().max(READ_RECORDING_LIMIT_BYTES),
});
export type ReadRecording = z.infer<typeof readRecordingSchema>;
export const recordingBytesSchema = z.object({
  /** Shorter at the end of the file, empty behind it. */
  bytes: uint8ArraySchema,
  /** Length of the whole file. */
  totalBytes: z.int().nonnegative(),
});
export type RecordingBytes = z.infer<typeof recordingBytesSchema>;

/** The outline of a recording; see Peaks. */
export const outlineSchema = z.object({ lows: int8ArraySchema, highs: int8ArraySchema });

/** Live text of sound that is not kept: dictation. */
export const dictateSchema = z.object({ settings: speechSettingsSchema });
export type Dictate = z.infer<typeof dictateSchema>;
export const dictateEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('partial'), text: z.string(), firm: z.string() }),
  z.object({ type: z.literal('segment'), segment: segmentSchema }),
  z.object({ type: z.literal('notice'), notice: errorInfoSchema }),
  /** After the sound's end, when the last words are told. */
  z.object({ type: z.literal('done') }),
  z.object({ type: z.literal('failed'), error: errorInfoSchema }),
]);
export type DictateEvent = z.infer<typeof dictateEventSchema>;

export const transcribeRecordingSchema = z.object({ id: recordingId, settings: speechSettingsSchema });
export type TranscribeRecording = z.infer<typeof transcribeRecordingSchema>;
