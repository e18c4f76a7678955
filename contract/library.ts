import { z } from 'zod';
import { errorInfoSchema } from './errors.ts';
import { deviceSchema } from './models.ts';

/** What is set for all models; what is left out stays as Sotto has it. */
export const preferencesSchema = z.object({
  /** A mirror of the hub. */
  hub: z.string().max(300).optional(),
  /** Of downloads, in bytes a second. */
  speedLimit: z.number().min(1000).max(1e12).optional(),
  /** After how many minutes without a question a model gives its memory back. */
  idleMinutes: z.number().min(0.1).max(10_000).optional(),
});
export type Preferences = z.infer<typeof preferencesSchema>;

export const taskSchema = z.enum(['chat', 'speech', 'embedding', 'vision']);
/** What a model is for. */
export type Task = z.infer<typeof taskSchema>;

/** The id of a model that is not built in; it names a folder on every system. */
export const modelIdSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]|[._](?![._])){0,78}[a-z0-9]$/)
  .refine((id) => !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/.test(id), 'a name that Windows keeps for itself');

const bytes = z.int().nonnegative();

/** The life of a model on this machine: one state at a time. Sizes in bytes. */
export const modelStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('absent') }),
  z.object({ state: z.literal('queued'), receivedBytes: bytes, totalBytes: bytes }),
  z.object({
    state: z.literal('downloading'),
    receivedBytes: bytes,
    totalBytes: bytes,
    /** Over the last seconds; absent until there is something to go by. */
    bytesPerSecond: z.number().nonnegative().optional(),
  }),
  z.object({ state: z.literal('verifying'), totalBytes: bytes }),
  /** A file of the user's is being copied into the library. */
  z.object({ state: z.literal('importing'), receivedBytes: bytes, totalBytes: bytes }),
  /** By the user, or with the reason why it cannot go on by itself. */
  z.object({
    state: z.literal('paused'),
    receivedBytes: bytes,
    totalBytes: bytes,
    error: errorInfoSchema.optional(),
  }),
  z.object({ state: z.literal('ready') }),
  z.object({ state: z.literal('loading') }),
  z.object({ state: z.literal('loaded'), device: deviceSchema }),
  /** On the disk, and of no use: damaged, or it could not be loaded. */
  z.object({ state: z.literal('failed'), error: errorInfoSchema }),
]);
export type ModelState = z.infer<typeof modelStateSchema>;

/** Whether a model's memory is to be had here. Estimates, in bytes. */
export const fitSchema = z.object({
  verdict: z.enum(['fits', 'tight', 'too-large']),
  needBytes: bytes,
  freeBytes: bytes,
});
export type Fit = z.infer<typeof fitSchema>;

/** A model that is here or can be had, as every screen shows it. */
export const modelEntrySchema = z.object({
  id: z.string(),
  name: z.string(),
  maker: z.string(),
  task: taskSchema,
  /** Whether Sotto can run it yet: what it cannot is not offered for download. */
  runnable: z.boolean(),
  summary: z.string(),
  licence: z.string(),
  termsUrl: z.string().optional(),
  /** Its makers ask for an account and for consent. */
  gated: z.boolean(),
  languages: z.array(z.string()),
  modalities: z.array(z.string()),
  quantization: z.string(),
  contextTokens: z.int().positive().optional(),
  /** True where no catalogue has the hash of its file: that of the first download is kept. */
  isUnpinned: z.boolean().optional(),
  /** Undefined until the hub has been asked. */
  sizeBytes: bytes.optional(),
  /** The repository on the hub, owner/name. */
  repo: z.string().optional(),
  origin: z.enum(['built-in', 'catalogue', 'hub', 'import', 'pack']),
  fit: fitSchema.optional(),
  /** Of a model that is not here: what its download asks of the disk, and what is free. */
  disk: z.object({ needBytes: bytes, freeBytes: bytes }).optional(),
  /** The one to take on this machine, of its task. */
  recommended: z.boolean(),
  /** What answers, or hears, when nothing else is asked for. */
  chosen: z.boolean(),
  state: modelStateSchema,
});
export type ModelEntry = z.infer<typeof modelEntrySchema>;

export const modelsOverviewSchema = z.object({
  entries: z.array(modelEntrySchema),
  folder: z.object({
    path: z.string(),
    usedBytes: bytes,
    freeBytes: bytes,
    /** What lies in the folder and is none of Sotto's: named, never touched. */
    unknown: z.array(z.string()),
  }),
  network: z.object({ on: z.boolean(), hub: z.string(), hasToken: z.boolean() }),
  preferences: preferencesSchema,
  /** Parts of the catalogue that make no sense and were left out. */
  problems: z.array(z.string()),
});
export type ModelsOverview = z.infer<typeof modelsOverviewSchema>;

export const modelChangeSchema = z.object({ id: z.string(), state: modelStateSchema });
export type ModelChange = z.infer<typeof modelChangeSchema>;

/** What came of taking files of the user's into the library. */
export const importResultSchema = z.object({
  /** Of the models that are here now. */
  ids: z.array(z.string()),
  /** Files that were left out, by name, and why. */
  problems: z.array(z.object({ name: z.string(), error: errorInfoSchema })),
});
export type ImportResult = z.infer<typeof importResultSchema>;

/** The user takes a file that has no hash, or another one than before. */
export const hashConsentSchema = z.enum(['accept', 'replace']);
export type HashConsent = z.infer<typeof hashConsentSchema>;

export const downloadRequestSchema = z.object({
  id: z.string(),
  /** The user has seen the licence and taken it. */
  licenceAccepted: z.boolean(),
  hash: hashConsentSchema.optional(),
});
export type DownloadRequest = z.infer<typeof downloadRequestSchema>;
