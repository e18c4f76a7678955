import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { countPhysicalCores } from '../../core/system/physical-cores.ts';
import { root } from '../lib/paths.mjs';

/** The widest first: what a matrix product is made of decides how far two runtimes are apart. */
const CLASSES = {
  x64: [
    ['amx', ['amx_int8']],
    ['avx512vnni', ['avx512_vnni']],
    ['avx512', ['avx512f']],
    ['avx2vnni', ['avx_vnni']],
    ['avx2', ['avx2']],
  ],
  arm64: [
    ['i8mm', ['i8mm']],
    ['dotprod', ['asimddp']],
  ],
};

/** More than two threads would make the class depend on the number of cores. */
const MOST_THREADS = 2;

/** Flags of the processor as Linux tells them; macOS on Apple silicon has both that matter since its first. */
function flagsOf() {
  if (platform() === 'darwin' && arch() === 'arm64') return ['asimddp'];
  try {
    const text = readFileSync('/proc/cpuinfo', 'utf8');
    return /^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1].split(' ') ?? [];
  } catch {
    return [];
  }
}

/**
 * @param {string} architecture as Node names it
 * @param {string[]} flags
 * @returns {string} such as "amx"; "plain" where none is known
 */
export function featureClass(architecture, flags) {
  const found = (CLASSES[architecture] ?? []).find(([, needed]) =>
    needed.every((flag) => flags.includes(flag)),
  );
  return found?.[0] ?? 'plain';
}

/** What a table of figures must say of where it was measured. `class` is the key of the baseline. */
export function machineFacts() {
  const flags = flagsOf();
  const cores = countPhysicalCores();
  const threads = Math.min(MOST_THREADS, cores);
  const features = featureClass(arch(), flags);
  const table = JSON.parse(readFileSync(join(root, 'native', 'runtime', 'platforms.json'), 'utf8'));
  return {
    class: `${platform()}-${arch()}-${features}-${threads}t`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    features: flags.filter((flag) => /^(avx|amx|fma|f16c|asimd|sve|sme|i8mm|bf16)/.test(flag)),
    cores,
    threads,
    memoryBytes: totalmem(),
    os: `${platform()} ${release()} ${arch()}`,
    versions: { node: process.versions.node, litertLm: table.version },
  };
}
