import { app } from 'electron';
import { engineEnvironment } from '../../core/engine/fork-engine.ts';
import { childEnvironment } from '../../core/process/child-environment.ts';
import { forkProcess } from '../../core/process/forked-process.ts';
import { CORE_OPTIONS_VARIABLE, type CoreProcessOptions } from '../../core/process-options.ts';
import { withSafeMessages } from '../../core/safe-messages.ts';
import type { AppPaths } from './app-paths.ts';
import type { CoreProcess } from './core-host.ts';
import { type EngineNotification, engineOrderSchema } from './engine-launch-protocol.ts';
import { createLine, startUtilityProcess, type UtilityHandle } from './utility-process.ts';

/** Core needs this Node; an Electron that brings an older one (the compatibility runtime) forks another. */
const CORE_NODE_MAJOR = 22;

/**
 * Starts the core process: as a utility process where Electron's own Node is new enough, else with the
 * Node that started the app. SOTTO_PROCESS_FORM=utility asks for the first form regardless (tests do).
 */
export function startCore(paths: AppPaths): CoreProcess {
  const options: CoreProcessOptions = {
    version: app.getVersion(),
    electron: process.versions.electron,
    nativeDir: paths.nativeDir,
    builtInModelsDir: paths.builtInModelsDir,
    cacheDir: paths.cacheDir,
    dataDir: paths.dataDir,
    engineEntry: paths.engineEntry,
    hashWorker: paths.hashWorker,
    importWorker: paths.importWorker,
    verbose: process.env.SOTTO_VERBOSE === '1',
  };
  const env = { ...childEnvironment('core'), [CORE_OPTIONS_VARIABLE]: JSON.stringify(options) };
  const ownMajor = Number(process.versions.node.split('.')[0]);
  if (ownMajor >= CORE_NODE_MAJOR || process.env.SOTTO_PROCESS_FORM === 'utility') {
    const core = startUtilityProcess(paths.coreEntry, 'Sotto core', env);
    serveEngineLaunches(core, paths.engineEntry);
    return core;
  }
  const execPath = process.env.SOTTO_NODE;
  if (execPath === undefined) throw new Error('SOTTO_NODE is not set: start the app with npm start.');
  return withSafeMessages(forkProcess({ entry: paths.coreEntry, execPath, env }));
}

/** In the main process: starts the engines that core asks for, and hands both ends of a port to the two. */
function serveEngineLaunches(core: UtilityHandle, engineEntry: string): void {
  const engines = new Map<number, UtilityHandle>();
  const notify = (notification: EngineNotification) => core.post(notification);
  const launch = (id: number) => {
    const engine = startUtilityProcess(engineEntry, 'Sotto engine', engineEnvironment());
    engines.set(id, engine);
    const [coreEnd, engineEnd] = createLine();
    engine.transfer({ type: 'port' }, engineEnd);
    core.transfer({ type: 'engine-port', id } satisfies EngineNotification, coreEnd);
    engine.onStderr((text) => notify({ type: 'engine-stderr', id, text }));
    engine.onExit((exit) => {
      engines.delete(id);
      notify({ type: 'engine-exit', id, exit });
    });
  };
  core.onMessage((message) => {
    const order = engineOrderSchema.safeParse(message);
    if (!order.success) return;
    if (order.data.type === 'engine-kill') engines.get(order.data.id)?.kill();
    else launch(order.data.id);
  });
  core.onExit(() => {
    for (const engine of engines.values()) engine.kill();
  });
}
