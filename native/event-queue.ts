import type { GenerationEvent } from './binding-types.ts';

function isTerminal(event: GenerationEvent): boolean {
  return event.type === 'end' || event.type === 'cancelled' || event.type === 'error';
}

/** Holds events between the addon, which pushes, and one reader, who may be slower. */
export class EventQueue {
  #events: GenerationEvent[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #endWaiters: (() => void)[] = [];

  get ended(): boolean {
    return this.#ended;
  }

  /** Takes events as they come; everything after the terminal one is ignored. */
  push(events: GenerationEvent[]): void {
    if (this.#ended) return;
    this.#events.push(...events);
    const last = events.at(-1);
    this.#ended = last !== undefined && isTerminal(last);
    this.#wake?.();
    if (this.#ended) for (const waiter of this.#endWaiters.splice(0)) waiter();
  }

  /** The next event, waiting for it; undefined once the terminal event has been taken. */
  async next(): Promise<GenerationEvent | undefined> {
    while (this.#events.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#events.shift();
  }

  /** Resolves once the terminal event has been pushed. */
  async waitForEnd(): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((resolve) => this.#endWaiters.push(resolve));
  }
}
