import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';
import { deviceSchema } from './models.ts';

/** What an encoder of Whisper hears in one go, and as much as the sample has that is measured with. */
export const LONGEST_SOUND_SECONDS = 30;

/** What to measure: every model on every device with every number of threads and every length. */
export const profilePlanSchema = z.object({
  /** Ids or, in the terminal, paths, of models that answer or that hear; none: the model that answers. */
  models: z.array(z.string().max(4096)).max(20).default([]),
  /** For models that answer; hearing is the processor's. */
  devices: z.array(deviceSchema).min(1).max(3).default(['cpu']),
  /** None: one a physical core. */
  threads: z.array(z.int().min(1).max(256)).max(8).default([]),
  /** About so many tokens are read. */
  promptTokens: z.array(z.int().min(16).max(100_000)).min(1).max(8).default([64, 256, 1024]),
  /** At most so many are written. */
  answerTokens: z.int().min(8).max(4096).default(64),
  /** So long is the speech that is heard in one go. */
  soundSeconds: z.array(z.int().min(1).max(LONGEST_SOUND_SECONDS)).min(1).max(8).default([5, 30]),
  /** Each is answered so many times after one that is not counted. */
  rounds: z.int().min(1).max(100).default(5),
});
export type ProfilePlan = z.infer<typeof profilePlanSchema>;

/** Half, and 19 of 20, of the answers took no longer; milliseconds. Of few answers P95 is the slowest. */
export const percentilesSchema = z.object({ p50: z.number().nonnegative(), p95: z.number().nonnegative() });
export type Percentiles = z.infer<typeof percentilesSchema>;

/** How far a file is from FP32, as `npm run models -- validate` measured it: on held-out text. */
export const accuracySchema = z.object({
  perplexityRatio: z.number().positive(),
  klDivergence: z.number().nonnegative(),
  top1Percent: z.number().min(0).max(100),
});
export type Accuracy = z.infer<typeof accuracySchema>;

/** The same of a model that hears: on recordings, of words that FP32 hears. */
export const hearingAccuracySchema = z.object({
  changedWordsPercent: z.number().nonnegative(),
  klDivergence: z.number().nonnegative(),
  top1Percent: z.number().min(0).max(100),
});
export type HearingAccuracy = z.infer<typeof hearingAccuracySchema>;

const caseSchema = z.object({
  modelId: z.string(),
  name: z.string(),
  quantization: z.string(),
  sizeBytes: z.int().nonnegative(),
  device: deviceSchema,
  threads: z.int().positive(),
  /** Answers at a time: the runtime writes one, and hears one window. */
  batch: z.literal(1),
});
/** What is told apart in a run: a model that answers. */
const chatCaseSchema = caseSchema.extend({
  /** Runs that were kept before models that hear were measured do not have it. */
  task: z.literal('chat').default('chat'),
  accuracy: accuracySchema.optional(),
  /** Asked for; the figures have what was read. */
  promptTokens: z.int().positive(),
});
export type ChatCase = z.infer<typeof chatCaseSchema>;
/** One that hears. */
const hearingCaseSchema = caseSchema.extend({
  task: z.literal('speech'),
  accuracy: hearingAccuracySchema.optional(),
  soundSeconds: z.number().positive(),
});
export type HearingCase = z.infer<typeof hearingCaseSchema>;
export const profileCaseSchema = z.union([hearingCaseSchema, chatCaseSchema]);
export type ProfileCase = z.infer<typeof profileCaseSchema>;

const figuresSchema = z.object({
  rounds: z.int().positive(),
  answerTokens: z.int().nonnegative(),
  loadMs: z.number().nonnegative(),
  /** From the question, or the sound, to the first text. */
  firstTextMs: percentilesSchema,
  /** From one token to the next. */
  tokenMs: percentilesSchema,
  /** Median. */
  decodeTokensPerSecond: z.number().nonnegative(),
  /** Largest resident size of the process with the model. */
  peakRssBytes: z.int().nonnegative(),
  /** Of the whole processor, for one answer; where the system tells it. */
  joulesPerAnswer: z.number().nonnegative().optional(),
  /** The processor's temperature afterwards, and whether it was slowed down for heat meanwhile; where told. */
  celsius: z.number().optional(),
  wasThrottled: z.boolean().optional(),
});
export const profileFiguresSchema = figuresSchema.extend({
  promptTokens: z.int().nonnegative(),
  /** Median. */
  prefillTokensPerSecond: z.number().nonnegative(),
});
export type ProfileFigures = z.infer<typeof profileFiguresSchema>;

export const hearingFiguresSchema = figuresSchema.extend({
  /** The encoder, which reads the sound before anything is written. */
  encodeMs: percentilesSchema,
  /** From the sound to the whole text. */
  wholeTextMs: percentilesSchema,
  /** Seconds of sound in a second, median. */
  timesRealtime: z.number().nonnegative(),
});
export type HearingFigures = z.infer<typeof hearingFiguresSchema>;

/** Why there are no figures. */
const error = errorInfoSchema.optional();
const chatRowSchema = chatCaseSchema.extend({ figures: profileFiguresSchema.optional(), error });
const hearingRowSchema = hearingCaseSchema.extend({ figures: hearingFiguresSchema.optional(), error });
export type ChatRow = z.infer<typeof chatRowSchema>;
export type HearingRow = z.infer<typeof hearingRowSchema>;
export const profileRowSchema = z.union([hearingRowSchema, chatRowSchema]);
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
