import { z } from 'zod';
import { answerSettingsSchema } from './chat.ts';
import { samplingSchema } from './models.ts';

/** The way of answering that a preset holds: nothing of the machine. */
export const presetValuesSchema = answerSettingsSchema.pick({
  temperature: true,
  topK: true,
  topP: true,
  repetitionPenalty: true,
  system: true,
  maxTokens: true,
});
export type PresetValues = z.infer<typeof presetValuesSchema>;

/** What a user has set for one model; what is left out stays as its makers and the machine have it. */
export const modelSettingsSchema = presetValuesSchema.extend({
  /** At most this much context, in tokens: less takes less memory. */
  contextTokens: z.int().min(1024).max(1_048_576).optional(),
  threads: answerSettingsSchema.shape.threads,
  backend: answerSettingsSchema.shape.backend,
});
export type ModelSettings = z.infer<typeof modelSettingsSchema>;

export const presetNameSchema = z.string().trim().min(1).max(60);

/** Values under a name, to be put on any model. */
export const presetSchema = z.object({
  name: presetNameSchema,
  values: presetValuesSchema,
  /** Of Sotto's own: it cannot be removed, and the page has a word for its name. */
  builtIn: z.boolean(),
});
export type Preset = z.infer<typeof presetSchema>;

/** A model's settings, and what holds where nothing is set. */
export const modelSettingsViewSchema = z.object({
  id: z.string(),
  settings: modelSettingsSchema,
  defaults: samplingSchema.extend({
    maxTokens: z.int().positive(),
    /** The most that the model can hold. */
    contextTokens: z.int().positive(),
    threads: z.int().positive(),
  }),
  presets: z.array(presetSchema),
});
export type ModelSettingsView = z.infer<typeof modelSettingsViewSchema>;
