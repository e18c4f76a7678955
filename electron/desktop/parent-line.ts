import type { MessagePortMain } from 'electron';
import type { StreamPort } from '../../core/channel.ts';
import type { ProcessLauncher } from '../../core/process/process-handle.ts';
import { hear, toSafeMessage } from '../../core/safe-messages.ts';
import { createEngineLaunches } from './engine-launches.ts';

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
