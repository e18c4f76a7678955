import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the machine runs on, which decides how fast many laptops are; undefined where the system does not tell (not Linux). */
export function readPower(dir = '/sys/class/power_supply'): 'mains' | 'battery' | undefined {
  try {
    const supplies = readdirSync(dir).map((name) => ({
      type: readFileSync(join(dir, name, 'type'), 'utf8').trim(),
      path: join(dir, name),
    }));
    const isDischarging = supplies.some(
      ({ type, path }) =>
        type === 'Battery' && readFileSync(join(path, 'status'), 'utf8').trim() === 'Discharging',
    );
    if (isDischarging) return 'battery';
    return supplies.some(({ type }) => type === 'Mains' || type === 'Battery') ? 'mains' : undefined;
  } catch {
    return undefined;
  }
}
