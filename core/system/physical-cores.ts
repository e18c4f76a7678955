import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/**
 * Physical cores, the number of threads that inference is fastest with: hyper-threads share the units it
 * needs. Falls back to half of the logical ones (at least 1) where the system does not tell.
 */
export function countPhysicalCores(): number {
  const logical = Math.max(1, cpus().length);
  try {
    const counted =
      process.platform === 'linux' ? linuxCores() : process.platform === 'darwin' ? macCores() : 0;
    if (counted > 0) return Math.min(counted, logical);
  } catch {
    // Not told; estimated below.
  }
  return logical > 2 ? Math.max(1, Math.floor(logical / 2)) : logical;
}

function linuxCores(): number {
  const cores = new Set<string>();
  for (const block of readFileSync('/proc/cpuinfo', 'utf8').split('\n\n')) {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    if (core !== undefined) cores.add(`${/^physical id\s*:\s*(\d+)/m.exec(block)?.[1] ?? 0}/${core}`);
  }
  return cores.size;
}

function macCores(): number {
  return Number(execFileSync('sysctl', ['-n', 'hw.physicalcpu'], { encoding: 'utf8', timeout: 2000 }));
}
