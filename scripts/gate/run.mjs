/** `npm run gate`, on the Node that runs the addon; see docs/gate.md. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { log } from '../lib/log.mjs';
import { ensureAccuracyTools, findPython } from '../lib/python.mjs';
import { measureAccuracy } from './accuracy.mjs';
import { BASELINE, readBaseline, requireClass, writeBaseline } from './baseline.mjs';
import { ALLOWED_LOSS, compare, keptAccuracy } from './compare.mjs';
import { convertModels } from './convert.mjs';
import { finish } from './finish.mjs';
import { rebuildBuiltIn } from './full.mjs';
import { measureFairly, measureForRecord } from './judge.mjs';
import { machineFacts } from './machine.mjs';
import { BUILT_IN_NAME, chooseModels, MODELS } from './models.mjs';
import { readOptions } from './options.mjs';
import { plantDrift } from './plant.mjs';
import { GateError, STATUS } from './problems.mjs';
import { measureSpeed } from './profile.mjs';
import { markdown } from './report.mjs';
import { makeWorkFolder, requireRoom } from './room.mjs';
import { ensureYardstick, yardstickId } from './yardstick.mjs';

const PLANTED = { drift: 'weights of the 4-bit files are a little off', slow: 'models run with one thread' };

/** Figures that an earlier run told with --json. @throws GateError FIGURES_DAMAGED */
async function readFigures(path) {
  try {
    const { machine, models } = JSON.parse(await readFile(path, 'utf8'));
    if (
      typeof machine.class === 'string' &&
      Object.values(models).every((model) => typeof model === 'object')
    ) {
      return { machine, models };
    }
  } catch {
    // Told below.
  }
  throw new GateError('FIGURES_DAMAGED', `${path} holds no figures of the gate.`, 'Make them with --json.');
}

/** The file of each model: the given one, the committed one, or one that is made now. */
async function filesOf(options, models, work, signal) {
  const files = new Map(
    models.filter(({ file }) => file !== undefined).map(({ name, file }) => [name, file]),
  );
  for (const [name, path] of options.files) files.set(name, path);
  const missing = models.filter(({ name }) => !files.has(name));
  for (const [name, path] of await convertModels(missing, work, signal)) files.set(name, path);
  const builtIn = models.find(({ name }) => name === BUILT_IN_NAME);
  if (options.full && builtIn !== undefined) files.set(builtIn.name, await rebuildBuiltIn(work, signal));
  if (options.plant === 'drift') {
    for (const [name, path] of files)
      files.set(name, await plantDrift(path, join(work, `${name}.drifted.litertlm`)));
  }
  return files;
}

/** @throws GateError YARDSTICK_CHANGED where the ratios of a baseline are to something else */
function requireYardstick(entry, id) {
  if (entry.yardstick === id) return;
  throw new GateError(
    'YARDSTICK_CHANGED',
    `The baseline was measured beside ${entry.yardstick}, here is ${id}.`,
    'Record another one: npm run gate -- --record.',
  );
}

