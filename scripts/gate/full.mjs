import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { log } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { findPython } from '../lib/python.mjs';
import { failureOf, runStep } from './step.mjs';

/**
 * Makes the built-in model anew from the weights it comes from (`models/recipes/build_builtin.py`): some 20 minutes, a download
 * of 90 MB and 8 GB of disk; the environment is that of all recipes.
 *
 * @returns {Promise<string>} the file
 * @throws GateError STEP_FAILED where the recipe or its own check fails
 */
export async function rebuildBuiltIn(work, signal) {
  const python = await findPython(['3.11']);
  const out = join(work, 'builtin');
  log('Making the built-in model anew (some 20 minutes) …');
  const script = join(root, 'models', 'recipes', 'build_builtin.py');
  const args = [script, '--out', out, '--cache', join(work, 'builtin-cache')];
  const outcome = await runStep(python, args, { signal, quiet: false });
  if (outcome.status !== 0) throw failureOf(outcome, 'The recipe of the built-in model');
  const { parts, file } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'));
  const joined = join(out, file);
  const pieces = async function* () {
    for (const part of parts) yield* createReadStream(join(out, part.file));
  };
  await pipeline(pieces, createWriteStream(joined), { signal });
  return joined;
}
