import type { Fit, ModelEntry, ModelState, Task } from '../../../contract/library.ts';
import type { CatalogEntry } from '../catalog/catalog-schema.ts';
import { fitOf, type Machine, readMachine } from './fit.ts';
import { SPARE_BYTES } from './import-model.ts';
import type { Importing } from './imports.ts';
import type { InstalledManifest, InstalledModel } from './installed-model.ts';
import { recommend } from './recommend.ts';

/** A model that came with the app. Sizes in bytes. */
export interface BuiltInModel {
  id: string;
  name: string;
  maker: string;
  task: Task;
  licence: string;
  languages: string[];
  quantization: string;
  contextTokens?: number;
  sizeBytes: number;
}

/** Everything that the list of models is made of. */
export interface EntrySources {
  builtIn: readonly BuiltInModel[];
  installed: readonly InstalledModel[];
  offered: ReadonlyArray<{ entry: CatalogEntry; origin: 'catalogue' | 'hub' }>;
  pending: ReadonlyMap<string, ModelState>;
  pendingEntry: (id: string) => CatalogEntry | undefined;
  /** Files of the user's on their way into the library. */
  importing: ReadonlyMap<string, Importing>;
  /** The state of a model in an engine; undefined where none has it. */
  running: (id: string) => ModelState | undefined;
  chosen: { chat: string | undefined; speech: string | undefined };
  /** Of the disk that the models folder is on. */
  diskFreeBytes: number;
}

type Ranked = Omit<ModelEntry, 'recommended' | 'chosen'> & { quality: number };

/** What came with the app, then what was added, then what can be had; each once. */
export function listEntries(sources: EntrySources, machine: Machine = readMachine()): ModelEntry[] {
  const { builtIn, installed, offered, pending, pendingEntry, importing, running, chosen, diskFreeBytes } =
    sources;
  const ranked = new Map<string, Ranked>();
  const add = (entry: Ranked) => {
    if (!ranked.has(entry.id)) ranked.set(entry.id, entry);
  };
  for (const model of builtIn) add(fromBuiltIn(model, running(model.id), machine));
  const qualities = new Map(offered.map(({ entry }) => [entry.id, entry.quality]));
  for (const model of installed) {
    const state = pending.get(model.manifest.id) ?? running(model.manifest.id) ?? stateOf(model);
    add(fromInstalled(model.manifest, state, qualities.get(model.manifest.id) ?? 0, machine));
  }
  for (const { manifest, state } of importing.values()) add(fromInstalled(manifest, state, 0, machine));
  const absent: ModelState = { state: 'absent' };
  for (const { entry, origin } of offered)
    add(withDisk(fromCatalog(entry, origin, pending.get(entry.id) ?? absent, machine), diskFreeBytes));
  for (const [id, state] of pending) {
    const entry = pendingEntry(id);
    if (entry !== undefined) add(fromCatalog(entry, 'hub', state, machine));
  }
  const all = [...ranked.values()];
  const candidates = all.map(({ id, task, runnable, quality, fit, disk, state }) => ({
    id,
    task,
    // What cannot be fetched is no advice.
    runnable: runnable && (disk === undefined || disk.needBytes <= disk.freeBytes),
    quality,
    fit,
    isHere: isHere(state),
  }));
  const best = { chat: recommend(candidates, 'chat'), speech: recommend(candidates, 'speech') };
  const inUse = { chat: chosenOf(all, 'chat', chosen.chat), speech: chosenOf(all, 'speech', chosen.speech) };
  return all.map(({ quality: _quality, ...entry }) => ({
    ...entry,
    recommended: entry.id === best.chat || entry.id === best.speech,
    chosen: entry.id === inUse.chat || entry.id === inUse.speech,
  }));
}

/** What its download would ask of the disk. */
function withDisk(entry: Ranked, freeBytes: number): Ranked {
  if (entry.state.state !== 'absent' || entry.sizeBytes === undefined) return entry;
  return { ...entry, disk: { needBytes: entry.sizeBytes + SPARE_BYTES, freeBytes } };
}

/** On the disk, and good for use. */
function isHere({ state }: ModelState): boolean {
  return state === 'ready' || state === 'loading' || state === 'loaded';
}

/** The user's choice while it is here, else what came with the app. */
function chosenOf(all: readonly Ranked[], task: Task, id: string | undefined): string | undefined {
  const here = all.filter((one) => one.task === task && isHere(one.state));
  return (here.find((one) => one.id === id) ?? here.find((one) => one.origin === 'built-in'))?.id;
}

function fromBuiltIn(model: BuiltInModel, state: ModelState | undefined, machine: Machine): Ranked {
  return {
    ...model,
    runnable: true,
    summary: '',
    gated: false,
    modalities: [model.task === 'speech' ? 'audio' : 'text'],
    origin: 'built-in',
    fit: fitOf(model, machine),
    state: state ?? { state: 'ready' },
    // Small, so that the app can bring them; better ones are a download away.
    quality: model.task === 'speech' ? 41 : 5,
  };
}

function fromInstalled(
  manifest: InstalledManifest,
  state: ModelState,
  quality: number,
  machine: Machine,
): Ranked {
  const { source, contextTokens, termsUrl } = manifest;
  return {
    id: manifest.id,
    name: manifest.name,
    maker: manifest.maker,
    task: manifest.task,
    runnable: manifest.task === 'chat' || manifest.task === 'speech',
    summary: manifest.summary,
    licence: manifest.licence,
    ...(termsUrl === undefined ? {} : { termsUrl }),
    gated: false,
    languages: manifest.languages,
    modalities: manifest.modalities,
    quantization: manifest.quantization,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    sizeBytes: manifest.sizeBytes,
    ...(source.kind === 'hub' ? { repo: source.repo } : {}),
    origin: source.kind,
    fit: fitOf(manifest, machine),
    state,
    quality,
  };
}

function fromCatalog(
  entry: CatalogEntry,
  origin: 'catalogue' | 'hub',
  state: ModelState,
  machine: Machine,
): Ranked {
  const { termsUrl, contextTokens } = entry;
  const sizeBytes = entry.sizeBytes ?? entry.aboutBytes;
  const fit: Fit | undefined = sizeBytes === undefined ? undefined : fitOf({ ...entry, sizeBytes }, machine);
  return {
    id: entry.id,
    name: entry.name,
    maker: entry.maker,
    task: entry.task,
    runnable: entry.runnable,
    summary: entry.summary,
    licence: entry.licence,
    ...(termsUrl === undefined ? {} : { termsUrl }),
    gated: entry.gated,
    languages: entry.languages,
    modalities: entry.modalities,
    quantization: entry.quantization,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(entry.sha256 === undefined ? { isUnpinned: true } : {}),
    repo: entry.repo,
    origin,
    ...(fit === undefined ? {} : { fit }),
    state,
    quality: entry.quality,
  };
}

/** A file that is gone or of another length needs no hash to be known as unfit. */
function stateOf({ manifest, foundBytes }: InstalledModel): ModelState {
  if (foundBytes === manifest.sizeBytes) return { state: 'ready' };
  const isGone = foundBytes === undefined;
  return {
    state: 'failed',
    error: isGone
      ? {
          code: 'MODEL_MISSING',
          message: 'The file of this model is gone.',
          hint: 'Remove it, or put the file back.',
        }
      : {
          code: 'MODEL_TRUNCATED',
          message: `The file has ${foundBytes} of ${manifest.sizeBytes} bytes.`,
          hint: 'Repair it, or remove it.',
        },
  };
}
