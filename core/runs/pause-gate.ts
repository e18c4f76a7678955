/** Holds a run up while it is paused. */
export interface PauseGate {
  readonly isPaused: boolean;
  set(isPaused: boolean): void;
  /** Resolves at once while it is open, else when it opens or the signal aborts. */
  pass(signal: AbortSignal): Promise<void>;
}

export function createPauseGate(): PauseGate {
  let isPaused = false;
  const waiting = new Set<() => void>();
  return {
    get isPaused() {
      return isPaused;
    },
    set: (next) => {
      isPaused = next;
      if (isPaused) return;
      for (const go of waiting) go();
      waiting.clear();
    },
    pass: (signal) => {
      if (!isPaused || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const go = () => {
          signal.removeEventListener('abort', go);
          waiting.delete(go);
          resolve();
        };
        waiting.add(go);
        signal.addEventListener('abort', go, { once: true });
      });
    },
  };
}
