import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startEnergyMeter } from '../../../../core/system/energy.ts';
import { readPower } from '../../../../core/system/power.ts';
import { readThermal } from '../../../../core/system/thermal.ts';
import { withTempDir } from '../../../support/models.ts';

/** Files as Linux shows them: a path and what it says. */
async function write(dir: string, files: Record<string, string | number>): Promise<void> {
  for (const [path, value] of Object.entries(files)) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), `${value}\n`);
  }
}

describe('the energy of a processor', () => {
  const counter = (name: string, microjoules: number) => ({
    [`${name}/energy_uj`]: microjoules,
    [`${name}/max_energy_range_uj`]: 10_000_000,
  });

  it('is that of its packages, also where a counter begins again', () =>
    withTempDir(async (dir) => {
      // The cores are a part of the package, and would count twice.
      await write(dir, { ...counter('intel-rapl:0', 1_000_000), ...counter('intel-rapl:0:0', 500_000) });
      await write(dir, counter('intel-rapl:1', 9_000_000));
      const meter = startEnergyMeter(dir);
      await write(dir, { ...counter('intel-rapl:0', 3_500_000), ...counter('intel-rapl:0:0', 900_000) });
      await write(dir, counter('intel-rapl:1', 2_000_000));
      expect(meter.joules()).toBeCloseTo(2.5 + 3, 6);
    }));

  it('is not told where the system keeps it, and not half of it', () =>
    withTempDir(async (dir) => {
      expect(startEnergyMeter(join(dir, 'none')).joules()).toBeUndefined();
      await write(dir, { ...counter('intel-rapl:0', 1), ...counter('intel-rapl:1', 1) });
      const meter = startEnergyMeter(dir);
      await rm(join(dir, 'intel-rapl:1'), { recursive: true });
      expect(meter.joules()).toBeUndefined();
    }));
});

describe('the heat of a processor', () => {
  it('is that of its own sensors, and how often it was slowed down', () =>
    withTempDir(async (dir) => {
      await write(dir, {
        'class/thermal/thermal_zone0/type': 'acpitz',
        'class/thermal/thermal_zone0/temp': 95_000,
        'class/thermal/thermal_zone1/type': 'x86_pkg_temp',
        'class/thermal/thermal_zone1/temp': 61_500,
        'devices/system/cpu/cpu0/thermal_throttle/package_throttle_count': 7,
      });
      expect(readThermal(dir)).toEqual({ celsius: 61.5, throttleCount: 7 });
    }));

  it('is not told without sensors', () =>
    withTempDir(async (dir) => {
      expect(readThermal(dir)).toEqual({});
    }));
});

describe('what a machine runs on', () => {
  it.each([
    ['battery', { 'AC/type': 'Mains', 'BAT0/type': 'Battery', 'BAT0/status': 'Discharging' }],
    ['mains', { 'AC/type': 'Mains', 'BAT0/type': 'Battery', 'BAT0/status': 'Charging' }],
    ['mains', { 'AC/type': 'Mains' }],
    [undefined, {}],
  ] as const)('%s', (power, files) =>
    withTempDir(async (dir) => {
      await write(dir, files);
      expect(readPower(dir)).toBe(power);
    }),
  );
});
