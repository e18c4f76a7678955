import { formatBytes } from '../../contract/format-bytes.ts';
import type { ModelEntry, ModelState } from '../../contract/library.ts';
import type { Core } from '../../core/create-core.ts';
import { toErrorInfo } from '../../core/errors.ts';
import { EXIT } from '../exit-status.ts';
import { Interrupted } from '../interrupt.ts';
import { drawLine, note, print, printJson, printRow, reportFailure } from '../output.ts';

/** Runs a command whose failure is told and becomes its exit status. */
export async function reporting(json: boolean, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Interrupted) return EXIT.cancelled;
    return reportFailure(toErrorInfo(error), json);
  }
}

/** `sotto models list`: what is on this machine, and what is on its way. */
export async function listModels(core: Core, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await core.modelService.restore(false);
    const { entries, folder } = await core.modelService.overview();
    const here = entries.filter(({ state }) => state.state !== 'absent');
    if (json) printJson(here);
    else {
      for (const entry of here) printRow(entry.id, entry.name, factsOf(entry));
      note(`${folder.path}: ${formatBytes(folder.usedBytes)} in use, ${formatBytes(folder.freeBytes)} free`);
      for (const name of folder.unknown) note(`Not Sotto's, left alone: ${name}`);
    }
    return EXIT.ok;
  });
}

/** `sotto models search`: what can be had, best for this machine first. */
export async function searchModels(core: Core, text: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await core.modelService.restore(false);
    const { entries, problems } = await core.modelService.overview();
    const wanted = text.toLowerCase();
    const found = entries.filter((entry) =>
      [entry.id, entry.name, entry.maker, entry.task, entry.summary, entry.quantization].some((one) =>
        one.toLowerCase().includes(wanted),
      ),
    );
    found.sort((a, b) => Number(b.recommended) - Number(a.recommended));
    if (json) printJson(found);
    for (const entry of json ? [] : found) {
      print(`${entry.recommended ? '* ' : '  '}`);
      printRow(entry.id, entry.name, factsOf(entry));
    }
    for (const problem of problems) note(`The catalogue has a bad entry. ${problem}`);
    if (found.length === 0)
      note('Nothing of that name. A repository of the hub can be pulled as owner/name.');
    return EXIT.ok;
  });
}

/** `sotto models info`: everything that is known of one model. */
export async function showModel(core: Core, id: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await core.modelService.restore(false);
    const entry = await core.modelService.entry(id);
    if (json) printJson(entry);
    else for (const [name, value] of rowsOf(entry)) if (value !== '') print(`${name.padEnd(12)}${value}\n`);
    return EXIT.ok;
  });
}

/** `sotto models verify`: hashes one model, or all, and compares with what they should be. */
export async function verifyModels(core: Core, id: string | undefined, json: boolean): Promise<number> {
  return reporting(json, async () => {
    const { entries } = await core.modelService.overview();
    const here = entries
      .filter(({ state }) => ['ready', 'failed'].includes(state.state))
      .map((one) => one.id);
    const results = [];
    for (const one of id === undefined ? here : [id]) results.push(await core.modelService.verify(one));
    if (json) printJson(results);
    for (const { id: one, ok, sha256, badBlock } of json ? [] : results) {
      const where = badBlock === undefined ? '' : ` in block ${badBlock}`;
      print(`${one}\t${ok ? 'ok' : `DAMAGED${where}`}\t${sha256}\n`);
    }
    if (results.every((result) => result.ok)) return EXIT.ok;
    if (!json) note('`sotto models repair ID` fetches what is damaged. (MODEL_HASH)');
    return EXIT.model;
  });
}

/** `sotto models rm` */
export async function removeModel(core: Core, id: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await core.modelService.restore(false);
    await core.modelService.remove(id);
    if (json) printJson({ type: 'done', id });
    else note(`${id} is gone.`);
    return EXIT.ok;
  });
}

/** `sotto models use` */
export async function chooseModel(core: Core, id: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await core.modelService.choose(id);
    if (json) printJson({ type: 'done', id });
    else note(`${id} is used from now on.`);
    return EXIT.ok;
  });
}

/** `sotto models import`: a file, or every model in a folder. */
export async function importModelFile(
  core: Core,
  path: string,
  link: boolean,
  json: boolean,
): Promise<number> {
  return reporting(json, async () => {
    const stopTelling = core.modelService.onChange(({ state }) => {
      if (!json && state.state === 'importing') {
        const percent = Math.floor((100 * state.receivedBytes) / Math.max(1, state.totalBytes));
        drawLine(`copying ${percent} %`);
      }
    });
    const { ids, problems } = await core.modelService.import(path, link).finally(stopTelling);
    if (!json) drawLine('');
    if (json) printJson({ type: 'done', ids, problems });
    for (const id of json ? [] : ids) print(`${id}\n`);
    for (const { name, error } of json ? [] : problems) note(`${name}: ${error.message} (${error.code})`);
    return ids.length > 0 ? EXIT.ok : EXIT.model;
  });
}

/** `sotto models forget` */
export async function forgetRepo(core: Core, repo: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await core.modelService.forgetRepo(repo);
    if (json) printJson({ type: 'done', repo });
    else note(`${repo} is offered no more.`);
    return EXIT.ok;
  });
}

