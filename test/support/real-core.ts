import { join } from 'node:path';
import type { ChatEvent } from '../../contract/chat.ts';
import type { EngineStatus } from '../../contract/engine.ts';
import { type Core, createCore } from '../../core/create-core.ts';
import { ENGINE_LIMITS, type EngineLimits } from '../../core/engine/engine.ts';
import { forkEngine } from '../../core/engine/fork-engine.ts';
import { silentLogger } from '../../core/logger.ts';
import type { ProcessHandle } from '../../core/process/process-handle.ts';
import { BUILT_IN_DIR, withTempDir } from './models.ts';
import { ROOT } from './run-cli.ts';

export interface RealCore {
  core: Core;
  /** Every engine process that was started, the living one last. */
  processes: ProcessHandle[];
  statuses: EngineStatus[];
  /** Sends a signal to the living engine process. */
  signal(name: NodeJS.Signals): void;
}

/** Core as the hosts build it, with real engine processes. */
export function createRealCore(
  cacheDir: string,
  limits?: EngineLimits,
  builtInModelsDir: string = BUILT_IN_DIR,
): RealCore {
  const processes: ProcessHandle[] = [];
  const statuses: EngineStatus[] = [];
  const core = createCore({
    version: '0.0.0',
    electron: undefined,
    nativeDir: join(ROOT, 'native'),
    builtInModelsDir,
    cacheDir,
    // A folder of the test's own, like the cache: never the user's.
    dataDir: cacheDir,
    keepsChats: true,
    // As a system's secret store, so that recordings have a key: the key has its own tests.
    secrets: { wrap: async (secret) => secret, unwrap: async (data) => data },
    hashWorker: join(ROOT, 'out', 'main', 'hash-worker.cjs'),
    launchEngine: () => {
      const handle = forkEngine(join(ROOT, 'out', 'main', 'engine-process.cjs'));
      processes.push(handle);
      return handle;
    },
    log: silentLogger,
    broadcast: (name, value) => {
      if (name === 'engine.status') statuses.push(value as EngineStatus);
    },
    ...(limits === undefined ? {} : { limits }),
  });
  return {
    core,
    processes,
    statuses,
    signal: (name) => {
      const pid = processes.at(-1)?.pid;
      if (pid === undefined) throw new Error('no engine runs');
      process.kill(pid, name);
    },
  };
}

/** Asks in the current chat and collects the events; `onDelta` sees how many pieces came so far. */
export async function askCore(
  core: Core,
  text: string,
  onDelta?: (count: number) => void,
): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  const input = {
    chatId: (await core.chat.open()).id,
    action: { type: 'ask', text } as const,
    settings: { temperature: 0 },
  };
  let deltas = 0;
  for await (const event of core.chat.send(input, new AbortController().signal)) {
    events.push(event);
    if (event.type === 'delta') {
      deltas += 1;
      onDelta?.(deltas);
    }
  }
  return events;
}

export function textOf(events: ChatEvent[]): string {
  return events.map((event) => (event.type === 'delta' ? event.text : '')).join('');
}

/** A real core on a folder of its own; ended afterwards. */
export async function withRealCore(use: (real: RealCore) => Promise<void>): Promise<void> {
  await withTempDir(async (dir) => {
    // A stopped process is noticed sooner than in the app, so that the suite does not wait for it.
    const real = createRealCore(dir, { ...ENGINE_LIMITS, silence: 2500 });
    try {
      await use(real);
    } finally {
      await real.core.dispose();
    }
  });
}
