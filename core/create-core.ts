import { join } from 'node:path';
import type { BroadcastName } from '../contract/names.ts';
import type { RunInfo } from '../contract/runs.ts';
import type { SystemInfo } from '../contract/system.ts';
import type { Broadcast } from '../contract/tables.ts';
import { type ChatService, createChatService } from './chat/chat-service.ts';
import { createModelChooser } from './chat/model-choice.ts';
import { createSummariser, type Summariser } from './chat/summariser.ts';
import { createTitler } from './chat/titler.ts';
import { makeCacheDir } from './engine/cache-dir.ts';
import { createDeviceBench, type DeviceBench } from './engine/device-bench.ts';
import type { EngineLimits } from './engine/engine.ts';
import { createEngineSupervisor, type EngineSupervisor } from './engine/engine-supervisor.ts';
import type { Logger } from './logger.ts';
import { createModelParts } from './models/create-model-parts.ts';
import type { TokenSource } from './models/hub/access-token.ts';
import { createModelFolder } from './models/library/model-folder.ts';
import { createModelIntegrity } from './models/model-integrity.ts';
import { createModelLibrary, type ModelLibrary } from './models/model-library.ts';
import type { ModelService } from './models/model-service.ts';
import { createModelSettings, type ModelSettingsService } from './models/settings/model-settings.ts';
import { createPersonaService, type PersonaService } from './personas/persona-service.ts';
import type { ProcessLauncher } from './process/process-handle.ts';
import { machineFacts } from './profile/machine-facts.ts';
import { createProfileService, type ProfileService } from './profile/profile-service.ts';
import { createProfileStore } from './profile/profile-store.ts';
import { readSpeechSample } from './profile/speech-sample.ts';
import { createRunRegistry, type RunRegistry } from './runs/run-registry.ts';
import { type AppSettingsService, createAppSettings } from './settings/app-settings.ts';
import { createSettingsStore, type SettingsStore } from './settings/settings-store.ts';
import { createCaptioner } from './speech/captions/captioner.ts';
import { createHearing } from './speech/create-hearing.ts';
import { createRecordingService, type RecordingService } from './speech/recording/recording-service.ts';
import { createRecordingStore } from './speech/recording/recording-store.ts';
import { createSoundFiles, type SoundFiles } from './speech/sound-files.ts';
import { createSpeechService, type SpeechService } from './speech/speech-service.ts';
import { createTranscriber } from './speech/transcriber.ts';
import { createTranscriptionQueue } from './speech/transcription-queue.ts';
import { createTranscriptionStarts, type TranscriptionStarts } from './speech/transcription-starts.ts';
import { createTranscriptStore } from './speech/transcripts/transcript-store.ts';
import { createStorage, type Storage } from './storage/storage.ts';
import { createTranscriptShelf } from './storage/transcripts/transcript-shelf.ts';
import type { SecretStore } from './storage/vault/vault.ts';
import { nameOwnFolder } from './system/own-folders.ts';
import { countPhysicalCores } from './system/physical-cores.ts';
import {
  nameDrivers,
  readSystemInfo,
  type SystemInfoOptions,
  unusableDevices,
} from './system/system-info.ts';

export interface CoreOptions extends SystemInfoOptions {
  /** Folder with one folder a built-in model. */
  builtInModelsDir: string;
  /** Where compiled weights may be kept. */
  cacheDir: string;
  /** Where recordings, settings and, unless they were moved, models are kept. */
  dataDir: string;
  /** The script of the thread that hashes model files. */
  hashWorker: string;
  /** The script of the thread that reads exports of other programs. */
  importWorker?: string;
  /** Downloads that an earlier run left go on by themselves: for the window, not for a command. */
  resumesDownloads?: boolean;
  /** The user's access token for gated models, where they gave one for that hub. */
  hubToken?: TokenSource;
  /** Whether there is one, without unlocking it. */
  hasHubToken?: (origin: string) => Promise<boolean>;
  /** The proxy for an address; by default what the system's variables say. */
  proxyFor?: (url: string) => Promise<string | undefined>;
  /** Chats are kept on the disk: for the window, and for commands that are about them. */
  keepsChats?: boolean;
  /** The system's secret store, where the host reaches it. */
  secrets?: SecretStore;
  launchEngine: ProcessLauncher;
  log: Logger;
  broadcast: <N extends BroadcastName>(name: N, value: Broadcast<N>) => void;
  limits?: EngineLimits;
}

