import type { MessagePortMain } from 'electron';
import type { StreamPort } from '../../core/channel.ts';
import type { ProcessExit, ProcessHandle, ProcessLauncher } from '../../core/process/process-handle.ts';
import { hear, toSafeMessage } from '../../core/safe-messages.ts';

/** Core's line to the main process, whichever way core was started. */
export interface ParentLine {
  post(message: unknown): void;
  onMessage(listener: (message: unknown, port: MessagePortMain | undefined) => void): void;
  /** The main process is gone. */
  onClose(listener: () => void): void;
  /** Present where the main process starts the engines. */
  launchEngine: ProcessLauncher | undefined;
}

/** @throws when this process has no parent to talk to. */
export function connectToMain(): ParentLine {
  // Typed as always there by Electron; undefined in a forked Node process.
  const parentPort: Electron.ParentPort | undefined = process.parentPort;
  if (parentPort !== undefined) return utilityLine(parentPort);
  if (process.send === undefined) throw new Error('started without a host');
  return {
    post: (message) => {
      process.send?.(toSafeMessage(message), undefined, undefined, () => undefined);
    },
    onMessage: (listener) => {
      process.on('message', (raw) => hear(raw, (message) => listener(message, undefined)));
    },
    onClose: (listener) => {
      process.once('disconnect', listener);
    },
    launchEngine: undefined,
  };
}

function utilityLine(parentPort: Electron.ParentPort): ParentLine {
  const engines = createEngineLaunches((message) => parentPort.postMessage(message));
  return {
    post: (message) => parentPort.postMessage(message),
    onMessage: (listener) => {
      parentPort.on('message', ({ data, ports }) => {
        if (!engines.take(data, ports[0])) listener(data, ports[0]);
      });
    },
    // A utility process is ended together with the main process.
    onClose: () => undefined,
    launchEngine: engines.launch,
  };
}

interface RemoteEngine {
  line: MessagePortMain | undefined;
  unsent: unknown[];
  onMessage: Array<(message: unknown) => void>;
  onExit: Array<(exit: ProcessExit) => void>;
  onStderr: Array<(text: string) => void>;
}

/** Engines that the main process starts on core's behalf, seen as process handles. */
function createEngineLaunches(post: (message: unknown) => void) {
  const engines = new Map<number, RemoteEngine>();
  let nextId = 1;
  const launch: ProcessLauncher = () => {
    const id = nextId++;
    const engine: RemoteEngine = { line: undefined, unsent: [], onMessage: [], onExit: [], onStderr: [] };
    engines.set(id, engine);
    post({ type: 'engine-launch', id });
    const handle: ProcessHandle = {
      pid: undefined,
      post: (message) => {
        if (engine.line === undefined) engine.unsent.push(message);
        else engine.line.postMessage(message);
      },
      onMessage: (listener) => engine.onMessage.push(listener),
      onExit: (listener) => engine.onExit.push(listener),
      onStderr: (listener) => engine.onStderr.push(listener),
      kill: () => post({ type: 'engine-kill', id }),
    };
    return handle;
  };
  /** True when the message was one about an engine. */
  const take = (data: unknown, port: MessagePortMain | undefined): boolean => {
    const message = data as { type?: string; id?: number; exit?: ProcessExit; text?: string };
    const engine = message.id === undefined ? undefined : engines.get(message.id);
    if (message.type === 'engine-line' && engine !== undefined && port !== undefined) {
      engine.line = port;
      port.on('message', (event) => {
        for (const listener of engine.onMessage) listener(event.data);
      });
      port.start();
      for (const unsent of engine.unsent.splice(0)) port.postMessage(unsent);
      return true;
    }
    if (message.type === 'engine-exit' && message.exit !== undefined) {
      for (const listener of engine?.onExit ?? []) listener(message.exit);
      if (message.id !== undefined) engines.delete(message.id);
      return true;
    }
    if (message.type === 'engine-stderr') {
      for (const listener of engine?.onStderr ?? []) listener(message.text ?? '');
      return true;
    }
    return false;
  };
  return { launch, take };
}

/** A port to a page, as core's channel wants it. */
export function fromElectronPort(port: MessagePortMain): StreamPort {
  return {
    postMessage: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (event) => listener(event.data));
      port.start();
    },
    onClose: (listener) => {
      port.on('close', listener);
    },
    close: () => port.close(),
  };
}
