/** Events pushed by one side and iterated by the other, without loss and without back-pressure. */
export interface EventQueue<T> {
  push(event: T): void;
  /** Ends the iteration after what was pushed. */
  end(): void;
  readonly ended: boolean;
  iterate(): AsyncGenerator<T, void, void>;
}

export function createEventQueue<T>(): EventQueue<T> {
  const events: T[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  const signal = () => {
    wake?.();
    wake = undefined;
  };
  return {
    get ended() {
      return ended;
    },
    push: (event) => {
      if (ended) return;
      events.push(event);
      signal();
    },
    end: () => {
      ended = true;
      signal();
    },
    async *iterate() {
      for (;;) {
        const event = events.shift();
        if (event !== undefined) yield event;
        else if (ended) return;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
}
