import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  type Persona,
  type PersonaLibrary,
  type Prompt,
  personaDraftSchema,
  personaSchema,
  promptDraftSchema,
  promptSchema,
} from '../../contract/personas.ts';
import type { CallOutput } from '../../contract/tables.ts';
import { checkParameters } from '../check-parameters.ts';
import { AppError } from '../errors.ts';
import type { LibraryTable } from '../storage/library-table.ts';
import { EXAMPLE_PERSONAS, EXAMPLE_PROMPTS } from './examples.ts';

/** Ways of answering and questions that are kept under names. */
export interface PersonaService {
  /** Sotto's examples, then the user's own by name. @throws AppError STORAGE_LOCKED. */
  list(): Promise<PersonaLibrary>;
  /** Undefined: it is not there any more. */
  find(id: string): Promise<Persona | undefined>;
  /** Makes one, or replaces the user's own of that id. @throws AppError PARAM_RANGE, also for one of Sotto's. */
  save(draft: unknown): Promise<Persona>;
  savePrompt(draft: unknown): Promise<Prompt>;
  remove(id: string): Promise<void>;
  removePrompt(id: string): Promise<void>;
  /** The user's own as a file that `import` takes. */
  export(): Promise<CallOutput<'personas.export'>>;
  /** Every entry under a new id. @throws AppError IMPORT_FORMAT. */
  import(text: string): Promise<CallOutput<'personas.import'>>;
}

const FORMAT = 'sotto-personas';
const fileSchema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  personas: z.array(z.unknown()).default([]),
  prompts: z.array(z.unknown()).default([]),
});

export function createPersonaService(table: () => Promise<LibraryTable>): PersonaService {
  const own = async () => {
    const rows = (await table()).list();
    const read = <T>(kind: 'persona' | 'prompt', schema: z.ZodType<T>): T[] =>
      rows.flatMap((row) => {
        const parsed = row.kind === kind ? schema.safeParse(row.value) : undefined;
        return parsed?.success === true ? [parsed.data] : [];
      });
    return {
      personas: read<Persona>('persona', personaSchema).sort(byName),
      prompts: read<Prompt>('prompt', promptSchema).sort(byName),
    };
  };
  const save: PersonaService['save'] = async (draft) => {
    const checked = checkParameters(personaDraftSchema, draft);
    refuseExample(checked.id);
    const persona: Persona = { ...checked, id: checked.id ?? randomUUID(), isBuiltIn: false };
    (await table()).write(persona.id, 'persona', persona);
    return persona;
  };
  const savePrompt: PersonaService['savePrompt'] = async (draft) => {
    const checked = checkParameters(promptDraftSchema, draft);
    refuseExample(checked.id);
    const prompt: Prompt = { ...checked, id: checked.id ?? randomUUID(), isBuiltIn: false };
    (await table()).write(prompt.id, 'prompt', prompt);
    return prompt;
  };
  const remove = async (id: string) => {
    refuseExample(id);
    (await table()).remove(id);
  };
  return {
    list: async () => {
      const { personas, prompts } = await own();
      return {
        personas: [...EXAMPLE_PERSONAS, ...personas],
        prompts: [...EXAMPLE_PROMPTS, ...prompts],
      };
    },
    find: async (id) =>
      EXAMPLE_PERSONAS.find((one) => one.id === id) ?? (await own()).personas.find((one) => one.id === id),
    save,
    savePrompt,
    remove,
    removePrompt: remove,
    export: async () => {
      const text = JSON.stringify({ format: FORMAT, version: 1, ...(await own()) }, null, 2);
      return { name: 'Sotto personas.json', bytes: new TextEncoder().encode(`${text}\n`) };
    },
    import: async (text) => {
      const file = fileSchema.safeParse(parse(text));
      if (!file.success) throw notOurs();
      // All of it is looked at before the first is kept.
      const personas = file.data.personas.map((one) => personaDraftSchema.safeParse(one));
      const prompts = file.data.prompts.map((one) => promptDraftSchema.safeParse(one));
      for (const one of personas) if (one.success) await save({ ...one.data, id: undefined });
      for (const one of prompts) if (one.success) await savePrompt({ ...one.data, id: undefined });
      const all = [...personas, ...prompts];
      const count = all.filter((one) => one.success).length;
      if (count === 0 && all.length > 0) throw notOurs();
      return { count, leftOut: all.length - count };
    },
  };
}

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuseExample(id: string | undefined): void {
  if (id?.startsWith('sotto.') !== true) return;
  throw new AppError('PARAM_RANGE', 'An example of Sotto cannot be changed.', { hint: 'Make a copy of it.' });
}

function notOurs(): AppError {
  return new AppError('IMPORT_FORMAT', 'This file holds no personas that Sotto can read.', {
    hint: 'Take a file that Sotto has exported.',
  });
}
