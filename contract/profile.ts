import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';
import { deviceSchema } from './models.ts';

/** What to measure: every model on every device with every number of threads and every length. */
export const profilePlanSchema = z.object({
  /** Ids or, in the terminal, paths; none: the model that answers. */
  models: z.array(z.string().max(4096)).max(20).default([]),
  devices: z.array(deviceSchema).min(1).max(3).default(['cpu']),
  /** None: one a physical core. */
  threads: z.array(z.int().min(1).max(256)).max(8).default([]),
  /** About so many tokens are read. */
  promptTokens: z.array(z.int().min(16).max(100_000)).min(1).max(8).default([64, 256, 1024]),
  /** At most so many are written. */
  answerTokens: z.int().min(8).max(4096).default(64),
  /** Each is answered so many times after one that is not counted. */
  rounds: z.int().min(1).max(100).default(5),
});
export type ProfilePlan = z.infer<typeof profilePlanSchema>;

/** Half, and 19 of 20, of the answers took no longer; milliseconds. Of few answers P95 is the slowest. */
export const percentilesSchema = z.object({ p50: z.number().nonnegative(), p95: z.number().nonnegative() });
export type Percentiles = z.infer<typeof percentilesSchema>;

/** How far a file is from FP32 on held-out text, as `npm run models -- validate` measured it. */
export const accuracySchema = z.object({
  perplexityRatio: z.number().positive(),
  klDivergence: z.number().nonnegative(),
  top1Percent: z.number().min(0).max(100),
});
export type Accuracy = z.infer<typeof accuracySchema>;

/** What is told apart in a run. */
export const profileCaseSchema = z.object({
  modelId: z.string(),
  name: z.string(),
  quantization: z.string(),
  sizeBytes: z.int().nonnegative(),
  accuracy: accuracySchema.optional(),
  device: deviceSchema,
  threads: z.int().positive(),
  /** Answers at a time: the runtime writes one. */
  batch: z.literal(1),
  /** Asked for; the figures have what was read. */
  promptTokens: z.int().positive(),
});
export type ProfileCase = z.infer<typeof profileCaseSchema>;

export const profileFiguresSchema = z.object({
  rounds: z.int().positive(),
  promptTokens: z.int().nonnegative(),
  answerTokens: z.int().nonnegative(),
  loadMs: z.number().nonnegative(),
  /** From the question to the first text. */
  firstTextMs: percentilesSchema,
  /** From one token to the next. */
  tokenMs: percentilesSchema,
  /** Medians. */
  prefillTokensPerSecond: z.number().nonnegative(),
  decodeTokensPerSecond: z.number().nonnegative(),
  /** Largest resident size of the process with the model. */
  peakRssBytes: z.int().nonnegative(),
  /** Of the whole processor, for one answer; where the system tells it. */
  joulesPerAnswer: z.number().nonnegative().optional(),
  /** The processor's temperature afterwards, and whether it was slowed down for heat meanwhile; where told. */
  celsius: z.number().optional(),
  wasThrottled: z.boolean().optional(),
});
export type ProfileFigures = z.infer<typeof profileFiguresSchema>;

export const profileRowSchema = profileCaseSchema.extend({
  figures: profileFiguresSchema.optional(),
  /** Why there are none. */
  error: errorInfoSchema.optional(),
});
export type ProfileRow = z.infer<typeof profileRowSchema>;

/** Nothing here says whose machine it is. */
export const machineFactsSchema = z.object({
  cpu: z.string(),
  features: z.array(z.string()),
  physicalCores: z.int().positive(),
  logicalCores: z.int().positive(),
  memoryBytes: z.int().positive(),
  platform: z.string(),
  arch: z.string(),
  power: z.enum(['mains', 'battery']).optional(),
  sotto: z.string(),
  runtime: z.string(),
});
export type MachineFacts = z.infer<typeof machineFactsSchema>;

export const profileIdSchema = z.string().regex(/^[a-z0-9-]{1,60}$/);

export const profileRunSchema = z.object({
  version: z.literal(1),
  id: profileIdSchema,
  /** ISO 8601. */
  measuredAt: z.iso.datetime(),
  /** False: it was stopped. */
  isWhole: z.boolean(),
  machine: machineFactsSchema,
  plan: profilePlanSchema,
  rows: z.array(profileRowSchema).max(5000),
});
export type ProfileRun = z.infer<typeof profileRunSchema>;

/** What is exported, and read again. */
export const profileFileSchema = z.object({
  kind: z.literal('sotto-profile'),
  runs: z.array(profileRunSchema).max(500),
});
export const profileFormatSchema = z.enum(['json', 'md']);
export type ProfileFormat = z.infer<typeof profileFormatSchema>;

export const profileEventSchema = z.discriminatedUnion('type', [
  /** Answers that are done and answers in all, and what is measured now. */
  z.object({
    type: z.literal('progress'),
    done: z.int().nonnegative(),
    total: z.int().positive(),
    now: profileCaseSchema,
  }),
  z.object({ type: z.literal('row'), row: profileRowSchema }),
  z.object({ type: z.literal('done'), run: profileRunSchema }),
  z.object({ type: z.literal('failed'), error: errorInfoSchema }),
]);
export type ProfileEvent = z.infer<typeof profileEventSchema>;
