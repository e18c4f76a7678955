/** What core and an engine process say to each other. Both sides parse with these schemas. */
import { z } from 'zod';
import { uint8ArraySchema } from '../../contract/binary.ts';
import { deltaEventSchema, finishReasonSchema, limitSchema } from '../../contract/chat.ts';
import { errorInfoSchema } from '../../contract/errors.ts';
import { mediaKindSchema } from '../../contract/media.ts';
import { deviceSchema, samplingSchema } from '../../contract/models.ts';
import { speechEngineEvents, toSpeechSchema } from './speech/speech-protocol.ts';

/** A picture or a sound; its id tells it from others without looking at its bytes. */
export const turnMediaSchema = z.object({ id: z.string(), kind: mediaKindSchema, bytes: uint8ArraySchema });
export type TurnMedia = z.infer<typeof turnMediaSchema>;

export const turnSchema = z.object({
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  media: z.array(turnMediaSchema).optional(),
});
export type Turn = z.infer<typeof turnSchema>;

export const loadSchema = z.object({
  modelPath: z.string(),
  backend: deviceSchema,
  threads: z.int().positive(),
  maxTokens: z.int().positive(),
  /** The context grows with the conversation, up to that; otherwise it has that length from the start. */
  grows: z.boolean().optional(),
  /** Encoders to load beside the text model. */
  media: z.array(mediaKindSchema).optional(),
  cacheDir: z.string(),
  /** A software adapter is slower than the processor and has crashed the runtime: only tests want one. */
  allowSoftwareGpu: z.boolean().optional(),
  /** Folder of the native package: addon and runtime library. */
  nativeDir: z.string(),
});
export type EngineLoad = z.infer<typeof loadSchema>;

export const promptSchema = z.object({
  system: z.string().optional(),
  /** Turns before the question. The engine keeps its KV cache when they continue what it knows. */
  history: z.array(turnSchema),
  question: z.string(),
  /** What goes along with the question. */
  media: z.array(turnMediaSchema).optional(),
  /** How the answer begins: it goes on from there, in the middle of a word if need be. */
  begun: z.string().optional(),
  sampling: samplingSchema,
  maxTokens: z.int().positive(),
});
export type EnginePrompt = z.infer<typeof promptSchema>;

export const toEngineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('load'), load: loadSchema }),
  z.object({ type: z.literal('generate'), requestId: z.int(), prompt: promptSchema }),
  ...toSpeechSchema,
  z.object({ type: z.literal('cancel'), requestId: z.int() }),
]);
export type ToEngine = z.infer<typeof toEngineSchema>;
/** The first message to an engine process: which model it is for. */
export type EngineLoadMessage = Extract<ToEngine, { type: 'load' | 'load-speech' }>;

/** Figures of one answer, as the engine process measured them. */
export const engineStatsSchema = z.object({
  promptTokens: z.int().nonnegative(),
  completionTokens: z.int().nonnegative(),
  ttftMs: z.number().nonnegative(),
  prefillTokensPerSecond: z.number().nonnegative(),
  decodeTokensPerSecond: z.number().nonnegative(),
  peakRssBytes: z.int().nonnegative(),
  contextTokens: z.int().nonnegative(),
  contextLimit: z.int().positive(),
});
export type EngineStats = z.infer<typeof engineStatsSchema>;

export const engineEventSchema = z.discriminatedUnion('type', [
  deltaEventSchema,
  /** The first turns of the history were left out, so that the rest and an answer have room. */
  z.object({ type: z.literal('trimmed'), turns: z.int().positive() }),
  z.object({
    type: z.literal('done'),
    reason: finishReasonSchema,
    limit: limitSchema.optional(),
    stats: engineStatsSchema,
  }),
  z.object({ type: z.literal('failed'), error: errorInfoSchema }),
]);
export type EngineEvent = z.infer<typeof engineEventSchema>;

export const speechEventSchema = z.discriminatedUnion('type', [
  ...speechEngineEvents,
  z.object({ type: z.literal('failed'), error: errorInfoSchema }),
]);
export type SpeechEngineEvent = z.infer<typeof speechEventSchema>;

export const fromEngineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('beat') }),
  /** The context limit is that of a chat model, in tokens. */
  z.object({ type: z.literal('loaded'), loadMs: z.number(), contextLimit: z.int().positive().optional() }),
  z.object({ type: z.literal('load-failed'), error: errorInfoSchema }),
  z.object({
    type: z.literal('event'),
    requestId: z.int(),
    event: z.union([engineEventSchema, z.discriminatedUnion('type', speechEngineEvents)]),
  }),
]);
export type FromEngine = z.infer<typeof fromEngineSchema>;
