/** At most this many restarts within the window; then the engine stays down and says why. */
const MAX_DEATHS = 3;
const WINDOW_MS = 5 * 60_000;

/** Counts unexpected deaths, so that a model that kills its engine does not do so for ever. */
export interface RestartBudget {
  died(): void;
  /** True while one more start is allowed. */
  readonly left: boolean;
}

export function createRestartBudget(now: () => number = Date.now): RestartBudget {
  let deaths: number[] = [];
  return {
    died: () => {
      deaths.push(now());
    },
    get left() {
      deaths = deaths.filter((at) => now() - at < WINDOW_MS);
      return deaths.length <= MAX_DEATHS;
    },
  };
}
