import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { GateError } from './problems.mjs';

const USE =
  'npm run gate -- [--models NAME,NAME] [--file NAME=PATH] [--accuracy] [--full] [--record] [--baseline FILE] [--figures FILE] [--plant drift|slow] [--json]';

/** Paths mean what they mean where the command was given. */
const pathOf = (path) => resolve(process.env.INIT_CWD ?? process.cwd(), path);

const refuse = (sentence) => new GateError('OPTION_UNKNOWN', sentence, `Use: ${USE}`);

function filesOf(given) {
  return new Map(
    given.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw refuse(`--file ${pair} is not NAME=PATH.`);
      const path = pathOf(pair.slice(at + 1));
      if (!existsSync(path))
        throw new GateError('FILE_MISSING', `There is no file ${path}.`, 'Give another one.');
      return [pair.slice(0, at), path];
    }),
  );
}

/**
 * @param {string[]} args
 * @returns {{models: string[], files: Map<string, string>, accuracyOnly: boolean, full: boolean, record: boolean,
 *   baseline: string | undefined, figures: string | undefined, plant: 'drift' | 'slow' | undefined, json: boolean}}
 * @throws GateError OPTION_UNKNOWN, FILE_MISSING
 */
export function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        models: { type: 'string', default: '' },
        file: { type: 'string', multiple: true, default: [] },
        accuracy: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
        baseline: { type: 'string' },
        figures: { type: 'string' },
        plant: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw refuse(error.message.split('\n')[0]);
  }
  const { models, file, accuracy, baseline, figures, plant, ...flags } = values;
  if (plant !== undefined && plant !== 'drift' && plant !== 'slow')
    throw refuse(`--plant ${plant} is not known.`);
  if (plant !== undefined && flags.record) throw refuse('What is planted is not recorded.');
  if (figures !== undefined && flags.record) throw refuse('Only what is measured now is recorded.');
  return {
    models: models.split(',').filter((name) => name !== ''),
    files: filesOf(file),
    accuracyOnly: accuracy,
    baseline: baseline && pathOf(baseline),
    figures: figures && pathOf(figures),
    plant,
    ...flags,
  };
}
