import type { ProfileRow, ProfileRun } from '../../../contract/profile.ts';

export const METRICS = ['decode', 'prefill', 'hearing', 'firstText', 'load', 'memory'] as const;
/** What the chart shows. Of the first three more is better, of the others less. */
export type Metric = (typeof METRICS)[number];

const VALUES: Record<Metric, (row: ProfileRow) => number | undefined> = {
  decode: (row) => (row.task === 'chat' ? row.figures?.decodeTokensPerSecond : undefined),
  prefill: (row) => (row.task === 'chat' ? row.figures?.prefillTokensPerSecond : undefined),
  hearing: (row) => (row.task === 'speech' ? row.figures?.timesRealtime : undefined),
  firstText: ({ figures }) => figures?.firstTextMs.p50,
  load: ({ figures }) => figures?.loadMs,
  memory: ({ figures }) => figures && figures.peakRssBytes / 1e6,
};

/** A chart with more colours than this cannot be read; the table has everything. */
export const MOST_SERIES = 6;

/** One model on one device of one machine in one run. */
export interface Series {
  key: string;
  label: string;
  rows: ProfileRow[];
}

/** What belongs together in a chart, each named by what tells it from the others. */
export function seriesOf(runs: readonly ProfileRun[]): Series[] {
  const found = new Map<string, { facts: Facts; rows: ProfileRow[] }>();
  for (const run of runs) {
    for (const row of run.rows) {
      if (row.figures === undefined) continue;
      const key = [run.id, row.modelId, row.device, row.threads].join(' ');
      const entry = found.get(key) ?? { facts: factsOf(run, row), rows: [] };
      entry.rows.push(row);
      found.set(key, entry);
    }
  }
  const all = [...found.values()].map(({ facts }) => facts);
  const told = tellingFacts(all);
  return [...found].map(([key, { facts, rows }]) => ({ key, rows, label: labelOf(facts, told) }));
}

type Facts = Record<'model' | 'device' | 'machine' | 'day' | 'version' | 'time', string>;

function factsOf({ machine, measuredAt }: ProfileRun, row: ProfileRow): Facts {
  return {
    model: [row.name, row.quantization].filter(Boolean).join(' '),
    device: row.device === 'cpu' ? `CPU × ${row.threads}` : row.device.toUpperCase(),
    machine: shortCpu(machine.cpu),
    day: measuredAt.slice(0, 10),
    version: `Sotto ${machine.sotto}`,
    time: measuredAt.slice(11, 16),
  };
}

/** Device and machine wherever they are not the same in all; the rest only until no two are called alike. */
function tellingFacts(all: readonly Facts[]): Array<keyof Facts> {
  const differs = (name: keyof Facts) => all.some((facts) => facts[name] !== all[0]?.[name]);
  const told = (['device', 'machine'] as const).filter(differs) as Array<keyof Facts>;
  for (const name of ['day', 'version', 'time'] as const) {
    const isClear = new Set(all.map((facts) => labelOf(facts, told))).size === all.length;
    if (!isClear && differs(name)) told.push(name);
  }
  return told;
}

function labelOf(facts: Facts, told: ReadonlyArray<keyof Facts>): string {
  return [facts.model, ...told.map((name) => facts[name])].join(', ');
}

/** A processor's name without what all of its make have in theirs. */
function shortCpu(name: string): string {
  const short = name
    .replace(/\((R|TM)\)|\b(CPU|Processor)\b|@.*$/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return short === '' ? name : short;
}

/** What a model was given in one go: tokens to read, or seconds of speech. */
export interface Given {
  task: ProfileRow['task'];
  amount: number;
}

export function givenTo(row: ProfileRow): Given {
  return { task: row.task, amount: row.task === 'chat' ? row.promptTokens : row.soundSeconds };
}

/** What can be shown of these. */
export function metricsOf(series: readonly Series[]): Metric[] {
  return METRICS.filter((metric) => series.some((one) => hasMetric(one, metric)));
}

export function hasMetric({ rows }: Series, metric: Metric): boolean {
  return rows.some((row) => VALUES[metric](row) !== undefined);
}

/** One group of bars: what was given, and a value for each series that has one. */
export interface Group {
  given: Given;
  values: Record<string, number>;
}

export function groupsOf(series: readonly Series[], metric: Metric): Group[] {
  const groups = new Map<string, Group>();
  for (const { key, rows } of series) {
    for (const row of rows) {
      const value = VALUES[metric](row);
      if (value === undefined) continue;
      const given = givenTo(row);
      const name = `${given.task} ${given.amount}`;
      const group = groups.get(name) ?? { given, values: {} };
      group.values[key] = value;
      groups.set(name, group);
    }
  }
  return [...groups.values()].sort(
    (a, b) => a.given.task.localeCompare(b.given.task) || a.given.amount - b.given.amount,
  );
}
