import type { ModelChange } from '../../contract/library.ts';

/** Changes of models' states, for whoever shows them. */
export interface ModelEvents {
  emit(change: ModelChange): void;
  /** Returns the function that ends the subscription. */
  on(listener: (change: ModelChange) => void): () => void;
}

export function createModelEvents(): ModelEvents {
  const listeners = new Set<(change: ModelChange) => void>();
  return {
    emit: (change) => {
      for (const listener of listeners) listener(change);
    },
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
