/** The calls about models, a part of `calls` (tables.ts). */
import { z } from 'zod';
import { nothing, uncheckedValues } from './inputs.ts';
import {
  downloadRequestSchema,
  importResultSchema,
  modelEntrySchema,
  modelsOverviewSchema,
} from './library.ts';
import { modelSettingsViewSchema, presetSchema } from './model-settings.ts';
import { modelSchema, verificationSchema } from './models.ts';
import { trialsSchema } from './trials.ts';

const modelId = z.object({ id: z.string().max(200) });
const anyModelId = z.object({ id: z.string().max(200).optional() });

export const modelCalls = {
  'models.list': { input: nothing, output: z.array(modelSchema) },
  'models.verify': { input: modelId, output: verificationSchema },
  'models.overview': { input: nothing, output: modelsOverviewSchema },
  /** Starts a download, or takes up one that was paused; how it goes is broadcast. */
  'models.download': { input: downloadRequestSchema, output: nothing },
  'models.pause': { input: modelId, output: nothing },
  /** Stops a download and leaves nothing of it. */
  'models.cancel': { input: modelId, output: nothing },
  'models.remove': { input: modelId, output: nothing },
  /** Fetches what is damaged of a model. */
  'models.repair': { input: modelId, output: nothing },
  /** Offers what a repository of the hub holds. */
  'models.addRepo': { input: z.object({ repo: z.string().max(200) }), output: z.array(modelEntrySchema) },
  /** What answers, or hears, from now on. */
  'models.choose': { input: modelId, output: nothing },
  /** Takes a model file, or those of a folder, into the library. The host asks the user which: the page names none. */
  'models.import': {
    input: z.object({ link: z.boolean(), folder: z.boolean(), path: z.string().optional() }),
    output: importResultSchema,
  },
  /** Moves all models to another folder. The host asks the user which, whatever path the page names. */
  'models.moveFolder': {
    input: z.object({ path: z.string().optional() }),
    output: z.object({ moved: z.boolean() }),
  },
  /** Keeps the access token for the hub in use in the system's secret store; empty forgets it. Answered by the host. */
  'models.setToken': {
    input: z.object({ token: z.string().max(500) }),
    /** False: this system has no secret store, so the token is known until the app ends. */
    output: z.object({ isKept: z.boolean() }),
  },
  /** What is known of a model on this machine's devices; without an id, of the one that answers. */
  'models.trials': { input: anyModelId, output: trialsSchema.optional() },
  /** Tries it on each of them, which takes a minute or more. */
  'models.bench': { input: anyModelId, output: trialsSchema },
  'models.setNetwork': { input: z.object({ on: z.boolean() }), output: nothing },
  /** Replaces the preferences. The host asks the user before a mirror on another host is set. */
  'models.setPreferences': { input: uncheckedValues, output: nothing },
  /** Offers a repository that the user added no more. */
  'models.forgetRepo': { input: z.object({ repo: z.string().max(200) }), output: nothing },
  /** Without an id, of the model that answers. */
  'models.settings': { input: anyModelId, output: modelSettingsViewSchema },
  /** Replaces what is set for a model. */
  'models.set': {
    input: modelId.extend({ settings: uncheckedValues }),
    output: modelSettingsViewSchema,
  },
  'models.savePreset': {
    input: z.object({ name: z.string().max(200), values: uncheckedValues }),
    output: presetSchema,
  },
  'models.removePreset': { input: z.object({ name: z.string().max(200) }), output: nothing },
} as const;
