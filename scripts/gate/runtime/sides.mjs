/** The pinned runtime and another one, model by model. */
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { log } from '../../lib/log.mjs';
import { root } from '../../lib/paths.mjs';
import { addonOn, answersOf } from '../contestants.mjs';
import { GateError } from '../problems.mjs';
import { requireQuiet } from '../profile.mjs';
import { summarise } from '../ratios.mjs';
import { askInTurn, measureLoads } from '../rounds.mjs';
import { failureOf, runStep } from '../step.mjs';

const RECIPES = join(root, 'models', 'recipes');
const LOADS = 5;
const QUESTIONS = 24;

/** An error as it is told of a candidate: what does not run is a finding, no end of the gate. */
async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GateError && !['INTERRUPTED', 'MACHINE_BUSY'].includes(error.code))
      return { refused: error.sentence };
    throw error;
  }
}

/** Accuracy of a file when the graph is run by the TensorFlow Lite inside a given library. */
export function accuracyBy(runtime, model, file, tools, signal) {
  log(`Accuracy of ${model.name} by LiteRT-LM ${runtime.version} …`);
  return attempt(async () => {
    const args = ['-m', 'runtime.validate', runtime.libraryPath, file, '--against', model.reference];
    const env = {
      ...process.env,
      PYTHONPATH: [tools.folder, RECIPES].join(delimiter),
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const outcome = await runStep(tools.python, args, { env, signal });
    if (outcome.status !== 0) throw failureOf(outcome, `Running ${model.name}`);
    const { file: _, ...figures } = outcome.rows[0];
    return figures;
  });
}

/** What the tiny Gemma was taught serves for all: other models go on as they please, but alike. */
async function questions() {
  const text = await readFile(join(RECIPES, 'tiny_gemma', 'conversations.json'), 'utf8');
  return JSON.parse(text)
    .pairs.slice(0, QUESTIONS)
    .map(([question]) => question);
}

/** Answers by the addon on a given runtime: the whole way, tokenizer and sampler and all. */
export function answersBy(runtime, model, how) {
  log(`Answers of ${model.name} by LiteRT-LM ${runtime.version} …`);
  return attempt(async () => {
    const one = answersOf({ ...model, answerTokens: 48 }, await questions(), {
      ...how,
      nativeDir: runtime.nativeDir,
      cacheDir: join(how.work, `answers-${runtime.version}`),
    });
    try {
      await one.start();
      return await one.ask();
    } finally {
      await one.stop();
    }
  });
}

/**
 * Speed of the candidate, with the pinned runtime as its yardstick.
 *
 * @returns {Promise<{ratios: Record<string, number>, figures: Record<string, number>, pinned: Record<string, number>} | {refused: string}>}
 */
export function speedBeside(pinned, candidate, model, how, signal) {
  log(`Speed of ${model.name} by both …`);
  const side = (runtime) => ({
    ...addonOn(model, {
      ...how,
      nativeDir: runtime.nativeDir,
      cacheDir: join(how.work, `engine-${runtime.version}`),
    }),
    name: runtime.version,
  });
  const [before, after] = [side(pinned), side({ ...candidate, version: `${candidate.version} ` })];
  const stopAll = () => Promise.all([before.stop(), after.stop()]);
  signal.addEventListener('abort', stopAll, { once: true });
  return attempt(async () => {
    try {
      const loads = await measureLoads([before, after], LOADS);
      for (const one of [before, after]) await one.ask();
      const samples = await askInTurn(before, [after], model.rounds);
      requireQuiet(samples);
      const ofPinned = samples.map(({ after: figures }) => ({ figures, before: figures, after: figures }));
      const own = loads.get(after.name);
      const yardstick = loads.get(before.name);
      return {
        ...summarise(samples, { own, yardstick }),
        pinned: summarise(ofPinned, { own: yardstick, yardstick }).figures,
      };
    } finally {
      signal.removeEventListener('abort', stopAll);
      await stopAll();
    }
  });
}
