import { join } from 'node:path';
import { log } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { findPython } from '../lib/python.mjs';
import { TINY_WEIGHTS } from './models.mjs';
import { failureOf, runStep } from './step.mjs';

const RECIPES = join(root, 'models', 'recipes');

/**
 * Converts the tiny Gemma from its weights, export and all: nothing is taken from an earlier run.
 *
 * @param {Array<{name: string, precision?: string, shape?: string, contextTokens: number}>} models
 * @param {string} work a folder of this run's own
 * @param {AbortSignal} signal
 * @returns {Promise<Map<string, string>>} names and files
 * @throws GateError with the recipe's code
 */
export async function convertModels(models, work, signal) {
  const wanted = models.filter(({ precision }) => precision !== undefined);
  if (wanted.length === 0) return new Map();
  const python = await findPython(['3.11']);
  const startedAt = Date.now();
  log(`Converting the tiny Gemma in ${wanted.length} precisions (two minutes) …`);
  for (const shape of ['growing', 'fixed']) {
    const alike = wanted.filter((model) => (model.shape ?? 'growing') === shape);
    if (alike.length === 0) continue;
    const args = [join(RECIPES, 'models.py'), 'convert', TINY_WEIGHTS, '--name', 'tiny-gemma'];
    args.push('--out', join(work, 'files'), '--cache', join(work, 'cache'));
    args.push('--context', String(alike[0].contextTokens), '--context-shape', shape);
    args.push(...alike.flatMap(({ precision }) => ['--precision', precision]));
    const outcome = await runStep(python, args, { signal });
    if (outcome.status !== 0) throw failureOf(outcome, 'The conversion');
  }
  log(`Converted in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  return new Map(wanted.map(({ name }) => [name, join(work, 'files', `${name}.litertlm`)]));
}
