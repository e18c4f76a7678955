import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How warm the processor is, and how often it was slowed down for that. */
export interface Thermal {
  celsius?: number;
  /** Since the system started; it only ever grows. */
  throttleCount?: number;
}

/** Sensors of processors, by Linux's names: Intel, AMD, Arm. */
const PROCESSOR = /^(x86_pkg_temp|k10temp|coretemp|cpu|soc)/i;

/** What Linux tells; nothing elsewhere, and on machines without sensors. */
export function readThermal(root = '/sys'): Thermal {
  const celsius = readCelsius(join(root, 'class', 'thermal'));
  const throttleCount = readThrottling(join(root, 'devices', 'system', 'cpu'));
  return {
    ...(celsius === undefined ? {} : { celsius }),
    ...(throttleCount === undefined ? {} : { throttleCount }),
  };
}

/** The warmest of the processor's sensors. */
function readCelsius(dir: string): number | undefined {
  const values = list(dir)
    .filter((name) => name.startsWith('thermal_zone') && PROCESSOR.test(read(join(dir, name, 'type')) ?? ''))
    .map((name) => Number(read(join(dir, name, 'temp')) ?? Number.NaN) / 1000)
    .filter(Number.isFinite);
  return values.length === 0 ? undefined : Math.max(...values);
}

/** Of the package, which every core tells alike. */
function readThrottling(dir: string): number | undefined {
  const values = list(dir)
    .map((name) => read(join(dir, name, 'thermal_throttle', 'package_throttle_count')))
    .filter((text) => text !== undefined)
    .map(Number);
  return values.length === 0 ? undefined : Math.max(...values);
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
