import { powerMonitor } from 'electron';
import type { CoreHost } from './core-host.ts';

/** A usual time for health records, until what the user has set is known. */
const USUAL_MINUTES = 15;
const LOOK_EVERY_MS = 15_000;

/**
 * Locks saved chats when the screen is locked, the machine sleeps, or nobody is there. A recording goes on.
 *
 * @returns setMinutes: after how many minutes without a key or the mouse, 0: never by that; lock: at once
 */
export function lockWhenLeft(core: Pick<CoreHost, 'call'>): {
  setMinutes: (minutes: number) => void;
  lock: () => void;
} {
  let idleMinutes = USUAL_MINUTES;
  const lock = () => void core.call('storage.lock', undefined);
  powerMonitor.on('lock-screen', lock);
  powerMonitor.on('suspend', lock);
  // Linux has no such event on some desktops, and nobody locks every screen: absence counts as well.
  let wasIdle = false;
  setInterval(() => {
    const isIdle = idleMinutes > 0 && powerMonitor.getSystemIdleTime() >= 60 * idleMinutes;
    if (isIdle && !wasIdle) lock();
    wasIdle = isIdle;
  }, LOOK_EVERY_MS).unref();
  const setMinutes = (minutes: number) => {
    idleMinutes = minutes;
  };
  return { setMinutes, lock };
}
