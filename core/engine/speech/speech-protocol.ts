/** What core and an engine process say to each other about speech. */
import { z } from 'zod';
import { float32ArraySchema } from '../../../contract/binary.ts';
import { speechSettingsFileSchema } from './speech-settings.ts';

/** Mono samples at 16 kHz, -1 to 1. */
const samples = float32ArraySchema;

export const speechLoadSchema = z.object({
  modelPath: z.string(),
  tokenizerPath: z.string(),
  settings: speechSettingsFileSchema,
  /** The voice activity model. */
  voicePath: z.string(),
  /** The speaker encoder. */
  speakerPath: z.string(),
  threads: z.int().positive(),
  cacheDir: z.string(),
  nativeDir: z.string(),
});
export type SpeechLoad = z.infer<typeof speechLoadSchema>;

export const speechWindowSchema = z.object({
  samples,
  /** ISO 639 code; left out, the window's own language is found. */
  language: z.string().optional(),
  translate: z.boolean(),
  /** Names and words to expect. */
  prompt: z.string().optional(),
  /** What was said just before, so that sentences go on. */
  previousText: z.string().optional(),
  words: z.boolean(),
  /** Heard while it is spoken, again and again: one decoding, and no more text than can be said in the time. */
  live: z.boolean().optional(),
  /** Which language it is, and no text. */
  onlyLanguage: z.boolean().optional(),
  /** A text that repeats itself is told as it is: the window is cut then, which helps more than a guess. */
  stopAtLoop: z.boolean().optional(),
  /** The temperature to begin with; 0 where it is left out. */
  leastTemperature: z.number().min(0).max(1).optional(),
});
export type SpeechWindow = z.infer<typeof speechWindowSchema>;

export const heardWordSchema = z.object({
  text: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  confidence: z.number(),
});

/** A stretch of text with its times, counted from the start of the window. */
export const heardSegmentSchema = z.object({
  startMs: z.number(),
  endMs: z.number(),
  text: z.string(),
  words: z.array(heardWordSchema),
  /** Mean probability of its tokens, 0 to 1. */
  confidence: z.number(),
});
export type HeardSegment = z.infer<typeof heardSegmentSchema>;

export const heardWindowSchema = z.object({
  language: z.string().optional(),
  /** Where it was not given: how sure that is, 0 to 1, and what else it may be. */
  languageProbability: z.number().optional(),
  otherLanguage: z.string().optional(),
  segments: z.array(heardSegmentSchema),
  /** As the model sees it, 0 to 1. */
  noSpeechProbability: z.number(),
  /** Natural logarithm, mean over the tokens. */
  meanLogProbability: z.number(),
  /** Bytes of the text over bytes of the text compressed: above 2.4 it repeats itself. */
  compressionRatio: z.number(),
  temperature: z.number(),
  /** The model stopped at its limit: what comes after this time has to be transcribed anew. */
  unfinishedFromMs: z.number().optional(),
  /** What it took: the encoder, then the decoder for so many tokens, at every temperature that was tried. */
  cost: z.object({
    encodeMs: z.number().nonnegative(),
    decodeMs: z.number().nonnegative(),
    tokens: z.int().nonnegative(),
  }),
});
export type HeardWindow = z.infer<typeof heardWindowSchema>;

export const toSpeechSchema = [
  z.object({ type: z.literal('load-speech'), load: speechLoadSchema }),
  z.object({ type: z.literal('transcribe'), requestId: z.int(), window: speechWindowSchema }),
  /** A multiple of 2,048 samples, or the last ones; `reset` starts a new recording. */
  z.object({ type: z.literal('find-voice'), requestId: z.int(), samples, reset: z.boolean() }),
  /** Speech of one person. */
  z.object({ type: z.literal('print-voice'), requestId: z.int(), samples }),
] as const;

export const speechEngineEvents = [
  z.object({ type: z.literal('partial'), text: z.string() }),
  z.object({ type: z.literal('heard'), window: heardWindowSchema, peakRssBytes: z.int().nonnegative() }),
  z.object({ type: z.literal('voice'), probabilities: float32ArraySchema }),
  z.object({ type: z.literal('voice-print'), print: float32ArraySchema }),
  z.object({ type: z.literal('cancelled') }),
] as const;
