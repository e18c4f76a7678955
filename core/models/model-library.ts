import { readdir } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { type Model, samplingSchema, type Verification } from '../../contract/models.ts';
import { type Accuracy, accuracySchema } from '../../contract/profile.ts';
import { AppError } from '../errors.ts';
import { readText } from '../system/regular-file.ts';
import { type Container, readContainer } from './container/container.ts';
import { hashFile } from './hash-file.ts';
import type { InstalledModel } from './library/installed-model.ts';
import { type ModelIntegrity, TRUSTING } from './model-integrity.ts';

const manifestSchema = z.object({
  id: z.string(),
  name: z.string(),
  license: z.string(),
  file: z.string(),
  sizeBytes: z.int().positive(),
  sha256: z.string().length(64),
  contextTokens: z.int().positive(),
  quantization: z.string(),
  defaultSampling: samplingSchema.extend({ maxTokens: z.int().positive() }),
  accuracy: accuracySchema.optional(),
});
type Manifest = z.infer<typeof manifestSchema>;

/** A model that can be loaded: what users see of it, where it lies, and what was found inside. */
export interface LoadableModel {
  model: Model;
  path: string;
  container: Container;
  defaultMaxTokens: number;
  /** Against FP32, where it was measured. */
  accuracy?: Accuracy | undefined;
}

export interface ModelLibrary {
  list(): Promise<Model[]>;
  /**
   * Finds a model by id, or by path when the text looks like one, and checks its container.
   * Without an argument: the default model.
   *
   * @throws AppError MODEL_MISSING, MODEL_HASH or any code of readContainer.
   */
  find(idOrPath?: string): Promise<LoadableModel>;
  /** Hashes a known model's file and compares. @throws AppError MODEL_MISSING. */
  verify(id: string): Promise<Verification>;
}

/** Sampling for files that come without a manifest: cautious, since nothing is known about them. */
const UNKNOWN_MODEL_SAMPLING = { temperature: 0.7, topK: 40, topP: 0.95, repetitionPenalty: 1.1 };
const UNKNOWN_MODEL_MAX_TOKENS = 1024;
const FALLBACK_CONTEXT_TOKENS = 4096;

/** Models that the user has added, and which of all is to answer. */
export interface AddedModels {
  list(): Promise<InstalledModel[]>;
  chosen(): Promise<string | undefined>;
}

const NOTHING_ADDED: AddedModels = { list: async () => [], chosen: async () => undefined };

/** The models that ship with the app, those that were added, and any file named by its path. */
export function createModelLibrary(
  builtInDir: string,
  added: AddedModels = NOTHING_ADDED,
  integrity: ModelIntegrity = TRUSTING,
): ModelLibrary {
  let known: Promise<Array<{ manifest: Manifest; path: string }>> | undefined;
  const manifests = () => {
    known ??= readManifests(builtInDir);
    return known;
  };
  const byId = async (id: string | undefined) => {
    const all = await manifests();
    return id === undefined ? all[0] : all.find((entry) => entry.manifest.id === id);
  };
  /** For chat only; one whose file is gone or cut is found too, and refused when it is read. */
  const addedChat = async () => (await added.list()).filter(({ manifest }) => manifest.task === 'chat');
  const findAdded = async (id: string | undefined) =>
    id === undefined ? undefined : (await addedChat()).find(({ manifest }) => manifest.id === id);

  return {
    list: async () => [
      ...(await manifests()).map((entry) => toModel(entry.manifest)),
      ...(await addedChat()).map(fromInstalled),
    ],
    find: async (idOrPath) => {
      const chosen = await findAdded(idOrPath ?? (await added.chosen()));
      // A choice that cannot be read any more must not keep the app from answering.
      if (chosen !== undefined && (idOrPath !== undefined || isWhole(chosen))) {
        const found = await loadable(chosen);
        await integrity.check(found.path, chosen.manifest);
        return found;
      }
      const entry = await byId(idOrPath);
      if (entry !== undefined) {
        // First what is wrong with it, if anything is: a sentence on that helps more than one on its hash.
        const container = await readContainer(entry.path);
        await integrity.check(entry.path, entry.manifest);
        return {
          model: toModel(entry.manifest),
          path: entry.path,
          container,
          defaultMaxTokens: entry.manifest.defaultSampling.maxTokens,
          accuracy: entry.manifest.accuracy,
        };
      }
      if (idOrPath === undefined || !looksLikePath(idOrPath)) throw unknownModel(idOrPath);
      return fromPath(resolve(idOrPath));
    },
    verify: async (id) => {
      const entry = await byId(id);
      if (entry === undefined) throw unknownModel(id);
      const { sizeBytes, sha256 } = await hashFile(entry.path);
      const ok = sizeBytes === entry.manifest.sizeBytes && sha256 === entry.manifest.sha256;
      return { id, ok, sizeBytes, sha256 };
    },
  };
}

