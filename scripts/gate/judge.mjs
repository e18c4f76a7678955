import { median } from '../bench/statistics.mjs';
import { log } from '../lib/log.mjs';
import { speedFindings } from './compare.mjs';

/** A machine that does something else for a while is no slow-down: what looks slower is measured so often before it is said. */
const ATTEMPTS = 3;
/** A baseline is the middle of so many measurements. */
const RECORDINGS = 5;

const mapValues = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));

/** The better of both, ratio by ratio: noise takes away and never gives. */
export function better(one, other) {
  return { ...one, ratios: mapValues(one.ratios, (ratio, name) => Math.max(ratio, other.ratios[name])) };
}

/**
 * @param {(names: string[]) => Promise<Map<string, {ratios: Record<string, number>, figures: object}>>} measure
 * @param {string[]} names
 * @param {Record<string, Record<string, number>>} expected ratios of the baseline by model
 * @returns {Promise<Map<string, {ratios: Record<string, number>, figures: object, attempts: number}>>}
 */
export async function measureFairly(measure, names, expected) {
  const best = new Map();
  let suspects = names;
  for (let attempt = 1; attempt <= ATTEMPTS && suspects.length > 0; attempt += 1) {
    if (attempt > 1)
      log(`Slower at first sight: ${suspects.join(', ')}. Measuring again (${attempt} of ${ATTEMPTS}) …`);
    for (const [name, measured] of await measure(suspects)) {
      const before = best.get(name);
      best.set(name, { ...(before === undefined ? measured : better(measured, before)), attempts: attempt });
    }
    suspects = suspects.filter((name) =>
      speedFindings(name, best.get(name).ratios, expected[name]).some(({ kind }) => kind === 'slower'),
    );
  }
  return best;
}

/**
 * For a baseline.
 *
 * @returns {Promise<{measured: Map<string, object>, ratios: Record<string, Record<string, number>>, spread: Record<string, Record<string, number>>}>}
 *   spread: how far the least but one lies below the middle, as a share of it. One in five is what measuring again is for
 */
export async function measureForRecord(measure, names) {
  const runs = [];
  for (let run = 1; run <= RECORDINGS; run += 1) {
    log(`Recording: measurement ${run} of ${RECORDINGS}`);
    runs.push(await measure(names));
  }
  const of = (name, ratio) => runs.map((run) => run.get(name).ratios[ratio]);
  const table = (make) =>
    Object.fromEntries(
      names.map((name) => [name, mapValues(runs[0].get(name).ratios, (_, ratio) => make(of(name, ratio)))]),
    );
  const ratios = table((values) => Number(median(values).toPrecision(4)));
  const lowButOne = (values) => [...values].sort((a, b) => a - b)[1];
  const spread = table((values) => Number((1 - lowButOne(values) / median(values)).toFixed(3)));
  const measured = new Map(names.map((name) => [name, { ...runs.at(-1).get(name), ratios: ratios[name] }]));
  return { measured, ratios, spread };
}
