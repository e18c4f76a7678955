import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../lib/paths.mjs';
import { GateError } from './problems.mjs';

/** Accuracy is the same on every machine; ratios of speed are kept by class of machine. */
export const BASELINE = join(root, 'models', 'recipes', 'baseline.json');

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of objects whose every value is a positive number or zero. */
function isTable(value) {
  return (
    isObject(value) &&
    Object.values(value).every(
      (row) => isObject(row) && Object.values(row).every((cell) => Number.isFinite(cell) && cell >= 0),
    )
  );
}

/**
 * @param {string} path
 * @returns {Promise<{accuracy: Record<string, Record<string, number>>, speed: Record<string, {ratios: Record<string, Record<string, number>>}>}>}
 * @throws GateError BASELINE_DAMAGED
 */
export async function readBaseline(path = BASELINE) {
  try {
    const value = JSON.parse(await readFile(path, 'utf8'));
    const whole =
      isTable(value?.accuracy) &&
      isObject(value.speed) &&
      Object.values(value.speed).every((entry) => isTable(entry?.ratios));
    if (whole) return value;
  } catch {
    // Told below.
  }
  throw new GateError('BASELINE_DAMAGED', `${path} is no baseline.`, 'Take the committed one.');
}

/** Before any long work. @throws GateError BASELINE_MISSING where no speed was recorded on such a machine */
export function requireClass(baseline, machineClass) {
  if (machineClass in baseline.speed) return;
  const known = Object.keys(baseline.speed).join(', ') || 'none';
  throw new GateError(
    'BASELINE_MISSING',
    `There is no baseline of speed for machines of the class ${machineClass} (there is: ${known}).`,
    'Record one on a machine that does nothing else: npm run gate -- --record. Without speed: npm run gate -- --accuracy.',
  );
}

/** Whole or not at all. */
export async function writeBaseline(baseline, path = BASELINE) {
  const part = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(part, `${JSON.stringify(baseline, null, 2)}\n`);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}
