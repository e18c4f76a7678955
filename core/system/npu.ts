import { readdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

/** The chip whose NPU a model must have been compiled for: LiteRT's name, and the words for a person. */
export interface NpuChip {
  brand: 'Intel' | 'Qualcomm';
  soc: string;
  name: string;
}

/**
 * Chips by the processor's own name. Intel: the Core Ultra 200V series is Lunar Lake, the Core Ultra 300 series Panther
 * Lake (Intel's product pages); files for one do not run on the other, nor on Arrow Lake. Qualcomm: Snapdragon X.
 */
const CHIPS: ReadonlyArray<readonly [pattern: RegExp, chip: NpuChip]> = [
  [/Core\(TM\) Ultra \d 2\d\dV/i, { brand: 'Intel', soc: 'LNL', name: 'Intel Lunar Lake' }],
  [/Core\(TM\) Ultra (X?\d) 3\d\d/i, { brand: 'Intel', soc: 'PTL', name: 'Intel Panther Lake' }],
  [/Snapdragon\(R\) X/i, { brand: 'Qualcomm', soc: 'SC8380XP', name: 'Qualcomm Snapdragon X' }],
];

export function npuChipOf(cpu: string): NpuChip | undefined {
  return CHIPS.find(([pattern]) => pattern.test(cpu))?.[1];
}

export interface NpuInfo {
  /** Undefined where this machine's processor is none that we know to have one. */
  chip: NpuChip | undefined;
  /** The folder with the library that LiteRT reaches the NPU through; undefined where there is none. */
  dispatchDir: string | undefined;
}

/**
 * The NPU of this machine. The dispatch library comes with the chip maker's own runtime and is not shipped with Sotto: it
 * is looked for in SOTTO_NPU_DIR and in `runtime/npu` of the native folder.
 */
export function readNpu(nativeDir: string, cpu = cpus()[0]?.model ?? ''): NpuInfo {
  const places = [process.env.SOTTO_NPU_DIR ?? '', join(nativeDir, 'runtime', 'npu')];
  return { chip: npuChipOf(cpu), dispatchDir: places.filter(Boolean).find(hasDispatchLibrary) };
}

/** Why no model can run on it; undefined where one may. */
export function npuProblem({ chip, dispatchDir }: NpuInfo): string | undefined {
  if (chip === undefined && dispatchDir === undefined) {
    return 'No NPU driver library is set up, and this processor has no NPU that Sotto knows.';
  }
  if (chip === undefined) return 'This processor has no NPU that Sotto knows.';
  if (dispatchDir === undefined) return `The NPU driver library for ${chip.name} is not set up.`;
  return undefined;
}

/** Why this model cannot run on this machine's NPU: it holds code for one chip. */
export function npuModelProblem(
  { npuBrand, socName }: { npuBrand?: string; socName?: string },
  chip: NpuChip | undefined,
): string | undefined {
  if (npuBrand === undefined) return 'This model file was not made for an NPU.';
  if (chip === undefined) return 'This processor has no NPU that Sotto knows.';
  const isOther = npuBrand !== chip.brand || (socName !== undefined && !sameSoc(socName, chip.soc));
  if (!isOther) return undefined;
  const made = [npuBrand, socName ?? ''].join(' ').trim();
  return `This model file was made for ${made}; this machine has ${chip.name}.`;
}

function sameSoc(a: string, b: string): boolean {
  return a.toLowerCase().includes(b.toLowerCase());
}

function hasDispatchLibrary(dir: string): boolean {
  try {
    return readdirSync(dir).some((name) => /^(lib)?LiteRtDispatch.*\.(so|dll|dylib)$/.test(name));
  } catch {
    return false;
  }
}
