import { fork } from 'node:child_process';
import type { ProcessHandle } from './process-handle.ts';

export interface ForkOptions {
  entry: string;
  /** The Node to run it with; by default the one that runs this process. */
  execPath?: string;
  /** Only what the child needs, see child-environment.ts. */
  env: NodeJS.ProcessEnv;
  /** Options of the child's Node. */
  execArgv?: string[];
  /** "advanced" carries typed arrays as they are. Default "json". */
  serialization?: 'json' | 'advanced';
}

/** A process started with child_process.fork. */
export function forkProcess({ entry, execPath, env, execArgv, serialization }: ForkOptions): ProcessHandle {
  const child = fork(entry, [], {
    ...(execPath === undefined ? {} : { execPath }),
    // Flags of this process (a debugger's port, a test runner's loader) are none of the child's business.
    execArgv: execArgv ?? [],
    env,
    ...(serialization === undefined ? {} : { serialization }),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Ctrl-C goes to every process of a terminal's group: this one decides what it ends, so its children have a group
    // of their own. They end when the line to this process closes. On Windows that would open a console for each.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  child.on('error', () => undefined);
  return {
    get pid() {
      return child.pid;
    },
    post: (message) => {
      // A dead child is told by onExit; a message to it is dropped.
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      // "error" without "exit" is a process that could not even start.
      let told = false;
      const tell = (code: number | null, signal: string | null) => {
        if (told) return;
        told = true;
        listener({ code, signal });
      };
      child.once('exit', tell);
      child.once('error', () => {
        if (child.pid === undefined) tell(null, null);
      });
    },
    onStderr: (listener) => {
      child.stderr?.setEncoding('utf8');
      child.stderr?.on('data', listener);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
