/** How often an engine process says that its event loop turns. */
export const BEAT_INTERVAL_MS = 1000;
/** Silence after which it may be stuck; it is asked to miss this twice, see below. */
const SILENCE_MS = 4000;

export interface HeartbeatWatch {
  beat(): void;
  stop(): void;
}

/**
 * Calls `onSilent` once when no beat came for two checks in a row. The second check is what keeps the
 * machine's sleep from looking like a hang: after waking, a healthy process beats before the second one.
 */
export function watchHeartbeat(onSilent: () => void, silenceMs = SILENCE_MS): HeartbeatWatch {
  let missed = 0;
  let beaten = true;
  const timer = setInterval(() => {
    missed = beaten ? 0 : missed + 1;
    beaten = false;
    if (missed < 2) return;
    clearInterval(timer);
    onSilent();
  }, silenceMs);
  timer.unref?.();
  return {
    beat: () => {
      beaten = true;
    },
    stop: () => clearInterval(timer),
  };
}
