import type { MessagePortMain } from 'electron';
import type { ProcessExit, ProcessHandle, ProcessLauncher } from '../../core/process/process-handle.ts';
import { type EngineOrder, engineNotificationSchema } from './engine-launch-protocol.ts';

interface RemoteEngine {
  port: MessagePortMain | undefined;
  unsent: unknown[];
  onMessage: Array<(message: unknown) => void>;
  onExit: Array<(exit: ProcessExit) => void>;
  onStderr: Array<(text: string) => void>;
}

/** In the core process: engines that main starts on core's behalf, seen as process handles. */
export interface EngineLaunches {
  launch: ProcessLauncher;
  /** True when the message was one about an engine. */
  take(message: unknown, port: MessagePortMain | undefined): boolean;
}

export function createEngineLaunches(post: (order: EngineOrder) => void): EngineLaunches {
  const engines = new Map<number, RemoteEngine>();
  let nextId = 1;
  const connect = (engine: RemoteEngine, port: MessagePortMain) => {
    engine.port = port;
    port.on('message', (event) => {
      for (const listener of engine.onMessage) listener(event.data);
    });
    port.start();
    for (const unsent of engine.unsent.splice(0)) port.postMessage(unsent);
  };
  return {
    launch: () => {
      const id = nextId++;
      const engine: RemoteEngine = { port: undefined, unsent: [], onMessage: [], onExit: [], onStderr: [] };
      engines.set(id, engine);
      post({ type: 'engine-launch', id });
      const handle: ProcessHandle = {
        pid: undefined,
        post: (message) => {
          if (engine.port === undefined) engine.unsent.push(message);
          else engine.port.postMessage(message);
        },
        onMessage: (listener) => engine.onMessage.push(listener),
        onExit: (listener) => engine.onExit.push(listener),
        onStderr: (listener) => engine.onStderr.push(listener),
        kill: () => post({ type: 'engine-kill', id }),
      };
      return handle;
    },
    take: (message, port) => {
      const parsed = engineNotificationSchema.safeParse(message);
      if (!parsed.success) return false;
      const notification = parsed.data;
      const engine = engines.get(notification.id);
      if (engine === undefined) return true;
      switch (notification.type) {
        case 'engine-port':
          if (port !== undefined) connect(engine, port);
          return true;
        case 'engine-stderr':
          for (const listener of engine.onStderr) listener(notification.text);
          return true;
        case 'engine-exit':
          engines.delete(notification.id);
          for (const listener of engine.onExit) listener(notification.exit);
          return true;
        default:
          return notification satisfies never;
      }
    },
  };
}
