/** Speed over the last seconds, which tells more than the average since the start. */
export interface SpeedMeter {
  add(bytes: number): void;
  /** Undefined until there is something to go by. */
  bytesPerSecond(): number | undefined;
}

const WINDOW_MS = 5_000;
const SLOT_MS = 250;

export function createSpeedMeter(now: () => number = () => performance.now()): SpeedMeter {
  const slots: Array<{ at: number; bytes: number }> = [];
  const startedAt = now();
  return {
    add: (bytes) => {
      const at = now();
      const last = slots.at(-1);
      if (last !== undefined && at - last.at < SLOT_MS) last.bytes += bytes;
      else slots.push({ at, bytes });
    },
    bytesPerSecond: () => {
      const at = now();
      while (slots[0] !== undefined && at - slots[0].at > WINDOW_MS) slots.shift();
      const span = Math.min(WINDOW_MS, at - startedAt);
      if (span < SLOT_MS) return undefined;
      return (slots.reduce((sum, slot) => sum + slot.bytes, 0) * 1000) / span;
    },
  };
}

/** Lets at most so many bytes a second pass; undefined: all. */
export interface SpeedLimit {
  /** How long to wait after these bytes, in milliseconds. */
  waitMs(bytes: number): number;
}

export function createSpeedLimit(
  bytesPerSecond: () => number | undefined,
  now: () => number = () => performance.now(),
): SpeedLimit {
  let freeAt = now();
  return {
    waitMs: (bytes) => {
      const limit = bytesPerSecond();
      if (limit === undefined || limit <= 0) return 0;
      const at = now();
      freeAt = Math.max(freeAt, at) + (bytes * 1000) / limit;
      return freeAt - at;
    },
  };
}
