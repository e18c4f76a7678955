import { existsSync, readdirSync, statSync } from 'node:fs';
import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Device } from '../../contract/models.ts';
import type { SystemInfo } from '../../contract/system.ts';
import { describeRuntime } from '../engine/runtime-info.ts';
import { readCpuFeatures } from './cpu-features.ts';
import { npuProblem, readNpu } from './npu.ts';
import { countPhysicalCores } from './physical-cores.ts';

export interface SystemInfoOptions {
  version: string;
  nativeDir: string;
  electron: string | undefined;
}

/** What this machine is and what can run on it. Hashes the runtime library, which takes a moment. */
export async function readSystemInfo({
  version,
  nativeDir,
  electron,
}: SystemInfoOptions): Promise<SystemInfo> {
  return {
    version,
    platform: platform(),
    arch: arch(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    physicalCores: countPhysicalCores(),
    logicalCores: Math.max(1, availableParallelism?.() ?? cpus().length),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    node: process.versions.node,
    ...(electron === undefined ? {} : { electron }),
    runtime: await describeRuntime(nativeDir),
    devices: describeDevices(nativeDir),
  };
}

function describeDevices(nativeDir: string): SystemInfo['devices'] {
  const npu = readNpu(nativeDir);
  const problem = npuProblem(npu);
  const cores = [`${countPhysicalCores()} cores`, ...readCpuFeatures()].join(', ');
  return [
    { device: 'cpu', usable: true, reason: cores },
    gpu(),
    {
      device: 'npu',
      usable: problem === undefined,
      reason: problem ?? `${npu.chip?.name}; tried when a model that was made for it is started.`,
    },
  ];
}

/** Why a device of this machine cannot be used, whatever the model. */
export function unusableDevices(nativeDir: string): Partial<Record<Device, string>> {
  const unusable = describeDevices(nativeDir).filter(({ usable }) => !usable);
  return Object.fromEntries(unusable.map(({ device, reason }) => [device, reason]));
}

/** A text that is another one when a graphics driver is: names and dates of Vulkan's driver files, or the system's version. */
export function nameDrivers(): string {
  if (platform() !== 'linux') return `${platform()} ${release()}`;
  const files = driverPlaces().flatMap((place) => {
    try {
      return statSync(place).isDirectory() ? readdirSync(place).map((name) => join(place, name)) : [place];
    } catch {
      return [];
    }
  });
  return files.map((file) => `${file} ${statSync(file).mtimeMs}`).join('|');
}

function driverPlaces(): string[] {
  const named = (process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES ?? '').split(delimiter);
  return ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', ...named.filter(Boolean)];
}

/** A cheap look for a driver; whether a GPU truly works is found out when a model is started on it. */
function gpu(): SystemInfo['devices'][number] {
  if (platform() !== 'linux') {
    return {
      device: 'gpu',
      usable: true,
      reason: 'Tried when a model is started on it; the CPU answers if it fails.',
    };
  }
  const found = driverPlaces().some((path) => existsSync(path));
  return found
    ? {
        device: 'gpu',
        usable: true,
        reason: 'A Vulkan driver is installed; tried when a model is started on it.',
      }
    : { device: 'gpu', usable: false, reason: 'No Vulkan graphics driver is installed.' };
}
