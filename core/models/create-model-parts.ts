import { join } from 'node:path';
import type { BroadcastName } from '../../contract/names.ts';
import type { Broadcast } from '../../contract/tables.ts';
import type { EngineSupervisor } from '../engine/engine-supervisor.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { SpeechModelLibrary } from '../speech/speech-models.ts';
import { createUserCatalog } from './catalog/user-catalog.ts';
import { createDownloads } from './download/downloads.ts';
import { createHttpClient } from './download/http-client.ts';
import { type TokenSource, tokenOfEnvironment } from './hub/access-token.ts';
import { DEFAULT_HUB } from './hub/hub.ts';
import { createKnownHashes } from './known-hashes.ts';
import type { BuiltInModel } from './library/entries.ts';
import type { InstalledManifest } from './library/installed-model.ts';
import type { ModelFolder } from './library/model-folder.ts';
import { createModelEvents } from './model-events.ts';
import type { ModelLibrary } from './model-library.ts';
import { chosenFor, createModelService, type ModelService } from './model-service.ts';

export interface ModelPartsOptions {
  builtInModelsDir: string;
  dataDir: string;
  hashWorker: string;
  resumesDownloads?: boolean;
  hubToken?: TokenSource;
  hasHubToken?: (origin: string) => Promise<boolean>;
  proxyFor?: (url: string) => Promise<string | undefined>;
  settings: SettingsStore;
  folder: ModelFolder;
  models: ModelLibrary;
  hearing: { models: SpeechModelLibrary };
  engines: EngineSupervisor;
  onRemoved: (id: string) => Promise<void>;
  broadcast: <N extends BroadcastName>(name: N, value: Broadcast<N>) => void;
}

/** The mirror that the variables name: Sotto's own, or that of the tools of Hugging Face. */
function hubOfEnvironment(): string {
  return process.env.SOTTO_HUB || process.env.HF_ENDPOINT || DEFAULT_HUB;
}

/** Puts together what finds, fetches and keeps models. */
export function createModelParts(options: ModelPartsOptions): ModelService {
  const { settings, folder, models, hearing, engines, hashWorker, dataDir } = options;
  const events = createModelEvents();
  events.on((change) => options.broadcast('models.changed', change));
  const token = options.hubToken ?? (async (origin) => tokenOfEnvironment(origin));
  // Asked for with every request, without waiting: the switch must work at once.
  let isLocked = false;
  const readLock = async () => {
    isLocked = !(await settings.get()).network;
  };
  settings.onChange(({ network }) => {
    isLocked = !network;
  });
  const http = createHttpClient({
    isLocked: () => isLocked,
    isChosen: (host) => host === chosenHost,
    ...(process.env.SOTTO_STALL_MS ? { stallMs: Number(process.env.SOTTO_STALL_MS) } : {}),
    ...(options.proxyFor === undefined ? {} : { proxyFor: options.proxyFor }),
  });
  /** Of the mirror that the user has set. */
  let chosenHost: string | undefined;
  const hubBase = async () => {
    await readLock();
    const base = (await settings.get()).hub ?? hubOfEnvironment();
    chosenHost = base === DEFAULT_HUB || !URL.canParse(base) ? undefined : new URL(base).hostname;
    return base;
  };
  const builtIn = async (): Promise<BuiltInModel[]> => {
    const chat = (await models.list()).filter((model) => model.builtIn);
    return [
      ...chat.map((model) => ({ ...model, maker: '', task: 'chat' as const, languages: ['en'] })),
      ...(await hearing.models.list()).map(
        ({ settings: { id, name, licence, quantization, sizeBytes, languages } }) => ({
          id,
          name,
          maker: 'OpenAI',
          task: 'speech' as const,
          licence,
          quantization,
          sizeBytes,
          languages: Object.keys(languages),
        }),
      ),
    ];
  };
  const onInstalled = async ({ id, task }: InstalledManifest): Promise<void> => {
    const { chosenChat } = await settings.get();
    // The first real model takes over from the one that came with the app.
    if (task === 'chat' && chosenChat === undefined) await settings.change(chosenFor(task, id));
  };
  const hashes = createKnownHashes(join(dataDir, 'model-hashes.json'));
  const downloads = createDownloads({
    http,
    hubBase,
    token,
    modelsDir: folder.dir,
    hashWorker,
    hashes,
    bytesPerSecond: async () => (await settings.get()).speedLimit,
    onChange: (id, state) => events.emit({ id, state }),
    onInstalled,
  });
  const service = createModelService({
    catalogPath: process.env.SOTTO_CATALOG ?? join(options.builtInModelsDir, '..', 'catalog.json'),
    userCatalog: createUserCatalog(join(dataDir, 'hub-models.json')),
    folder,
    downloads,
    settings,
    http,
    hubBase,
    token,
    hasToken: options.hasHubToken ?? (async (origin) => (await token(origin)) !== undefined),
    hashWorker,
    hashes,
    events,
    builtIn,
    running: (id) => {
      const { status } = engines;
      if (status.state === 'idle' || status.modelId !== id) return undefined;
      if (status.state === 'ready') return { state: 'loaded', device: status.device };
      if (status.state === 'loading') return { state: 'loading' };
      return { state: 'failed', error: status.error };
    },
    verifyBuiltIn: async (id) => {
      const isSpeech = (await hearing.models.list()).some((model) => model.settings.id === id);
      return isSpeech ? hearing.models.verify(id) : models.verify(id);
    },
    unload: (id) => engines.unload(id),
    onRemoved: options.onRemoved,
    onLock: readLock,
  });
  if (options.resumesDownloads === true) void service.restore(true);
  return service;
}
