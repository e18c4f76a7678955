import type { MachineFacts } from '../../contract/profile.ts';
import type { SystemInfo } from '../../contract/system.ts';
import { readCpuFeatures } from '../system/cpu-features.ts';
import { readPower } from '../system/power.ts';

/** What decides how fast a machine is, without saying whose it is. */
export function machineFacts(info: SystemInfo): MachineFacts {
  const { cpu, physicalCores, logicalCores, memoryBytes, platform, arch, version, runtime } = info;
  const power = readPower();
  return {
    cpu,
    features: readCpuFeatures(),
    physicalCores,
    logicalCores,
    memoryBytes,
    platform,
    arch,
    ...(power === undefined ? {} : { power }),
    sotto: version,
    runtime: `${runtime.name} ${runtime.version}`,
  };
}
