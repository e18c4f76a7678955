import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { modelIdSchema, taskSchema } from '../../../contract/library.ts';
import { readOwnText } from '../../system/regular-file.ts';
import { memoryFactsSchema } from '../container/memory-facts.ts';

const sourceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hub'),
    hub: z.string(),
    repo: z.string(),
    revision: z.string(),
    file: z.string(),
    commit: z.string().optional(),
  }),
  z.object({ kind: z.literal('import') }),
  z.object({ kind: z.literal('pack') }),
]);

/** What Sotto knows of a model that it keeps: `model.json` beside the file. */
export const installedModelSchema = z.object({
  version: z.literal(1),
  id: modelIdSchema,
  name: z.string(),
  maker: z.string(),
  task: taskSchema,
  summary: z.string(),
  licence: z.string(),
  termsUrl: z.string().optional(),
  languages: z.array(z.string()),
  modalities: z.array(z.string()),
  quantization: z.string(),
  contextTokens: z.int().positive().optional(),
  minMemoryBytes: z.int().positive().optional(),
  /** Read from the file when it came, so that the list of models need not open it. */
  memory: memoryFactsSchema.optional(),
  /** The file's own name inside the folder; made from the id, never from what the hub says. */
  file: z.string().regex(/^[a-z0-9._-]+\.(litertlm|tflite)$/),
  /** A file elsewhere that was imported without a copy; it is read and never changed. */
  linkedPath: z.string().optional(),
  sizeBytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** SHA-256 of the file from its start to the end of each block: tells which block is bad. */
  checkpoints: z.array(z.string()),
  blockBytes: z.int().positive(),
  source: sourceSchema,
  installedAt: z.string(),
});
export type InstalledManifest = z.infer<typeof installedModelSchema>;

/** A model in the folder. */
export interface InstalledModel {
  manifest: InstalledManifest;
  dir: string;
  path: string;
  /** Bytes of the file now; undefined where it is gone. */
  foundBytes: number | undefined;
}

export const MANIFEST_FILE = 'model.json';
/** Starts with a dot, so that no model can have its name. */
export const DOWNLOADS_DIR = '.downloads';

/** Every model in a folder, and the names of what else lies there. Reads no model. */
export async function scanFolder(dir: string): Promise<{ models: InstalledModel[]; unknown: string[] }> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const models: InstalledModel[] = [];
  const unknown: string[] = [];
  const found = await Promise.all(
    entries.map(async (entry) => {
      if (entry.name === DOWNLOADS_DIR) return;
      const model = entry.isDirectory() ? await readInstalled(join(dir, entry.name)) : undefined;
      return model ?? entry.name;
    }),
  );
  for (const one of found) {
    if (typeof one === 'string') unknown.push(one);
    else if (one !== undefined) models.push(one);
  }
  models.sort((a, b) => a.manifest.installedAt.localeCompare(b.manifest.installedAt));
  return { models, unknown };
}

/** Undefined for a folder that is none of Sotto's: its name must be the model's id. */
export async function readInstalled(dir: string): Promise<InstalledModel | undefined> {
  try {
    const manifest = installedModelSchema.parse(JSON.parse(await readOwnText(join(dir, MANIFEST_FILE))));
    if (manifest.id !== basename(dir)) return undefined;
    const path = manifest.linkedPath ?? join(dir, manifest.file);
    const found = await stat(path).catch(() => undefined);
    return { manifest, dir, path, foundBytes: found?.isFile() === true ? found.size : undefined };
  } catch {
    return undefined;
  }
}
