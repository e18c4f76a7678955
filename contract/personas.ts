import { z } from 'zod';
import { MESSAGE_LIMIT_CHARS } from './limits.ts';
import { presetValuesSchema } from './model-settings.ts';

export const personaIdSchema = z.string().min(1).max(100);
const nameSchema = z.string().trim().min(1).max(80);

/** What a user writes of a persona: a way of answering under a name. */
export const personaDraftSchema = z.object({
  id: personaIdSchema.optional(),
  name: nameSchema,
  description: z.string().trim().max(300).default(''),
  /** What the model is told before the first question; may hold variables. */
  system: z.string().max(MESSAGE_LIMIT_CHARS).default(''),
  /** The model that answers; without one the model that the user has chosen. */
  modelId: z.string().max(1000).optional(),
  values: presetValuesSchema.omit({ system: true }).default({}),
  /** Questions to begin with. */
  starters: z.array(z.string().trim().min(1).max(2000)).max(8).default([]),
});
export type PersonaDraft = z.infer<typeof personaDraftSchema>;

export const personaSchema = personaDraftSchema.extend({
  id: personaIdSchema,
  /** One of Sotto's examples: it can be copied, not changed. */
  isBuiltIn: z.boolean(),
});
export type Persona = z.infer<typeof personaSchema>;

export const promptDraftSchema = z.object({
  id: personaIdSchema.optional(),
  name: nameSchema,
  /** May hold variables: {{date}}, {{time}}, {{weekday}}, and any other, which the user is asked for. */
  text: z.string().trim().min(1).max(MESSAGE_LIMIT_CHARS),
});
export type PromptDraft = z.infer<typeof promptDraftSchema>;

export const promptSchema = promptDraftSchema.extend({ id: personaIdSchema, isBuiltIn: z.boolean() });
export type Prompt = z.infer<typeof promptSchema>;

export const personaLibrarySchema = z.object({
  personas: z.array(personaSchema),
  prompts: z.array(promptSchema),
});
export type PersonaLibrary = z.infer<typeof personaLibrarySchema>;
