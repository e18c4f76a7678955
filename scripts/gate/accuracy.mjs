import { delimiter, join } from 'node:path';
import { log } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { failureOf, runStep } from './step.mjs';

/**
 * How far a file is from FP32, as `npm run models -- validate` tells it.
 *
 * @param {{name: string, reference: string}} model
 * @param {string} file
 * @param {{python: string, folder: string}} tools of ensureAccuracyTools
 * @param {AbortSignal} signal
 * @returns {Promise<Record<string, number> & {failures: string[]}>}
 * @throws GateError with the recipe's code, as FILE_DAMAGED
 */
export async function measureAccuracy(model, file, tools, signal) {
  log(`Accuracy of ${model.name} …`);
  const args = ['-m', 'chat.validate', file, '--against', model.reference, '--limits', model.name];
  const env = {
    ...process.env,
    PYTHONPATH: [tools.folder, join(root, 'models', 'recipes')].join(delimiter),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const outcome = await runStep(tools.python, args, { env, signal });
  const row = outcome.rows.find(({ file: name }) => name !== undefined);
  // 1: a limit is missed, which the row tells.
  if (row === undefined || outcome.status > 1) throw failureOf(outcome, `Measuring ${model.name}`);
  return row;
}
