import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Instruction sets that decide how fast XNNPACK's kernels run, by Linux's names for them. */
const X64 = { avx2: 'AVX2', avx512f: 'AVX-512', avx512_vnni: 'VNNI', avx_vnni: 'AVX-VNNI', amx_int8: 'AMX' };
const ARM = { asimd: 'NEON', asimddp: 'dot product', i8mm: 'I8MM', sve: 'SVE', sme: 'SME' };
const MAC = { FEAT_DotProd: 'dot product', FEAT_I8MM: 'I8MM', FEAT_SME: 'SME' };

/** What this processor can do beyond its base; empty where the system does not tell (Windows). */
export function readCpuFeatures(): string[] {
  try {
    if (process.platform === 'linux') return linuxFeatures(readFileSync('/proc/cpuinfo', 'utf8'));
    if (process.platform === 'darwin') return macFeatures();
  } catch {
    // Not told.
  }
  return [];
}

/** From the text of /proc/cpuinfo. */
export function linuxFeatures(cpuinfo: string): string[] {
  const flags = new Set(/^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.split(' ') ?? []);
  return Object.entries({ ...X64, ...ARM }).flatMap(([flag, name]) => (flags.has(flag) ? [name] : []));
}

function macFeatures(): string[] {
  const keys = Object.keys(MAC).map((key) => `hw.optional.arm.${key}`);
  const text = execFileSync('sysctl', ['-i', ...keys], { encoding: 'utf8', timeout: 2000 });
  return Object.entries(MAC).flatMap(([key, name]) => (text.includes(`${key}: 1`) ? [name] : []));
}
