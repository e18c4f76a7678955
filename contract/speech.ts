import { z } from 'zod';
import { float32ArraySchema } from './binary.ts';
import { errorInfoSchema } from './errors.ts';

/** Every time in a transcript counts from the start of its audio, in milliseconds. */
const timeMs = z.number().nonnegative();

/** Share of the time in which somebody speaks that has words, 0 to 1. */
const coverage = z.number().min(0).max(1);

/** One word as it was heard. The texts of a segment's words, joined, are the segment's text. */
export const wordSchema = z.object({
  /** With the space or punctuation that belongs to it, so that joining words gives the text. */
  text: z.string(),
  startMs: timeMs,
  endMs: timeMs,
  /** Probability that the model gave to this word, 0 to 1. */
  confidence: z.number().min(0).max(1),
});
export type Word = z.infer<typeof wordSchema>;

/**
 * Why a reader should look twice at a segment. "inaudible": somebody speaks, and no words were understood;
 * "captions-only": the live captions heard it, and the careful hearing did not.
 */
export const doubtSchema = z.enum([
  'low-confidence',
  'maybe-silence',
  'repetitive',
  'inaudible',
  'captions-only',
]);
export type Doubt = z.infer<typeof doubtSchema>;

export const segmentSchema = z.object({
  id: z.string(),
  startMs: timeMs,
  endMs: timeMs,
  text: z.string(),
  /** Empty when word times were not asked for, or after the text was edited beyond recognition. */
  words: z.array(wordSchema),
  /** Mean probability of its words, 0 to 1. */
  confidence: z.number().min(0).max(1),
  doubts: z.array(doubtSchema),
  speakerId: z.string().optional(),
});
export type Segment = z.infer<typeof segmentSchema>;

export const speakerSchema = z.object({ id: z.string(), name: z.string() });
export type Speaker = z.infer<typeof speakerSchema>;

/** Somebody speaks from one time to another. */
export const speakerTurnSchema = z.object({ startMs: timeMs, endMs: timeMs, speakerId: z.string() });
export type SpeakerTurn = z.infer<typeof speakerTurnSchema>;

/** A whole transcript: what is stored, edited and exported. */
export const transcriptSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** What its sound was called at first, without a file's ending; the title may be another by now. */
  source: z.string().optional(),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  durationMs: timeMs,
  /** ISO 639 code of what was spoken; undefined while it is not known. */
  language: z.string().optional(),
  /** True when the text is an English translation of what was spoken. */
  translated: z.boolean(),
  modelId: z.string(),
  /** The recording of Sotto's own that it was made from. */
  recordingId: z.uuid().optional(),
  /** Once it is complete; absent in transcripts of an older Sotto. */
  coverage: coverage.optional(),
  /** What is worth knowing of its sound and of how it was heard; one of each code. */
  notices: z.array(errorInfoSchema).optional(),
  segments: z.array(segmentSchema),
  speakers: z.array(speakerSchema),
});
export type Transcript = z.infer<typeof transcriptSchema>;

/** A transcript that core keeps, and how its transcription stands. */
export const keptTranscriptSchema = z.object({
  transcript: transcriptSchema,
  /** waiting: nothing of it was transcribed yet. */
  state: z.enum(['waiting', 'running', 'complete', 'stopped', 'failed']),
});
export type KeptTranscript = z.infer<typeof keptTranscriptSchema>;

/** How it stands with the file that a transcript was made from, whose place Sotto remembers. */
export const soundFileSchema = z.discriminatedUnion('state', [
  /** Nothing is remembered: an older Sotto made the transcript. */
  z.object({ state: z.literal('unknown') }),
  /** It can be played. */
  z.object({ state: z.literal('there'), sizeBytes: z.int().nonnegative() }),
  /** Another file lies in its place. */
  z.object({ state: z.literal('changed') }),
  z.object({ state: z.literal('missing') }),
]);
export type SoundFile = z.infer<typeof soundFileSchema>;

const transcriptId = z.object({ id: z.string().min(1).max(100) });
export const soundFileOfSchema = transcriptId;
/** A piece of such a file. */
export const readSoundFileSchema = transcriptId.extend({
  offset: z.int().nonnegative(),
  byteLength: z
    .int()
    .positive()
    .max(1 << 20),
});
/** The path is the host's to name: it belongs to the file that the page was given. */
export const rememberSoundFileSchema = transcriptId.extend({ path: z.string().max(32_768) });

export const exportFormatSchema = z.enum(['txt', 'srt', 'vtt', 'docx', 'json']);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

