import { powerMonitor } from 'electron';
import type { CoreHost } from './core-host.ts';

/** A usual time for health records (trust.md); what is set by the user comes with the settings. */
const IDLE_SECONDS = 15 * 60;
const LOOK_EVERY_MS = 15_000;

/** Locks saved chats when the screen is locked, the machine sleeps, or nobody is there. A recording goes on. */
export function lockWhenLeft(core: Pick<CoreHost, 'call'>): void {
  const lock = () => void core.call('storage.lock', undefined);
  powerMonitor.on('lock-screen', lock);
  powerMonitor.on('suspend', lock);
  // Linux has no such event on some desktops, and nobody locks every screen: absence counts as well.
  let wasIdle = false;
  setInterval(() => {
    const isIdle = powerMonitor.getSystemIdleTime() >= IDLE_SECONDS;
    if (isIdle && !wasIdle) lock();
    wasIdle = isIdle;
  }, LOOK_EVERY_MS).unref();
}
