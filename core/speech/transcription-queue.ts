/**
 * The queue of transcriptions: first in, first out, one at a time. None starts while the user records or dictates, because live
 * captions need the same engine.
 */
export interface TranscriptionQueue {
  /** A new transcription would have to wait. */
  readonly isTaken: boolean;
  /** Waits for its turn and returns the function that ends it. An aborted wait rejects with the signal's reason. */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Holds the queue until the returned function is called. */
  hold(): () => void;
}

export function createTranscriptionQueue(): TranscriptionQueue {
  const waiting = new Set<() => void>();
  let isBusy = false;
  let holds = 0;
  const next = () => {
    const [first] = waiting;
    if (isBusy || holds > 0 || first === undefined) return;
    waiting.delete(first);
    isBusy = true;
    first();
  };
  const once = (action: () => void) => {
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      action();
      next();
    };
  };
  return {
    get isTaken() {
      return isBusy || holds > 0;
    },
    enter: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const begin = () => {
          signal.removeEventListener('abort', leave);
          resolve(
            once(() => {
              isBusy = false;
            }),
          );
        };
        const leave = () => {
          waiting.delete(begin);
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.add(begin);
        next();
      }),
    hold: () => {
      holds += 1;
      return once(() => {
        holds -= 1;
      });
    },
  };
}
