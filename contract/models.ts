import { z } from 'zod';

export const backendSchema = z.enum(['auto', 'cpu', 'gpu', 'npu']);
/** What a user may ask for. */
export type Backend = z.infer<typeof backendSchema>;

export const deviceSchema = z.enum(['cpu', 'gpu', 'npu']);
/** What a model really runs on. */
export type Device = z.infer<typeof deviceSchema>;

/** Sampling of one answer. Units: temperature and topP without unit, topK in tokens. */
export const samplingSchema = z.object({
  temperature: z.number().min(0).max(5),
  topK: z.int().min(1).max(1000),
  topP: z.number().gt(0).max(1),
  repetitionPenalty: z.number().min(1).max(2),
  seed: z.int().min(0).max(2_147_483_647).optional(),
});
export type Sampling = z.infer<typeof samplingSchema>;

export const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** In words for a person, for example "INT8". */
  quantization: z.string(),
  licence: z.string(),
  sizeBytes: z.int().nonnegative(),
  contextTokens: z.int().positive(),
  /** Shipped with the app; tiny, so the page says plainly that a better one is a download away. */
  builtIn: z.boolean(),
  defaultSampling: samplingSchema,
});
export type Model = z.infer<typeof modelSchema>;

export const verificationSchema = z.object({
  id: z.string(),
  ok: z.boolean(),
  sizeBytes: z.int().nonnegative(),
  sha256: z.string(),
  /** Number of the first block of 64 MiB that is not what it was, where that is known. */
  badBlock: z.int().nonnegative().optional(),
});
export type Verification = z.infer<typeof verificationSchema>;
