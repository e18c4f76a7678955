import { extname } from 'node:path';
import type { ProfileFormat, ProfileRun } from '../../contract/profile.ts';
import type { Core } from '../../core/create-core.ts';
import { AppError } from '../../core/errors.ts';
import { describeCase, describeMachine, tablesOf } from '../../core/profile/profile-report.ts';
import { decodeText } from '../../core/system/decode-text.ts';
import { toWriteError } from '../../core/system/file-errors.ts';
import { readRegular } from '../../core/system/regular-file.ts';
import { exportWhole } from '../../core/system/whole-file.ts';
import { EXIT, exitStatusOf } from '../exit-status.ts';
import { interruptible } from '../interrupt.ts';
import { drawLine, note, print, printJson, printRow, reportFailure } from '../output.ts';
import { planFiles } from '../output-files.ts';
import { dateOf } from '../to-date.ts';
import { toNumber } from '../to-number.ts';
import { reporting } from './models.ts';

export interface BenchFlags {
  devices?: string;
  threads?: string;
  prompts?: string;
  tokens?: string;
  seconds?: string;
  rounds?: string;
  output?: string;
  json?: boolean;
}

/** `sotto bench`: measures, prints the table, keeps the run. Ctrl-C keeps what was measured till then. */
export async function runBench(core: Core, models: string[], flags: BenchFlags): Promise<number> {
  const json = flags.json === true;
  return reporting(json, async () => {
    const plan = planOf(models, flags);
    const format = flags.output === undefined ? undefined : formatOf(flags.output);
    if (flags.output !== undefined) await planFiles([flags.output]);
    return interruptible(async (signal) => {
      for await (const event of core.profile.run(plan, signal)) {
        if (json) printJson(event);
        if (event.type === 'failed') {
          return json ? exitStatusOf(event.error.code) : reportFailure(event.error, false);
        }
        if (event.type === 'progress' && !json) showProgress(event.done, event.total, event.now.name);
        if (event.type !== 'done') continue;
        if (!json) showRun(event.run);
        if (flags.output !== undefined && format !== undefined && event.run.rows.length > 0) {
          await writeRuns(core, flags.output, [event.run.id], format);
        }
        if (signal.aborted) return EXIT.cancelled;
        return event.run.rows.some(({ figures }) => figures !== undefined) ? EXIT.ok : EXIT.engine;
      }
      return EXIT.unexpected;
    });
  });
}

/** `sotto bench list` */
export async function listRuns(core: Core, json: boolean): Promise<number> {
  return reporting(json, async () => {
    const runs = await core.profile.list();
    if (json) printJson(runs);
    for (const run of json ? [] : runs) {
      const models = [...new Set(run.rows.map(({ name }) => name))].join(', ');
      printRow(run.id, dateOf(Date.parse(run.measuredAt)), run.machine.cpu, models);
    }
    if (runs.length === 0) note('Nothing was measured yet: see `sotto bench`.');
    return EXIT.ok;
  });
}

/** `sotto bench show`: these, or the newest. */
export async function showRuns(core: Core, asked: string[]): Promise<number> {
  return reporting(false, async () => {
    const ids = asked.length > 0 ? asked : (await core.profile.list()).slice(0, 1).map(({ id }) => id);
    print(new TextDecoder().decode((await core.profile.export(ids, 'md')).bytes));
    return EXIT.ok;
  });
}

/** `sotto bench export` */
export async function exportRuns(core: Core, path: string, ids: string[], json: boolean): Promise<number> {
  return reporting(json, async () => {
    await writeRuns(core, path, ids, formatOf(path));
    if (json) printJson({ type: 'done' });
    return EXIT.ok;
  });
}

/** More than any number of measurements takes. */
const MOST_BYTES = 20_000_000;

/** `sotto bench import` */
export async function importRuns(core: Core, path: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    const text = await readRegular(path, MOST_BYTES).catch((cause) => {
      throw new AppError('IMPORT_FORMAT', 'The file could not be read.', { hint: 'Check its name.', cause });
    });
    const count = await core.profile.import(decodeText(text));
    if (json) printJson({ type: 'done', count });
    else note(`${count} taken in.`);
    return EXIT.ok;
  });
}

/** `sotto bench rm` */
export async function removeRun(core: Core, id: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    const isThere = (await core.profile.list()).some((run) => run.id === id);
    if (!isThere) {
      throw new AppError('PROFILE_UNKNOWN', 'There is no such measurement.', {
        hint: 'See `sotto bench list`.',
      });
    }
    await core.profile.remove(id);
    if (json) printJson({ type: 'done', id });
    return EXIT.ok;
  });
}

/** As it was written: core refuses what is out of range by its name. */
function planOf(models: string[], flags: BenchFlags): Record<string, unknown> {
  const numbers = (text: string | undefined) => text?.split(',').map((part) => toNumber(part));
  return {
    models,
    devices: flags.devices?.split(',').map((part) => part.trim()),
    threads: numbers(flags.threads),
    promptTokens: numbers(flags.prompts),
    answerTokens: toNumber(flags.tokens),
    soundSeconds: numbers(flags.seconds),
    rounds: toNumber(flags.rounds),
  };
}

function formatOf(path: string): ProfileFormat {
  const format = extname(path).slice(1).toLowerCase();
  if (format === 'md' || format === 'json') return format;
  throw new AppError('PARAM_RANGE', 'The name of the file must end in .md or .json.', {
    hint: 'For example: speed.md',
  });
}

async function writeRuns(core: Core, path: string, ids: string[], format: ProfileFormat): Promise<void> {
  const { bytes } = await core.profile.export(ids, format);
  try {
    await exportWhole(path, [bytes]);
  } catch (cause) {
    throw toWriteError(cause);
  }
}

function showProgress(done: number, total: number, name: string): void {
  drawLine(`${Math.floor((100 * done) / total)} % ${name}`);
}

function showRun({ machine, rows, id }: ProfileRun): void {
  drawLine('');
  if (rows.length === 0) {
    note('Stopped before anything was measured.');
    return;
  }
  note(describeMachine(machine));
  print(`${tablesOf(rows)}\n`);
  for (const row of rows) {
    if (row.error !== undefined) note(`${describeCase(row)}: ${row.error.message}`);
  }
  note(`Kept as ${id}.`);
}