/** `sotto models export-pack` */
export async function exportModelPack(core: Core, id: string, into: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    const path = await core.modelService.exportPack(id, into);
    if (json) printJson({ type: 'done', id, path });
    else print(`${path}\n`);
    return EXIT.ok;
  });
}

export interface PackFlags {
  replaceHash?: boolean;
  json?: boolean;
}

/** `sotto models import-pack` */
export async function importModelPack(core: Core, dir: string, flags: PackFlags): Promise<number> {
  const json = flags.json === true;
  return reporting(json, async () => {
    const replaces = flags.replaceHash === true ? 'replace' : undefined;
    const { id, sha256 } = await core.modelService.importPack(dir, replaces);
    if (json) printJson({ type: 'done', id, sha256 });
    else print(`${id}\n`);
    return EXIT.ok;
  });
}

/** `sotto models folder [PATH]`: says where models are kept, or moves them. */
export async function modelsFolder(core: Core, to: string | undefined, json: boolean): Promise<number> {
  return reporting(json, async () => {
    if (to !== undefined) await core.modelService.moveFolder(to);
    const { folder } = await core.modelService.overview();
    if (json) printJson(folder);
    else print(`${folder.path}\n`);
    if (!json) note(`${formatBytes(folder.usedBytes)} in use, ${formatBytes(folder.freeBytes)} free`);
    return EXIT.ok;
  });
}

/** `sotto models bench`: tries a model on every device of this machine, and keeps what came of it. */
export async function benchModel(core: Core, id: string | undefined, json: boolean): Promise<number> {
  return reporting(json, async () => {
    const loadable = await core.models.find(id);
    const result = await core.bench.run(loadable, new AbortController().signal);
    if (json) printJson(result);
    for (const trial of json ? [] : result.trials) {
      const { device, verdict, reason, loadMs = 0, ttftMs = 0, decodeTokensPerSecond = 0 } = trial;
      const figures = `${decodeTokensPerSecond.toFixed(1)} tokens/s, first token ${Math.round(ttftMs)} ms, load ${Math.round(loadMs)} ms`;
      const said = [trial.loadMs === undefined ? '' : figures, reason ?? ''].filter(Boolean).join(': ');
      printRow(device.toUpperCase(), verdict, said);
    }
    return result.trials.some(({ verdict }) => verdict === 'works') ? EXIT.ok : EXIT.engine;
  });
}

/** `sotto network on|off` */
export async function setNetwork(core: Core, on: boolean, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await core.modelService.setNetwork(on);
    if (json) printJson({ type: 'done', network: on });
    else note(on ? 'Sotto may use the network when you ask it to.' : 'Sotto uses no network.');
    return EXIT.ok;
  });
}

function factsOf(entry: ModelEntry): string {
  const { task, quantization, sizeBytes, contextTokens, licence, fit, state } = entry;
  return [
    task,
    quantization,
    sizeBytes === undefined ? '' : formatBytes(sizeBytes),
    contextTokens === undefined ? '' : `${contextTokens} tokens`,
    licence,
    fit === undefined || state.state !== 'absent' ? '' : FIT[fit.verdict],
    entry.runnable ? '' : 'not yet supported',
    state.state === 'absent' ? '' : describeState(state),
  ]
    .filter((fact) => fact !== '')
    .join(', ');
}

const FIT = { fits: 'fits', tight: 'tight', 'too-large': 'too large' } as const;

/** A state in a few words. */
export function describeState(state: ModelState): string {
  if (state.state === 'paused') {
    const how = state.error === undefined ? '' : ` (${state.error.code})`;
    return `paused at ${formatBytes(state.receivedBytes)} of ${formatBytes(state.totalBytes)}${how}`;
  }
  if (state.state === 'failed') return `${state.error.message} (${state.error.code})`;
  return state.state === 'ready' ? 'on this machine' : state.state;
}

function rowsOf(entry: ModelEntry): Array<[string, string]> {
  const { fit } = entry;
  return [
    ['Id', entry.id],
    ['Name', entry.name],
    ['Maker', entry.maker],
    ['Task', entry.runnable ? entry.task : `${entry.task} (not yet supported)`],
    ['What', entry.summary],
    ['Licence', [entry.licence, entry.termsUrl ?? ''].filter(Boolean).join(', ')],
    ['Account', entry.gated ? 'asked for by its makers, with consent to their terms' : ''],
    ['Languages', entry.languages.map((code) => (code === 'mul' ? 'many' : code)).join(', ')],
    ['Weights', entry.quantization],
    ['Context', entry.contextTokens === undefined ? '' : `${entry.contextTokens} tokens`],
    ['Size', entry.sizeBytes === undefined ? 'told by the hub' : formatBytes(entry.sizeBytes)],
    [
      'Memory',
      fit === undefined
        ? ''
        : `about ${formatBytes(fit.needBytes)}, ${formatBytes(fit.freeBytes)} free: ${FIT[fit.verdict]}`,
    ],
    [
      'Disk',
      entry.disk === undefined
        ? ''
        : `${formatBytes(entry.disk.needBytes)} with some to spare, ${formatBytes(entry.disk.freeBytes)} free`,
    ],
    ['From', entry.repo ?? entry.origin],
    ['State', entry.state.state === 'absent' ? 'not on this machine' : describeState(entry.state)],
  ];
}