async function measureAll(options, models, machine, baseline, signal) {
  const converts = models.some(({ name, precision }) => precision !== undefined && !options.files.has(name));
  await requireRoom([...(converts ? ['convert'] : []), ...(options.full ? ['full'] : []), 'measure']);
  if (converts || options.full) await findPython(['3.11']);
  const tools = await ensureAccuracyTools();
  let yardstickTools;
  if (!options.accuracyOnly) {
    machine.yardstick = await yardstickId([...new Set(MODELS.map(({ yardstickFile }) => yardstickFile))]);
    if (!options.record) requireYardstick(baseline.speed[machine.class], machine.yardstick);
    yardstickTools = await ensureYardstick(signal);
  }
  const work = await makeWorkFolder();
  try {
    const files = await filesOf(options, models, work, signal);
    const result = {};
    for (const model of models) {
      result[model.name] = { accuracy: await measureAccuracy(model, files.get(model.name), tools, signal) };
    }
    if (options.accuracyOnly) return { models: result };
    const { threads } = machine;
    const modelThreads = options.plant === 'slow' ? 1 : threads;
    const timed = models.filter(({ isAccuracyOnly }) => isAccuracyOnly !== true);
    const names = timed.map(({ name }) => name);
    const measure = (wanted) => {
      const chosen = timed.filter(({ name }) => wanted.includes(name));
      return measureSpeed(chosen, files, { threads, modelThreads, work, tools: yardstickTools, signal });
    };
    const recorded = options.record ? await measureForRecord(measure, names) : undefined;
    const speed =
      recorded?.measured ?? (await measureFairly(measure, names, baseline.speed[machine.class].ratios));
    for (const [name, measured] of speed) Object.assign(result[name], measured);
    return { models: result, recorded };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @throws GateError SPREAD_WIDE where two of five measurements of the same would have been told as a loss */
function requireNarrow(spread) {
  const wide = Object.entries(spread).flatMap(([model, ratios]) =>
    Object.entries(ratios)
      .filter(([, share]) => share > ALLOWED_LOSS)
      .map(([ratio, share]) => `${model} ${ratio} ${Math.round(100 * share)} %`),
  );
  if (wide.length === 0) return;
  throw new GateError(
    'SPREAD_WIDE',
    `Not recorded: of five measurements of the same, two would have failed the gate (${wide.join(', ')}).`,
    'Let the machine do nothing else and record again.',
  );
}

/** The baseline with what was measured now in it. A model that misses its limits is none. */
function updated(baseline, { models, recorded }, machine) {
  const failures = Object.values(models).flatMap(({ accuracy }) => accuracy.failures);
  if (failures.length > 0) {
    throw new GateError(
      'LIMIT_MISSED',
      `Not recorded: ${failures.join('; ')}.`,
      'Mend the model, or limits.json.',
    );
  }
  const accuracy = Object.fromEntries(
    Object.entries(models).map(([name, measured]) => [name, keptAccuracy(measured.accuracy)]),
  );
  const next = { accuracy: { ...baseline.accuracy, ...accuracy }, speed: { ...baseline.speed } };
  if (recorded === undefined) return next;
  requireNarrow(recorded.spread);
  const before = baseline.speed[machine.class];
  next.speed[machine.class] = {
    recorded: new Date().toISOString().slice(0, 10),
    cpu: machine.cpu,
    yardstick: machine.yardstick,
    litertLm: machine.versions.litertLm,
    ratios: { ...before?.ratios, ...recorded.ratios },
    spread: { ...before?.spread, ...recorded.spread },
  };
  return next;
}

/** @returns {Promise<{status: number, result: object, baseline: object}>} */
async function gate(options, signal) {
  const models = chooseModels(options.models);
  for (const name of options.files.keys()) chooseModels([name]);
  const path = options.baseline ?? BASELINE;
  const baseline = await readBaseline(path);
  if (options.figures !== undefined) {
    const result = await readFigures(options.figures);
    if (!options.accuracyOnly) requireClass(baseline, result.machine.class);
    const findings = compare(result.models, baseline, result.machine.class);
    return {
      status: findings.length === 0 ? STATUS.passed : STATUS.failed,
      result: { ...result, findings },
      baseline,
    };
  }
  const machine = machineFacts();
  if (!options.accuracyOnly && !options.record) requireClass(baseline, machine.class);
  const measured = await measureAll(options, models, machine, baseline, signal);
  if (options.record) {
    const next = updated(baseline, measured, machine);
    await writeBaseline(next, path);
    log(`Recorded in ${path}`);
    const spread = measured.recorded?.spread;
    return {
      status: STATUS.passed,
      result: { machine, models: measured.models, findings: [], recorded: true, spread },
      baseline: next,
    };
  }
  const findings = compare(measured.models, baseline, machine.class);
  const planted = PLANTED[options.plant];
  return {
    status: findings.length === 0 ? STATUS.passed : STATUS.failed,
    result: { machine, models: measured.models, findings, planted },
    baseline,
  };
}

await finish(async (args, signal) => {
  const { status, result, baseline } = await gate(readOptions(args), signal);
  return { status, result, text: markdown(result, baseline) };
});
