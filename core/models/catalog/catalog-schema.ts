import { z } from 'zod';
import { modelIdSchema, taskSchema } from '../../../contract/library.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a file is on the hub. Never part of a local name. */
export const hubSourceSchema = z.object({
  repo: z.string().max(200),
  revision: z.string().max(100),
  file: z.string().min(1).max(500),
});
export type HubSource = z.infer<typeof hubSourceSchema>;

const variantSchema = hubSourceSchema.extend({
  id: modelIdSchema,
  quantization: z.string().max(40),
  contextTokens: z.int().positive().optional(),
  sizeBytes: z.int().positive().optional(),
  /** A size that is known roughly only: for what is shown before the hub is asked. */
  aboutBytes: z.int().positive().optional(),
  /** Empty until the hub's own metadata has told it; then it is pinned. */
  sha256: sha256.optional(),
  minMemoryBytes: z.int().positive().optional(),
  backends: z.array(z.enum(['cpu', 'gpu', 'npu'])).min(1),
  /** The chip that an NPU file was compiled for. */
  npuChip: z.string().optional(),
});

export const catalogModelSchema = z.object({
  id: z.string().max(80),
  name: z.string().max(120),
  maker: z.string().max(80),
  summary: z.string().max(300),
  licence: z.string().max(80),
  termsUrl: z.url({ protocol: /^https$/ }).optional(),
  gated: z.boolean(),
  task: taskSchema,
  modalities: z.array(z.enum(['text', 'image', 'audio'])),
  languages: z.array(z.string().max(12)),
  /** Larger is better, within a task: what to recommend among those that fit. */
  quality: z.int().min(0).max(100),
  /** Whether Sotto can run it yet. */
  runnable: z.boolean(),
  variants: z.array(z.unknown()).min(1),
});

/** One variant of a model with everything known of it. */
export type CatalogEntry = Omit<z.infer<typeof catalogModelSchema>, 'variants' | 'id'> &
  z.infer<typeof variantSchema>;

export const catalogEntrySchema = catalogModelSchema
  .omit({ variants: true, id: true })
  .extend(variantSchema.shape);

const fileSchema = z.object({ version: z.literal(1), models: z.array(z.unknown()) });

export interface Catalog {
  entries: CatalogEntry[];
  /** What was left out, and why, in a few words. */
  problems: string[];
}

/** Reads a catalogue; a bad part is skipped and named, never the end of the rest. */
export function parseCatalog(text: string): Catalog {
  const problems: string[] = [];
  let models: unknown[] = [];
  try {
    models = fileSchema.parse(JSON.parse(text)).models;
  } catch {
    problems.push('The catalogue cannot be read.');
  }
  const entries = new Map<string, CatalogEntry>();
  for (const [index, raw] of models.entries()) {
    const model = catalogModelSchema.safeParse(raw);
    if (!model.success) {
      problems.push(`Model ${nameOf(raw, index)}: ${reasonOf(model.error)}`);
      continue;
    }
    const { variants, id: _family, ...facts } = model.data;
    for (const [at, variant] of variants.entries()) {
      const parsed = variantSchema.safeParse(variant);
      if (!parsed.success) problems.push(`Variant ${nameOf(variant, at)}: ${reasonOf(parsed.error)}`);
      else if (entries.has(parsed.data.id)) problems.push(`Variant ${parsed.data.id}: it is there twice`);
      else entries.set(parsed.data.id, { ...facts, ...parsed.data });
    }
  }
  return { entries: [...entries.values()], problems };
}

function nameOf(raw: unknown, index: number): string {
  const id = (raw as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id.slice(0, 80) : `number ${index + 1}`;
}

function reasonOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'it makes no sense' : `${issue.path.join('.')}: ${issue.message}`;
}
