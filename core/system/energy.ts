import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux tells what the processor's packages have used (RAPL); many systems let only root read it. */
const POWERCAP = '/sys/class/powercap';
/** A whole package: its parts (cores, memory controller) have one more number, and are in it. */
const PACKAGE = /^intel-rapl:\d+$/;

/** Energy that was used since a moment. */
export interface EnergyMeter {
  /** In joules, of all packages of the processor; undefined where the system does not tell. */
  joules(): number | undefined;
}

/** Starts counting. The counters begin again at their end, which is once in many minutes at most. */
export function startEnergyMeter(dir = POWERCAP): EnergyMeter {
  const begun = readPackages(dir);
  return {
    joules: () => {
      if (begun.size === 0) return undefined;
      const now = readPackages(dir);
      let microjoules = 0;
      for (const [name, { value, range }] of begun) {
        const after = now.get(name);
        if (after === undefined) return undefined;
        microjoules += after.value >= value ? after.value - value : after.value + range - value;
      }
      return microjoules / 1e6;
    },
  };
}

function readPackages(dir: string): Map<string, { value: number; range: number }> {
  const found = new Map<string, { value: number; range: number }>();
  try {
    for (const name of readdirSync(dir)) {
      if (!PACKAGE.test(name)) continue;
      const read = (file: string) => Number(readFileSync(join(dir, name, file), 'utf8'));
      found.set(name, { value: read('energy_uj'), range: read('max_energy_range_uj') });
    }
  } catch {
    // Not there, or not for us to read: half of it would be a wrong figure.
    return new Map();
  }
  return found;
}
