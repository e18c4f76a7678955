import { join } from 'node:path';
import { PROMPT } from '../bench/prompt.mjs';
import { root } from '../lib/paths.mjs';
import { GateError } from './problems.mjs';

const RECIPES = join(root, 'models', 'recipes');
const TINY_REFERENCE = join(RECIPES, 'tiny_gemma', 'reference.npz');

/** The weights of the tiny Gemma, as Hugging Face has them: 1.1 million, FP32. */
export const TINY_WEIGHTS = join(RECIPES, 'tiny_gemma', 'weights');

const BUILT_IN = join(root, 'models', 'builtin', 'smollm2-135m-instruct', 'smollm2-135m-instruct.litertlm');
const TINY = join(root, 'test', 'fixtures', 'models', 'tiny-gemma-int4.litertlm');

export const BUILT_IN_NAME = 'smollm2-135m-instruct';

const builtIn = {
  name: BUILT_IN_NAME,
  file: BUILT_IN,
  yardstickFile: BUILT_IN,
  reference: join(RECIPES, 'builtin_model', 'reference.npz'),
  contextTokens: 2048,
  question: PROMPT.slice(0, 620),
  answerTokens: 32,
  rounds: 15,
};

const tiny = {
  yardstickFile: TINY,
  reference: TINY_REFERENCE,
  contextTokens: 1024,
  question: PROMPT.slice(0, 330),
  answerTokens: 200,
  // Shorter answers, which a machine's noise changes more.
  rounds: 30,
};

/**
 * What the gate looks at. `yardstickFile`: the committed file that the bare runtime is measured on beside it; `rounds`: of answers beside the
 * yardstick's, the same for all that share one. `precision`: converted anew in every run, with a context of the `shape` given or one that grows; others are
 * checked as the file that is committed. `isAccuracyOnly`: its speed is not judged. Each name
 * has its limits in models/recipes/limits.json.
 */
export const MODELS = [
  builtIn,
  { ...tiny, name: 'tiny-gemma', file: TINY },
  ...['fp32', 'int8', 'int4-channel', 'int4-block32'].map((precision) => ({
    ...tiny,
    name: `tiny-gemma-${precision}`,
    precision,
  })),
  // Its speed lies between two that are judged.
  { ...tiny, name: 'tiny-gemma-int4-corrected', precision: 'int4-corrected', isAccuracyOnly: true },
  // Ranges of activations that are measured want a context of fixed length, which is slower.
  ...['static-int8', 'int16x8'].map((precision) => ({
    ...tiny,
    name: `tiny-gemma-${precision}`,
    precision,
    shape: 'fixed',
    isAccuracyOnly: true,
  })),
];

/**
 * @param {string[]} names none: all
 * @throws GateError MODEL_UNKNOWN
 */
export function chooseModels(names) {
  for (const name of names) {
    if (MODELS.some((model) => model.name === name)) continue;
    const known = MODELS.map((model) => model.name).join(', ');
    throw new GateError('MODEL_UNKNOWN', `The gate has no model ${name}.`, `Known: ${known}.`);
  }
  return names.length === 0 ? MODELS : MODELS.filter(({ name }) => names.includes(name));
}
