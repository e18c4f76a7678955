import { z } from 'zod';
import { hearingAccuracySchema } from '../../../contract/profile.ts';

const token = z.int().nonnegative();

/** speech.json beside a speech model, as models/recipes/speech writes it. Other fields are for people. */
export const speechSettingsFileSchema = z.object({
  format: z.literal(1),
  kind: z.literal('whisper'),
  id: z.string(),
  name: z.string(),
  licence: z.string(),
  quantization: z.string().default(''),
  /** Against FP32, where it was measured. */
  accuracy: hearingAccuracySchema.optional(),
  file: z.string(),
  sizeBytes: z.int().positive(),
  sha256: z.string().length(64),
  sampleRate: z.literal(16_000),
  /** False: the file reads all tokens anew for each one, and its graph tells its sizes. */
  kvCache: z.boolean().default(true),
  mels: z.int().min(1).max(512),
  layers: z.int().min(1).max(256),
  heads: z.int().min(1).max(256),
  headSize: z.int().min(1).max(1024),
  vocabularySize: z.int().positive(),
  cacheLength: z.int().positive(),
  prefillLength: z.int().positive(),
  windows: z
    .array(
      z.object({
        seconds: z.number().positive(),
        frames: z.int().positive(),
        positions: z.int().positive(),
        encode: z.string(),
        decode: z.string(),
        prefill: z.string(),
      }),
    )
    .min(1),
  tokens: z.object({
    endOfText: token,
    startOfTranscript: token,
    startOfPrevious: token,
    noSpeech: token,
    noTimestamps: token,
    timestampBegin: token,
    /** null: an English model, which has no languages and no tasks. */
    translate: token.nullable(),
    transcribe: token.nullable(),
  }),
  languages: z.record(z.string(), token),
  suppressTokens: z.array(token),
  suppressAtBegin: z.array(token),
  alignmentHeads: z.array(z.tuple([z.int(), z.int()])),
});
export type SpeechSettingsFile = z.infer<typeof speechSettingsFileSchema>;