/** Everything that a host (window, terminal, server) can ask for. */
export interface Core {
  models: ModelLibrary;
  modelService: ModelService;
  modelSettings: ModelSettingsService;
  settings: SettingsStore;
  appSettings: AppSettingsService;
  engines: EngineSupervisor;
  bench: DeviceBench;
  profile: ProfileService;
  runs: RunRegistry;
  transcriptions: TranscriptionStarts;
  chat: ChatService;
  summariser: Summariser;
  personas: PersonaService;
  storage: Storage;
  speech: SpeechService;
  soundFiles: SoundFiles;
  recordings: RecordingService;
  /** Notices what other processes, such as terminals, change of the settings: for the window. */
  followSettings(): Promise<void>;
  systemInfo(): Promise<SystemInfo>;
  dispose(): Promise<void>;
}

/** Locking does not wait longer than this for running answers to stop. */
const CANCEL_TIMEOUT_MS = 1_000;

const isInChat = ({ chatId }: RunInfo) => chatId !== undefined;

/** Puts the services together; touches no disk and starts no process until asked to. */
export function createCore(options: CoreOptions): Core {
  nameOwnFolder(options.dataDir);
  nameOwnFolder(options.cacheDir);
  const settings = createSettingsStore(join(options.dataDir, 'settings.json'));
  let stopFollowing: () => void = () => undefined;
  settings.onChange(({ app }) => options.broadcast('settings.changed', app));
  const appSettings = createAppSettings(settings);
  const folder = createModelFolder(
    async () => (await settings.get()).modelsDir ?? join(options.dataDir, 'models'),
    options.cacheDir,
  );
  // Not in the cache, which engines may write to.
  const integrity = createModelIntegrity(join(options.dataDir, 'model-checks.json'));
  const added = {
    list: async () => (await folder.scan()).models,
    chosen: async () => (await settings.get()).chosenChat,
  };
  const models = createModelLibrary(options.builtInModelsDir, added, integrity);
  const launch = () => {
    makeCacheDir(options.cacheDir);
    return options.launchEngine();
  };
  const { nativeDir, cacheDir, log, limits } = options;
  const process = { launch, log, ...(limits === undefined ? {} : { limits }) };
  const tests = globalThis.process.env.SOTTO_ALLOW_SOFTWARE_GPU === '1' ? { allowSoftwareGpu: true } : {};
  const bench = createDeviceBench({
    launch,
    nativeDir,
    cacheDir,
    path: join(options.dataDir, 'devices.json'),
    threads: countPhysicalCores,
    excluded: async () => unusableDevices(nativeDir),
    driver: () => `${nameDrivers()}|${options.version}`,
    ...tests,
    ...(limits === undefined ? {} : { limits }),
  });
  const engines = createEngineSupervisor({
    ...process,
    nativeDir,
    cacheDir,
    onStatus: (status) => options.broadcast('engine.status', status),
    autoDevice: bench.best,
    ...tests,
    idleMs: async () => 60_000 * ((await settings.get()).idleMinutes ?? 30),
  });
  const hearing = createHearing({
    ...process,
    builtInModelsDir: options.builtInModelsDir,
    nativeDir,
    cacheDir,
    integrity,
    added: {
      list: async () =>
        (await folder.scan()).models
          .filter(({ manifest }) => manifest.task === 'speech')
          .map(({ manifest, path }) => ({ ...manifest, path })),
      chosen: async () => (await settings.get()).chosenSpeech,
    },
  });
  const modelSettings = createModelSettings({ store: settings, models, defaultThreads: countPhysicalCores });
  const onRemoved = modelSettings.forget;
  const modelService = createModelParts({
    ...options,
    settings,
    folder,
    models,
    hearing,
    engines,
    onRemoved,
  });
  const runs = createRunRegistry((run) => options.broadcast('runs.changed', run));
  const baseStorage: Storage = createStorage({
    dataDir: options.dataDir,
    isKept: options.keepsChats === true,
    ...(options.importWorker === undefined ? {} : { importWorker: options.importWorker }),
    ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
    onChange: (status) => {
      transcripts.forget();
      if (status.state !== 'locked') transcripts.catchUp();
      // What they have read and heard lies in their memory.
      else {
        runs.forgetEnded();
        void Promise.all([engines.forget(), hearing.engines.forget()]);
      }
      options.broadcast('storage.status', status);
    },
    onChatChange: (changed) => options.broadcast('chats.changed', changed),
    log,
  });
  const storage: Storage = {
    ...baseStorage,
    lock: async () => {
      // Stopped while the database is still open, so that the text so far is saved.
      if ((await baseStorage.status()).hasPassphrase)
        await within(CANCEL_TIMEOUT_MS, runs.cancelAll(isInChat));
      await baseStorage.lock();
    },
  };
  const transcripts = createTranscriptStore(createTranscriptShelf(storage));
  const queue = createTranscriptionQueue();
  const speech = createSpeechService({
    queue,
    models: hearing.models,
    transcripts,
    transcriber: createTranscriber(hearing),
  });
  const recordings = createRecordingService({
    store: createRecordingStore(join(options.dataDir, 'recordings'), storage.itemKeys, log),
    captioner: createCaptioner(hearing),
    speech,
    queue,
  });
  const soundFiles = createSoundFiles(transcripts);
  const personas = createPersonaService(storage.library);
  const titler = createTitler({
    chats: storage.chats,
    engines,
    log,
  });
  const chooser = createModelChooser({
    models,
    engines,
    defaultThreads: countPhysicalCores,
    modelSettings: modelSettings.of,
    persona: personas.find,
  });
  const chat = createChatService({
    chats: storage.chats,
    chooser,
    ...(options.keepsChats === true ? { titler } : {}),
  });
  return {
    models,
    modelService,
    modelSettings,
    settings,
    appSettings,
    engines,
    bench,
    profile: createProfileService({
      launch,
      nativeDir,
      cacheDir,
      models,
      engines,
      hearing,
      sample: (signal) => readSpeechSample(options.builtInModelsDir, signal),
      store: createProfileStore(join(options.dataDir, 'speed')),
      threads: countPhysicalCores,
      excluded: () => unusableDevices(nativeDir),
      facts: async () => machineFacts(await readSystemInfo(options)),
      onChange: () => options.broadcast('profile.changed', undefined),
      ...tests,
      ...(limits === undefined ? {} : { limits }),
    }),
    storage,
    runs,
    chat,
    summariser: createSummariser(storage.chats, chooser),
    personas,
    speech,
    soundFiles,
    transcriptions: createTranscriptionStarts({ runs, speech, recordings, soundFiles, transcripts }),
    recordings,
    followSettings: async () => {
      stopFollowing = await settings.follow();
    },
    systemInfo: () => readSystemInfo(options),
    dispose: async () => {
      stopFollowing();
      titler.stop();
      const parts = [engines, modelService].map((part) => part.dispose());
      await Promise.all([
        runs.cancelAll(() => true),
        ...parts,
        hearing.engines.unload(),
        transcripts.flush(),
      ]);
      // After the last one that writes to it.
      await storage.dispose();
    },
  };
}

/** Waits for the work, but no longer than that. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