async function readManifests(builtInDir: string): Promise<Array<{ manifest: Manifest; path: string }>> {
  const entries = await readdir(builtInDir, { withFileTypes: true }).catch(() => []);
  const found = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const dir = join(builtInDir, entry.name);
    const text = await readText(join(dir, 'manifest.json')).catch(() => undefined);
    if (text === undefined) continue;
    const manifest = manifestSchema.parse(JSON.parse(text));
    found.push({ manifest, path: join(dir, basename(manifest.file)) });
  }
  return found;
}

function toModel(manifest: Manifest): Model {
  const { maxTokens: _, ...defaultSampling } = manifest.defaultSampling;
  return {
    id: manifest.id,
    name: manifest.name,
    quantization: manifest.quantization,
    licence: manifest.license,
    sizeBytes: manifest.sizeBytes,
    contextTokens: manifest.contextTokens,
    builtIn: true,
    defaultSampling,
  };
}

async function fromPath(path: string): Promise<LoadableModel> {
  const container = await readContainer(path);
  const name = basename(path).replace(/\.litertlm$/, '');
  return {
    path,
    container,
    defaultMaxTokens: UNKNOWN_MODEL_MAX_TOKENS,
    model: {
      id: path,
      name,
      quantization: '',
      licence: '',
      sizeBytes: container.sizeBytes,
      contextTokens: container.metadata.maxTokens ?? FALLBACK_CONTEXT_TOKENS,
      builtIn: false,
      defaultSampling: UNKNOWN_MODEL_SAMPLING,
    },
  };
}

function isWhole({ manifest, foundBytes }: InstalledModel): boolean {
  return manifest.sizeBytes === foundBytes;
}

async function loadable(installed: InstalledModel): Promise<LoadableModel> {
  const container = await readContainer(installed.path);
  return {
    path: installed.path,
    container,
    defaultMaxTokens: UNKNOWN_MODEL_MAX_TOKENS,
    model: fromInstalled(installed),
  };
}

function fromInstalled({ manifest }: InstalledModel): Model {
  return {
    id: manifest.id,
    name: manifest.name,
    quantization: manifest.quantization,
    licence: manifest.licence,
    sizeBytes: manifest.sizeBytes,
    contextTokens: manifest.contextTokens ?? FALLBACK_CONTEXT_TOKENS,
    builtIn: false,
    defaultSampling: UNKNOWN_MODEL_SAMPLING,
  };
}

function looksLikePath(text: string): boolean {
  return isAbsolute(text) || text.includes('/') || text.includes('\\') || text.endsWith('.litertlm');
}

function unknownModel(id: string | undefined): AppError {
  return new AppError(
    'MODEL_MISSING',
    id === undefined ? 'No model is installed.' : 'There is no model of that name.',
    {
      hint: 'See `sotto models list`, or give the path of a .litertlm file.',
    },
  );
}
