import { resolve } from 'node:path';
import {
  type DownloadRequest,
  type HashConsent,
  type ImportResult,
  type ModelChange,
  type ModelEntry,
  type ModelsOverview,
  preferencesSchema,
  type Task,
} from '../../contract/library.ts';
import type { Verification } from '../../contract/models.ts';
import { AppError } from '../errors.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import { readText } from '../system/regular-file.ts';
import { type Catalog, type CatalogEntry, parseCatalog } from './catalog/catalog-schema.ts';
import type { UserCatalog } from './catalog/user-catalog.ts';
import type { Downloads } from './download/downloads.ts';
import type { HttpClient } from './download/http-client.ts';
import { originOf, type TokenSource } from './hub/access-token.ts';
import { createHub } from './hub/hub.ts';
import type { KnownHashes } from './known-hashes.ts';
import { type BuiltInModel, type EntrySources, listEntries } from './library/entries.ts';
import { createImports } from './library/imports.ts';
import type { InstalledManifest } from './library/installed-model.ts';
import { type ModelFolder, usedBytes } from './library/model-folder.ts';
import { moveModels } from './library/move-folder.ts';
import { exportPack, importPack } from './library/pack.ts';
import { sweepWorkFolders } from './library/sweep-work-folders.ts';
import { repairModel, verifyInstalled } from './library/verify-model.ts';
import type { ModelEvents } from './model-events.ts';
import { readPreferences } from './preferences.ts';

