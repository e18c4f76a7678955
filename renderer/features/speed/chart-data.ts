import type { ProfileFigures, ProfileRow, ProfileRun } from '../../../contract/profile.ts';

export const METRICS = ['decode', 'prefill', 'firstText', 'load', 'memory'] as const;
/** What the chart shows. Of the first two more is better, of the others less. */
export type Metric = (typeof METRICS)[number];

const VALUES: Record<Metric, (figures: ProfileFigures) => number> = {
  decode: (figures) => figures.decodeTokensPerSecond,
  prefill: (figures) => figures.prefillTokensPerSecond,
  firstText: (figures) => figures.firstTextMs.p50,
  load: (figures) => figures.loadMs,
  memory: (figures) => figures.peakRssBytes / 1e6,
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

/** One group of bars: what was asked to be read, and a value for each series that has one. */
export type Group = { promptTokens: number } & Record<string, number>;

export function groupsOf(series: readonly Series[], metric: Metric): Group[] {
  const lengths = [...new Set(series.flatMap(({ rows }) => rows.map(({ promptTokens }) => promptTokens)))];
  return lengths
    .sort((a, b) => a - b)
    .map((promptTokens) => {
      const group: Group = { promptTokens };
      for (const { key, rows } of series) {
        const figures = rows.find((row) => row.promptTokens === promptTokens)?.figures;
        if (figures !== undefined) group[key] = VALUES[metric](figures);
      }
      return group;
    });
}
