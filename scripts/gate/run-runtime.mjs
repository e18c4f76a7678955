/** `npm run gate:runtime -- VERSION`, on the Node that runs the addon; see docs/gate.md. */
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ensureAccuracyTools } from '../lib/python.mjs';
import { convertModels } from './convert.mjs';
import { finish } from './finish.mjs';
import { machineFacts } from './machine.mjs';
import { chooseModels } from './models.mjs';
import { GateError, STATUS } from './problems.mjs';
import { makeWorkFolder, requireRoom } from './room.mjs';
import { fetchRuntime, pinnedRuntime } from './runtime/fetch.mjs';
import { findingsOf } from './runtime/findings.mjs';
import { runtimeMarkdown } from './runtime/report.mjs';
import { accuracyBy, answersBy, speedBeside } from './runtime/sides.mjs';
import { compareSymbols } from './runtime/symbols.mjs';

function readOptions(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        models: { type: 'string', default: '' },
        accuracy: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    return {
      models: values.models.split(',').filter((name) => name !== ''),
      version: positionals[0] ?? '',
      accuracyOnly: values.accuracy,
    };
  } catch (error) {
    const use = 'Use: npm run gate:runtime -- VERSION [--models NAME,NAME] [--accuracy] [--json]';
    throw new GateError('OPTION_UNKNOWN', error.message.split('\n')[0], use);
  }
}

/** Both sides of one model. A candidate that the addon does not open is still asked for its accuracy. */
async function sidesOf(
  model,
  file,
  { pinned, candidate, tools, threads, work, signal, accuracyOnly },
  opens,
) {
  const accuracy = {
    pinned: await accuracyBy(pinned, model, file, tools, signal),
    candidate: await accuracyBy(candidate, model, file, tools, signal),
  };
  if (!opens) return { accuracy };
  const how = { file, threads, work };
  const [before, after] = [await answersBy(pinned, model, how), await answersBy(candidate, model, how)];
  if (after.refused !== undefined) return { accuracy, answers: after };
  const changed = after.answers.filter((text, at) => text !== before.answers[at]).length;
  const answers = { of: after.answers.length, changed };
  if (accuracyOnly) return { accuracy, answers };
  const speed = await speedBeside(pinned, candidate, model, how, signal);
  return { accuracy, answers, speed };
}

async function compareRuntimes(args, signal) {
  const options = readOptions(args);
  const models = chooseModels(options.models);
  const converts = models.some(({ precision }) => precision !== undefined);
  await requireRoom([...(converts ? ['convert'] : []), 'measure']);
  const pinned = pinnedRuntime();
  const candidate = await fetchRuntime(options.version, signal);
  const symbols = await compareSymbols(pinned.libraryPath, candidate.libraryPath);
  const tools = await ensureAccuracyTools();
  const machine = machineFacts();
  const work = await makeWorkFolder();
  try {
    const files = await convertModels(models, work, signal);
    for (const { name, file } of models) if (file !== undefined) files.set(name, file);
    const sides = {
      pinned,
      candidate,
      tools,
      threads: machine.threads,
      work,
      signal,
      accuracyOnly: options.accuracyOnly,
    };
    const opens =
      symbols.missing.length === 0
        ? {}
        : { refused: `it lacks ${symbols.missing.length} functions that are called.` };
    const result = { pinned, candidate, machine, symbols, opens, models: {} };
    for (const model of models) {
      const file = files.get(model.name);
      result.models[model.name] = await sidesOf(model, file, sides, opens.refused === undefined);
    }
    const findings = findingsOf(result);
    return { status: findings.length === 0 ? STATUS.passed : STATUS.failed, result: { ...result, findings } };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

await finish(async (args, signal) => {
  const { status, result } = await compareRuntimes(args, signal);
  return { status, result, text: runtimeMarkdown(result) };
});
