import type { Router } from '../router.ts';

/** A router that knows whether anybody waits for it. */
export interface WatchedRouter extends Router {
  readonly isIdle: boolean;
}

export function watchRouter(router: Router): WatchedRouter {
  let running = 0;
  return {
    get isIdle() {
      return running === 0;
    },
    call: async (name, input) => {
      running += 1;
      try {
        return await router.call(name, input);
      } finally {
        running -= 1;
      }
    },
    async *open(name, input, signal, upstream) {
      running += 1;
      try {
        yield* router.open(name, input, signal, upstream);
      } finally {
        running -= 1;
      }
    },
  };
}
