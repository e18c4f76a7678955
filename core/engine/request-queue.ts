import { AppError } from '../errors.ts';

/** More waiting answers than a person can mean; a runaway caller gets an error instead of memory. */
const MAX_WAITING = 8;

/** One answer at a time for each engine: concurrent conversations on one engine disturb each other. */
export interface RequestQueue {
  /** Whoever enters now has to wait. */
  readonly isTaken: boolean;
  /**
   * Waits for its turn and returns the function that gives it back. An aborted wait rejects with the
   * signal's reason and takes no turn.
   *
   * @throws AppError ENGINE_BUSY when too many wait.
   */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Resolves when whoever has the turn now, and all who wait for it, have given it back or gone. */
  settled(): Promise<void>;
}

export function createRequestQueue(): RequestQueue {
  const waiting: Array<() => void> = [];
  let taken = false;
  let whenSettled: Array<() => void> = [];
  const leave = () => {
    const next = waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    taken = false;
    for (const resolve of whenSettled) resolve();
    whenSettled = [];
  };
  return {
    get isTaken() {
      return taken;
    },
    settled: () => (taken ? new Promise((resolve) => whenSettled.push(resolve)) : Promise.resolve()),
    enter: (signal) => {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (!taken) {
        taken = true;
        return Promise.resolve(once(leave));
      }
      if (waiting.length >= MAX_WAITING) {
        return Promise.reject(
          new AppError('ENGINE_BUSY', 'Too many answers are waiting.', { hint: 'Wait for one to finish.' }),
        );
      }
      return new Promise((resolve, reject) => {
        const turn = () => {
          signal.removeEventListener('abort', cancel);
          resolve(once(leave));
        };
        const cancel = () => {
          waiting.splice(waiting.indexOf(turn), 1);
          reject(signal.reason);
        };
        signal.addEventListener('abort', cancel, { once: true });
        waiting.push(turn);
      });
    },
  };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
