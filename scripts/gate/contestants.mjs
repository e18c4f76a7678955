import { join } from 'node:path';
import { PREFILL_CHUNK_TOKENS } from '../../core/engine/engine-host.ts';
import { createChildContender } from '../bench/child.mjs';
import { root } from '../lib/paths.mjs';
import { GateError } from './problems.mjs';
import { yardstickChild } from './yardstick.mjs';

const BENCH = join(root, 'scripts', 'bench');
/** A start or an answer takes a second or two; a process that says nothing for so long hangs. */
const HANGS_MS = 120_000;

/** What goes wrong in a process of its own, or takes for ever, as an error that names it. */
function guarded(name, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new GateError('PROFILE_FAILED', `${name} hangs.`, 'Look at it with npm run bench.')),
      HANGS_MS,
    );
  });
  const failed = (error) => {
    throw error instanceof GateError
      ? error
      : new GateError(
          'PROFILE_FAILED',
          `${name} does not run: ${error.message}.`,
          'Look at it with npm run bench.',
        );
  };
  return Promise.race([work.catch(failed), late]).finally(() => clearTimeout(timer));
}

/** One that can be started, asked and stopped, whose failures name it. */
const named = (name, { start, run, stop }) => ({
  name,
  start: () => guarded(name, start()),
  ask: () => guarded(name, run()),
  stop,
});

function contestant(name, entry, setup, question, answerTokens) {
  const { run, ...child } = createChildContender(name, entry, setup);
  return named(name, { ...child, run: () => run(question, answerTokens) });
}

/**
 * @param {{python: string, folder: string}} tools of ensureYardstick
 * @param {{yardstickFile: string, question: string, answerTokens: number, contextTokens: number}} model
 * @param {{threads: number, cacheDir: string}} how
 */
export const yardstick = (tools, model, how) => named('the yardstick', yardstickChild(tools, model, how));

/** How the addon makes its engine; cacheDir: where repacked weights go. */
const engineOptions = (model, { file, threads, cacheDir }) => ({
  modelPath: file,
  backend: 'cpu',
  threads,
  maxTokens: model.contextTokens,
  cacheDir,
  activationType: 'f32',
  prefillChunkTokens: PREFILL_CHUNK_TOKENS,
});

/**
 * Sotto's addon on a model file.
 *
 * @param {{name: string, question: string, answerTokens: number, contextTokens: number}} model
 * @param {{file: string, threads: number, cacheDir: string, nativeDir?: string}} how nativeDir: another one than this tree's
 */
export function addonOn(model, { nativeDir = join(root, 'native'), ...how }) {
  // Without a penalty the answers repeat themselves, and none ends early.
  const setup = async () => ({ nativeDir, engineOptions: engineOptions(model, how), penalty: 1 });
  return contestant(model.name, join(BENCH, 'addon-child.mjs'), setup, model.question, model.answerTokens);
}

/** Whole answers to questions, at temperature 0; `ask` gives `{answers: string[]}`. */
export function answersOf(model, questions, { nativeDir, ...how }) {
  const setup = async () => ({ nativeDir, engineOptions: engineOptions(model, how) });
  const entry = join(import.meta.dirname, 'runtime', 'answers-child.mjs');
  return contestant(model.name, entry, setup, questions, model.answerTokens);
}