export const speechSettingsSchema = z.object({
  /** A model's id, or a path to a speech model's folder or .tflite file. */
  modelId: z.string().optional(),
  /** ISO 639 code; left out, it is heard, anew for every stretch of speech. */
  language: z.string().optional(),
  /** English text whatever was spoken; multilingual models only. */
  translate: z.boolean().optional(),
  /** Names and words to expect, as the speaker would write them. */
  prompt: z.string().max(2_000).optional(),
  /** Times of single words; a little slower. */
  words: z.boolean().optional(),
  /** Tell people apart by their voices: how many speak, or "auto" where that is not known. */
  speakers: z.union([z.literal('auto'), z.int().min(1).max(10)]).optional(),
  threads: z.int().min(1).max(256).optional(),
});
export type SpeechSettings = z.infer<typeof speechSettingsSchema>;

export const speechStatsSchema = z.object({
  /** Audio that was read. */
  audioMs: timeMs,
  /** The part of it in which somebody spoke. */
  speechMs: timeMs,
  /** Share of it that has words, 0 to 1. */
  coverage,
  /** From the first sample to the last segment, without loading the model. */
  tookMs: timeMs,
  loadMs: timeMs,
  /** audioMs / tookMs. */
  timesRealtime: z.number().nonnegative(),
  peakRssBytes: z.int().nonnegative(),
  model: z.string(),
  language: z.string().optional(),
});
export type SpeechStats = z.infer<typeof speechStatsSchema>;

/** The events of one transcription, in order: started, then any of the others, then one terminal event. */
export const speechEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), transcriptId: z.string() }),
  z.object({
    type: z.literal('progress'),
    /** waiting: for others to be transcribed, or for a recording to end. */
    stage: z.enum(['waiting', 'loading', 'transcribing']),
    doneMs: timeMs,
    /** Absent while the length of the audio is not known. */
    totalMs: timeMs.optional(),
  }),
  /** Text of the window that is being written; replaced by the next one, made final by a segment. */
  z.object({ type: z.literal('partial'), text: z.string() }),
  z.object({ type: z.literal('segment'), segment: segmentSchema }),
  /** Who spoke when, once, after the last segment; see assignTurns. */
  z.object({
    type: z.literal('speakers'),
    speakers: z.array(speakerSchema),
    turns: z.array(speakerTurnSchema),
  }),
  z.object({ type: z.literal('notice'), notice: errorInfoSchema }),
  z.object({ type: z.literal('done'), reason: z.enum(['complete', 'cancelled']), stats: speechStatsSchema }),
  z.object({ type: z.literal('failed'), error: errorInfoSchema }),
]);
export type SpeechEvent = z.infer<typeof speechEventSchema>;

/** A file that the user has chosen or dropped, to be transcribed; the path is the host's to name. */
export const transcribeFileSchema = z.object({
  path: z.string().max(32_768),
  title: z.string().max(500),
  settings: speechSettingsSchema,
});
/** The file of a transcript, to be transcribed once more. */
export const transcribeAgainSchema = z.object({
  of: z.string().min(1).max(100),
  title: z.string().max(500),
  settings: speechSettingsSchema,
});

/** A speech model as every screen may show it. */
export const speechModelSchema = z.object({
  id: z.string(),
  name: z.string(),
  licence: z.string(),
  sizeBytes: z.int().nonnegative(),
  /** ISO 639 codes; English alone for a model that knows no other. */
  languages: z.array(z.string()),
  builtIn: z.boolean(),
});
export type SpeechModelInfo = z.infer<typeof speechModelSchema>;

/** Starts a transcription of sound that the caller sends, piece by piece, as it decodes or records it. */
export const transcribeSchema = z.object({
  title: z.string().max(500),
  /** Length of the sound, where it is known beforehand. */
  totalMs: timeMs.optional(),
  /** Samples a second of what is sent; 16,000 where it is left out. */
  sampleRate: z.int().min(4_000).max(768_000).optional(),
  /** The transcript whose file this is once more: its place is remembered for both. */
  soundOf: z.string().max(100).optional(),
  settings: speechSettingsSchema,
});
export type Transcribe = z.infer<typeof transcribeSchema>;

export const soundSamplesSchema = z.object({ type: z.literal('samples'), samples: float32ArraySchema });

/**
 * Sound on its way to a transcription: mono, -1 to 1, at most a minute at once, at the rate told at the start.
 * Whoever sends waits while more than a minute is on its way, which the progress events tell.
 */
export const soundPieceSchema = z.discriminatedUnion('type', [
  soundSamplesSchema,
  /** The sound is complete; with what is worth knowing of it: that its end is missing, how its channels were mixed. */
  z.object({ type: z.literal('end'), notices: z.array(errorInfoSchema).optional() }),
]);
export type SoundPiece = z.infer<typeof soundPieceSchema>;
