import type { EngineStats, FromEngine, ToEngine } from '../../core/engine/protocol.ts';
import type { ProcessExit, ProcessHandle, ProcessLauncher } from '../../core/process/process-handle.ts';

export const STATS: EngineStats = {
  promptTokens: 10,
  completionTokens: 2,
  ttftMs: 5,
  prefillTokensPerSecond: 100,
  decodeTokensPerSecond: 50,
  peakRssBytes: 1000,
  contextTokens: 12,
  contextLimit: 2048,
};

/** An engine process whose answers a test writes, message by message. */
export interface ScriptedEngine {
  handle: ProcessHandle;
  received: ToEngine[];
  say(message: FromEngine): void;
  die(exit?: ProcessExit): void;
  killed: boolean;
  stderr(text: string): void;
  /** The id of the last prompt that came in. */
  lastRequestId(): number;
  delta(text: string): void;
  done(reason?: 'stop' | 'length' | 'cancelled'): void;
}

export type Behaviour = (engine: ScriptedEngine, message: ToEngine) => void;

/** Loads at once and says nothing else of its own accord. */
export const loadsAtOnce: Behaviour = (engine, message) => {
  if (message.type === 'load') engine.say({ type: 'loaded', loadMs: 1, contextLimit: 2048 });
};

/** Loads and answers every prompt with the words given. */
export function answersWith(...words: string[]): Behaviour {
  return (engine, message) => {
    loadsAtOnce(engine, message);
    if (message.type !== 'generate') return;
    for (const word of words) engine.delta(word);
    engine.done();
  };
}

export function createScriptedEngine(behaviour: Behaviour = loadsAtOnce): ScriptedEngine {
  const messageListeners: Array<(message: unknown) => void> = [];
  const exitListeners: Array<(exit: ProcessExit) => void> = [];
  const stderrListeners: Array<(text: string) => void> = [];
  let dead = false;
  const engine: ScriptedEngine = {
    received: [],
    killed: false,
    say: (message) => {
      if (!dead) for (const listener of messageListeners) listener(message);
    },
    die: (exit = { code: null, signal: 'SIGSEGV' }) => {
      if (dead) return;
      dead = true;
      for (const listener of exitListeners) listener(exit);
    },
    stderr: (text) => {
      for (const listener of stderrListeners) listener(text);
    },
    lastRequestId: () => {
      const prompts = engine.received.filter((message) => message.type === 'generate');
      return prompts.at(-1)?.requestId ?? 0;
    },
    delta: (text) =>
      engine.say({ type: 'event', requestId: engine.lastRequestId(), event: { type: 'delta', text } }),
    done: (reason = 'stop') =>
      engine.say({
        type: 'event',
        requestId: engine.lastRequestId(),
        event: { type: 'done', reason, stats: STATS },
      }),
    handle: {
      pid: 1,
      post: (message) => {
        engine.received.push(message as ToEngine);
        // As a real process would: never before the caller has finished its own step.
        queueMicrotask(() => behaviour(engine, message as ToEngine));
      },
      onMessage: (listener) => messageListeners.push(listener),
      onExit: (listener) => exitListeners.push(listener),
      onStderr: (listener) => stderrListeners.push(listener),
      kill: () => {
        engine.killed = true;
        queueMicrotask(() => engine.die({ code: null, signal: 'SIGKILL' }));
      },
    },
  };
  return engine;
}

/** A launcher that hands out scripted engines and keeps them for the test. */
export function scriptedLauncher(behaviours: Behaviour | Behaviour[] = loadsAtOnce) {
  const engines: ScriptedEngine[] = [];
  const launch: ProcessLauncher = () => {
    const list = Array.isArray(behaviours) ? behaviours : [behaviours];
    const engine = createScriptedEngine(list[Math.min(engines.length, list.length - 1)]);
    engines.push(engine);
    return engine.handle;
  };
  return { launch, engines };
}
