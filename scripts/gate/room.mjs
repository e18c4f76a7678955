import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../../core/system/process-identity.ts';
import { cacheDir } from '../lib/paths.mjs';
import { GateError } from './problems.mjs';

const gateDir = join(cacheDir, 'gate');
const GB = 1e9;

/** Bytes that each part of the gate was seen to need, with some to spare. */
export const NEEDS = {
  convert: { memory: 3 * GB, disk: 1 * GB },
  full: { memory: 12 * GB, disk: 10 * GB },
  measure: { memory: 1.5 * GB, disk: 0.5 * GB },
};

const gb = (bytes) => `${(bytes / GB).toFixed(1)} GB`;

/**
 * Before any long work.
 *
 * @param {Array<keyof typeof NEEDS>} parts
 * @param {{memory: number, disk: number}} [has] bytes; what this machine has by default
 * @throws GateError MEMORY_LOW, DISK_LOW
 */
export async function requireRoom(parts, has) {
  const memory = Math.max(...parts.map((part) => NEEDS[part].memory));
  const disk = Math.max(...parts.map((part) => NEEDS[part].disk));
  await mkdir(gateDir, { recursive: true });
  const { bavail, bsize } = await statfs(gateDir);
  const there = has ?? { memory: freemem(), disk: bavail * bsize };
  if (there.memory < memory) {
    throw new GateError(
      'MEMORY_LOW',
      `${gb(memory)} of memory are needed, ${gb(there.memory)} are free.`,
      'Close other programs.',
    );
  }
  if (there.disk < disk) {
    throw new GateError(
      'DISK_LOW',
      `${gb(disk)} are needed in ${gateDir}, ${gb(there.disk)} are free.`,
      'Make room.',
    );
  }
}

/** A folder of this run's own; what runs that were killed have left goes first. */
export async function makeWorkFolder() {
  await mkdir(gateDir, { recursive: true });
  for (const name of await readdir(gateDir)) {
    const pid = /^work-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive({ pid: Number(pid) }))
      await rm(join(gateDir, name), { recursive: true, force: true });
  }
  const folder = join(gateDir, `work-${process.pid}`);
  await mkdir(folder, { recursive: true });
  return folder;
}
