import { MessageChannelMain, type MessagePortMain, utilityProcess } from 'electron';
import type { ProcessHandle } from '../../core/process/process-handle.ts';

/** A process of Electron's own kind, with what only the main process can do for it. */
export interface UtilityHandle extends ProcessHandle {
  /** Hands over a port together with a message. */
  transfer(message: unknown, port: MessagePortMain): void;
}

/** Starts `entry` as a utility process: no window, its own event loop, killable at any time. */
export function startUtilityProcess(
  entry: string,
  serviceName: string,
  env: NodeJS.ProcessEnv,
): UtilityHandle {
  const child = utilityProcess.fork(entry, [], { serviceName, stdio: ['ignore', 'ignore', 'pipe'], env });
  let pid: number | undefined;
  child.once('spawn', () => {
    pid = child.pid;
  });
  return {
    get pid() {
      return pid ?? child.pid;
    },
    post: (message) => child.postMessage(message),
    transfer: (message, port) => child.postMessage(message, [port]),
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('exit', (code) => listener({ code, signal: null }));
    },
    onStderr: (listener) => {
      child.stderr?.on('data', (data: Buffer) => listener(data.toString('utf8')));
    },
    kill: () => {
      // Electron's own kill() asks politely, which a stopped or hung process never hears.
      if (child.pid === undefined) child.kill();
      else process.kill(child.pid, 'SIGKILL');
    },
  };
}

/** Two ends of one line between two utility processes. */
export function createLine(): [MessagePortMain, MessagePortMain] {
  const { port1, port2 } = new MessageChannelMain();
  return [port1, port2];
}
