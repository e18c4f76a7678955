import { EXIT } from './exit-status.ts';

/** What was under way when the user stopped it gave way: no failure to tell of. */
export class Interrupted extends Error {}

/** Ctrl-C, a polite kill, and a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does work that the user can stop: the first signal aborts it, a second one ends the program at once. Children have
 * process groups of their own (core/process/forked-process.ts), so that they see none of these.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const interrupt = () => {
    if (abort.signal.aborted) process.exit(EXIT.cancelled);
    abort.abort();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return await work(abort.signal);
  } catch (error) {
    throw abort.signal.aborted ? new Interrupted() : error;
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
