import { readFileSync } from 'node:fs';

/** A process, so that it is not mistaken for a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, where the system tells (Linux). */
  started?: string | undefined;
}

const DEAD = 'dead';

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) };
}

/** True while that very process lives. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be asked, but it lives.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = startOf(pid);
  return now !== DEAD && (started === undefined || now === started);
}

/**
 * Boot and clock tick of its start (proc(5), field 22 of stat); undefined where the system does not tell. A process
 * that is dead, and which its parent has not yet buried, is none.
 */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name, which may itself contain spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? DEAD : `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}
