import type { BroadcastName } from '../contract/names.ts';
import type { SystemInfo } from '../contract/system.ts';
import type { Broadcast } from '../contract/tables.ts';
import { type ChatService, createChatService } from './chat/chat-service.ts';
import { createChatStore } from './chat/chat-store.ts';
import { ensureCacheDir } from './engine/cache-dir.ts';
import type { EngineLimits } from './engine/engine.ts';
import { createEngineSupervisor, type EngineSupervisor } from './engine/engine-supervisor.ts';
import type { Logger } from './logger.ts';
import { createModelLibrary, type ModelLibrary } from './models/model-library.ts';
import type { ProcessLauncher } from './process/process-handle.ts';
import { countPhysicalCores } from './system/physical-cores.ts';
import { readSystemInfo, type SystemInfoOptions } from './system/system-info.ts';

export interface CoreOptions extends SystemInfoOptions {
  /** Folder with one folder a built-in model. */
  builtInModelsDir: string;
  /** Where compiled weights may be kept. */
  cacheDir: string;
  launchEngine: ProcessLauncher;
  log: Logger;
  broadcast: <N extends BroadcastName>(name: N, value: Broadcast<N>) => void;
  limits?: EngineLimits;
}

/** Everything that a host (window, terminal, server) can ask for. */
export interface Core {
  models: ModelLibrary;
  engines: EngineSupervisor;
  chat: ChatService;
  systemInfo(): Promise<SystemInfo>;
  dispose(): Promise<void>;
}

/** Puts the services together; touches no disk and starts no process until asked to. */
export function createCore(options: CoreOptions): Core {
  const models = createModelLibrary(options.builtInModelsDir);
  const engines = createEngineSupervisor({
    launch: () => {
      ensureCacheDir(options.cacheDir);
      return options.launchEngine();
    },
    nativeDir: options.nativeDir,
    cacheDir: options.cacheDir,
    onStatus: (status) => options.broadcast('engine.status', status),
    log: options.log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const chat = createChatService({
    store: createChatStore(),
    models,
    engines,
    defaultThreads: countPhysicalCores,
  });
  return {
    models,
    engines,
    chat,
    systemInfo: () => readSystemInfo(options),
    dispose: () => engines.dispose(),
  };
}