/** Everything that can be done with models, but for running them. */
export interface ModelService {
  overview(): Promise<ModelsOverview>;
  entry(id: string): Promise<ModelEntry>;
  /** Starts or takes up a download. @throws AppError LICENCE_REQUIRED, MODEL_UNTRUSTED, MODEL_MISSING. */
  download(request: DownloadRequest): Promise<void>;
  finished(id: string): Promise<InstalledManifest>;
  pause(id: string): Promise<void>;
  cancel(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  verify(id: string): Promise<Verification>;
  /** Fetches the blocks that are damaged, and only those. */
  repair(id: string): Promise<void>;
  /** A file, or every model in a folder. */
  import(path: string, link: boolean): Promise<ImportResult>;
  /** A folder with the model, its hash and its licence, for machines without a network. Returns its path. */
  exportPack(id: string, into: string): Promise<string>;
  importPack(dir: string, hash?: HashConsent): Promise<InstalledManifest>;
  /** Looks at a repository of the hub and offers what it holds. */
  addRepo(repo: string): Promise<ModelEntry[]>;
  /** Offers a repository that the user added no more; what was fetched of it stays. */
  forgetRepo(repo: string): Promise<void>;
  /** What answers, or hears, from now on. */
  choose(id: string): Promise<void>;
  /** Moves all models to another folder, which is used from now on. @throws as moveModels. */
  moveFolder(to: string): Promise<void>;
  setNetwork(on: boolean): Promise<void>;
  /** Replaces the preferences. @throws AppError PARAM_RANGE, HUB_INVALID. */
  setPreferences(preferences: unknown): Promise<void>;
  onChange(listener: (change: ModelChange) => void): () => void;
  /** Takes up what an earlier run of the app left. */
  restore(goOn: boolean): Promise<void>;
  dispose(): Promise<void>;
}

export interface ModelServiceOptions {
  catalogPath: string;
  userCatalog: UserCatalog;
  folder: ModelFolder;
  downloads: Downloads;
  settings: SettingsStore;
  http: HttpClient;
  hubBase: () => Promise<string>;
  token: TokenSource;
  hasToken: (origin: string) => Promise<boolean>;
  hashWorker: string;
  hashes: KnownHashes;
  events: ModelEvents;
  builtIn: () => Promise<BuiltInModel[]>;
  running: EntrySources['running'];
  verifyBuiltIn: (id: string) => Promise<Verification>;
  /** Ends whatever runs a model, so that its file can go. */
  unload: (id: string | undefined) => Promise<void>;
  /** What is kept of a model beside its file can go. */
  onRemoved: (id: string) => Promise<void>;
  /** The switch of the network was turned. */
  onLock: () => Promise<void>;
}

export function createModelService(options: ModelServiceOptions): ModelService {
  const { catalogPath, userCatalog, folder, downloads, settings, hashWorker, events } = options;
  let catalog: Promise<Catalog> | undefined;
  const readCatalog = () => {
    catalog ??= readText(catalogPath).then(parseCatalog, () => parseCatalog(''));
    return catalog;
  };
  const { hubBase } = options;
  const imports = createImports({ modelsDir: folder.dir, hashWorker, events });

  const sources = async (scanning = folder.scan()): Promise<EntrySources> => {
    const [{ entries: official }, added, scan, builtIn, chosen, diskFreeBytes] = await Promise.all([
      readCatalog(),
      userCatalog.entries(),
      scanning,
      options.builtIn(),
      settings.get(),
      folder.freeBytes(),
    ]);
    return {
      builtIn,
      installed: scan.models,
      offered: [
        ...official.map((entry) => ({ entry, origin: 'catalogue' as const })),
        ...added.map((entry) => ({ entry, origin: 'hub' as const })),
      ],
      pending: downloads.states(),
      pendingEntry: downloads.entryOf,
      importing: imports.running,
      running: options.running,
      diskFreeBytes,
      chosen: { chat: chosen.chosenChat, speech: chosen.chosenSpeech },
    };
  };
  const pauseAll = async () => {
    for (const id of downloads.states().keys()) await downloads.pause(id);
  };
  // In this process or another, such as a terminal: what is under way would go on to the end of its blocks.
  settings.onChange(({ network }) => {
    if (!network) void pauseAll();
  });
  const findEntry = async (id: string): Promise<ModelEntry> => {
    const entry = listEntries(await sources()).find((one) => one.id === id);
    if (entry === undefined) throw unknownModel();
    return entry;
  };
  const findOffer = async (id: string): Promise<{ entry: CatalogEntry; isOfficial: boolean }> => {
    const official = (await readCatalog()).entries.find((entry) => entry.id === id);
    if (official !== undefined) return { entry: official, isOfficial: true };
    const added = (await userCatalog.entries()).find((entry) => entry.id === id) ?? downloads.entryOf(id);
    if (added === undefined) throw unknownModel();
    return { entry: added, isOfficial: false };
  };

  return {
    overview: async () => {
      const scanning = folder.scan();
      const [all, { problems }, chosen, hub] = await Promise.all([
        sources(scanning),
        readCatalog(),
        settings.get(),
        hubBase(),
      ]);
      const origin = originOf(hub);
      const [path, { models, unknown }] = await Promise.all([folder.dir(), scanning]);
      return {
        entries: listEntries(all),
        folder: { path, unknown, freeBytes: all.diskFreeBytes, usedBytes: usedBytes(models) },
        network: {
          on: chosen.network,
          hub,
          hasToken: origin !== undefined && (await options.hasToken(origin)),
        },
        preferences: preferencesSchema.catch({}).parse(chosen),
        problems,
      };
    },
    entry: findEntry,
    download: async ({ id, licenceAccepted, hash }) => {
      const { entry, isOfficial } = await findOffer(id);
      if ((await folder.find(id)) !== undefined) return;
      const isKnown = downloads.states().has(id);
      if (!isKnown && !licenceAccepted) throw isOfficial ? licenceRequired(entry) : untrusted(entry);
      await downloads.start(entry, hash);
    },
    finished: downloads.finished,
    pause: downloads.pause,
    cancel: async (id) => {
      if (!imports.cancel(id)) await downloads.cancel(id);
    },
    remove: async (id) => {
      if (downloads.states().has(id)) {
        await downloads.cancel(id);
        return;
      }
      if ((await options.builtIn()).some((one) => one.id === id)) {
        throw new AppError('MODEL_IN_USE', 'This model is part of Sotto and stays.', {
          hint: 'Only models that were added can be removed.',
        });
      }
      await options.unload(id);
      await folder.remove(id);
      await options.onRemoved(id);
      await settings.update(({ chosenChat, chosenSpeech }) => ({
        ...(chosenChat === id ? { chosenChat: undefined } : {}),
        ...(chosenSpeech === id ? { chosenSpeech: undefined } : {}),
      }));
      events.emit({ id, state: { state: 'absent' } });
    },
    verify: async (id) => {
      const model = await folder.find(id);
      if (model === undefined) return options.verifyBuiltIn(id);
      return verifyInstalled(model, hashWorker);
    },
    repair: async (id) => {
      const model = await folder.find(id);
      if (model === undefined) throw unknownModel();
      await options.unload(id);
      await downloads.start(await repairModel(model, await folder.dir(), hashWorker));
    },
    import: imports.take,
    exportPack: async (id, into) => {
      const model = await folder.find(id);
      if (model === undefined) throw unknownModel();
      return exportPack(model, into, hashWorker);
    },
    importPack: async (dir, hash) => {
      const catalogue = (await readCatalog()).entries;
      const expected = { catalogue, hashes: options.hashes, hash };
      const manifest = await importPack(dir, await folder.dir(), hashWorker, expected);
      events.emit({ id: manifest.id, state: { state: 'ready' } });
      return manifest;
    },
    addRepo: async (repo) => {
      const hub = await createHub({ http: options.http, base: hubBase, token: options.token });
      const files = await hub.list(repo, 'main', new AbortController().signal);
      const ids = new Set((await userCatalog.add(repo, files)).map(({ id }) => id));
      return listEntries(await sources()).filter(({ id }) => ids.has(id));
    },
    forgetRepo: userCatalog.removeRepo,
    choose: async (id) => {
      const { task, state } = await findEntry(id);
      if (!['ready', 'loading', 'loaded', 'failed'].includes(state.state)) throw unknownModel();
      await settings.change(chosenFor(task, id));
    },
    moveFolder: async (to) => {
      await pauseAll();
      await options.unload(undefined);
      await moveModels(await folder.dir(), to, usedBytes((await folder.scan()).models));
      await settings.change({ modelsDir: resolve(to) });
    },
    setNetwork: async (on) => {
      await settings.change({ network: on });
      await options.onLock();
      // What is under way would go on to the end of its blocks.
      if (!on) await pauseAll();
    },
    setPreferences: async (preferences) => {
      const { hub, speedLimit, idleMinutes } = readPreferences(preferences);
      await settings.change({ hub, speedLimit, idleMinutes });
    },
    onChange: events.on,
    restore: async (goOn) => {
      if (goOn) await sweepWorkFolders(await folder.dir());
      await downloads.restore(goOn);
    },
    dispose: downloads.dispose,
  };
}

/** @throws AppError MODEL_FORMAT for what can neither answer nor hear. */
export function chosenFor(task: Task, id: string): { chosenChat: string } | { chosenSpeech: string } {
  if (task === 'chat') return { chosenChat: id };
  if (task === 'speech') return { chosenSpeech: id };
  throw new AppError('MODEL_FORMAT', 'Sotto cannot run a model of this kind yet.', {
    hint: 'Choose one for chat or for speech.',
  });
}

function unknownModel(): AppError {
  return new AppError('MODEL_MISSING', 'There is no model of that name.', {
    hint: 'See `sotto models search`.',
  });
}

/** Said with the question for consent, which is one for this as well. */
function firstHash({ sha256 }: CatalogEntry): string {
  if (sha256 !== undefined) return '';
  return ' No catalogue has the hash of its file: that of this download is kept, and no other file is taken later.';
}

function licenceRequired(entry: CatalogEntry): AppError {
  const { name, licence, termsUrl } = entry;
  const where = termsUrl === undefined ? '' : ` (${termsUrl})`;
  return new AppError('LICENCE_REQUIRED', `${name} comes under ${licence}${where}.${firstHash(entry)}`, {
    hint: 'Read it, then say that you accept it: in the terminal with --accept-licence.',
  });
}

function untrusted(entry: CatalogEntry): AppError {
  return new AppError(
    'MODEL_UNTRUSTED',
    `This model is in no catalogue of Sotto: to run it is to trust its makers as one trusts a program.${firstHash(entry)}`,
    { hint: 'If you know them, say so: in the terminal with --accept-licence.' },
  );
}
