import { readdirSync, readFileSync } from 'node:fs';

interface ProcessEntry {
  pid: number;
  parent: number;
  command: string;
}

/** Every process of this machine, from /proc. */
function listProcesses(): ProcessEntry[] {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      entries.push({ pid: Number(name), parent, command });
    } catch {
      // Ended while we looked.
    }
  }
  return entries;
}

/** Processes below `root` whose command line holds the text. */
export function findDescendants(root: number, text: string): number[] {
  const all = listProcesses();
  const below = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const entry of all) {
      if (below.has(entry.pid) || !below.has(entry.parent)) continue;
      below.add(entry.pid);
      grown = true;
    }
  }
  return all
    .filter((entry) => below.has(entry.pid) && entry.command.includes(text))
    .map((entry) => entry.pid);
}

/** The engine process of a running app. */
export function findEngine(appPid: number | undefined): number {
  const [pid] = findDescendants(appPid ?? -1, 'engine-process.cjs');
  if (pid === undefined) throw new Error('no engine process runs');
  return pid;
}

/** One line of /proc/PID/status, such as "Seccomp". */
export function processStatus(pid: number, name: string): string {
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}

/** Ends core at once, as the system does when memory runs out. */
export function killCore(appPid: number | undefined): void {
  const [core] = findDescendants(appPid ?? -1, 'core-process.cjs');
  if (core === undefined) throw new Error('no core process runs');
  process.kill(core, 'SIGKILL');
}

/** Ends an app and all that it started at once, as a machine does that loses its power. */
export function killAll(appPid: number | undefined): void {
  if (appPid === undefined) throw new Error('no app runs');
  const all = [appPid, ...findDescendants(appPid, '')];
  // Stopped first, so that none finds out that another is gone.
  for (const pid of all) process.kill(pid, 'SIGSTOP');
  for (const pid of all) process.kill(pid, 'SIGKILL');
}
