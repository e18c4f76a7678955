import { childEnvironment } from '../process/child-environment.ts';
import { forkProcess } from '../process/forked-process.ts';
import type { ProcessHandle } from '../process/process-handle.ts';

/**
 * The environment of an engine process. glibc gives every thread a heap of its own; with one for all, an
 * engine that has read 278 tokens needs 80 MB less, at the same speed (docs/performance.md; its other
 * settings, which give freed memory back sooner, save 5 MB more and cost 9 % of the speed). Other systems,
 * and Electron's own processes, take no notice.
 */
export function engineEnvironment(): NodeJS.ProcessEnv {
  return {
    ...childEnvironment('engine'),
    MALLOC_ARENA_MAX: '1',
    // A ring that is set up before the process is confined would be a way round its limits (native/src/sandbox_linux.cc).
    UV_USE_IO_URING: '0',
  };
}

/** A small nursery: an engine makes little garbage, and what is reserved for it counts as its memory (25 MB). */
const NODE_OPTIONS = ['--max-semi-space-size=2'];

/** Starts an engine process as a child of this one, with the Node that runs here. */
export function forkEngine(entry: string): ProcessHandle {
  return forkProcess({
    entry,
    env: engineEnvironment(),
    execArgv: NODE_OPTIONS,
    serialization: 'advanced',
  });
}
