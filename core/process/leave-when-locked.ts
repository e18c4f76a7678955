import type { StorageStatus } from '../../contract/history.ts';

const LOOK_EVERY_MS = 250;
/** So often in a row nobody may want anything: what was typed in the moment before a lock comes after it. */
const QUIET_LOOKS = 3;

export interface LeaveOptions {
  /** Nobody waits for anything: no recording, no download that was asked for, no command of a terminal. */
  isIdle: () => boolean;
  /** Whatever must outlive the process is on the disk. */
  isSafe: () => boolean;
  leave: () => void;
}

/**
 * Ends core when Sotto was locked: strings cannot be overwritten, and what a heap has freed stays readable in it. A new
 * process, which starts locked, takes its place. Waits for as long as there is work, a recording most of all.
 *
 * @returns what to call with every status of what is kept
 */
export function leaveWhenLocked({
  isIdle,
  isSafe,
  leave,
}: LeaveOptions): (status: Pick<StorageStatus, 'state'>) => void {
  let wasOpen = false;
  let looking: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(looking);
    looking = undefined;
  };
  return ({ state }) => {
    if (state !== 'locked') {
      wasOpen = true;
      stop();
      return;
    }
    // A process that was never open has nothing to forget.
    if (!wasOpen || looking !== undefined) return;
    let quiet = 0;
    looking = setInterval(() => {
      quiet = isIdle() && isSafe() ? quiet + 1 : 0;
      if (quiet < QUIET_LOOKS) return;
      stop();
      leave();
    }, LOOK_EVERY_MS);
  };
}
