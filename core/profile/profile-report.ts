import { formatBytes } from '../../contract/format-bytes.ts';
import type {
  ChatRow,
  HearingRow,
  MachineFacts,
  Percentiles,
  ProfileCase,
  ProfileRow,
  ProfileRun,
} from '../../contract/profile.ts';

/** Columns of a table, in English: a file for others, and what the terminal prints. */
type Columns<Row> = ReadonlyArray<[string, (row: Row) => string]>;

const NAMED: Columns<ProfileRow> = [
  ['Model', (row) => [row.name, row.quantization].filter(Boolean).join(', ')],
  ['Size', (row) => formatBytes(row.sizeBytes)],
  ['On', (row) => (row.device === 'cpu' ? `CPU, ${row.threads} threads` : row.device.toUpperCase())],
];
const COMMON: Columns<ProfileRow> = [
  ['Token P50 / P95, ms', ({ figures }) => of(figures, (f) => pair(f.tokenMs, 1))],
  ['Load, ms', ({ figures }) => of(figures, (f) => f.loadMs.toFixed(0))],
  ['Peak memory', ({ figures }) => of(figures, (f) => formatBytes(f.peakRssBytes))],
  ['Energy, J/answer', ({ figures }) => of(figures, (f) => f.joulesPerAnswer?.toFixed(1) ?? 'not told')],
  ['Heat', ({ figures }) => of(figures, heat)],
];
const CHAT: Columns<ChatRow> = [
  ...NAMED,
  [
    'Read + written',
    ({ figures, promptTokens }) =>
      of(figures, (f) => `${f.promptTokens} + ${f.answerTokens}`, `${promptTokens}`),
  ],
  ['Prefill, tokens/s', ({ figures }) => of(figures, (f) => f.prefillTokensPerSecond.toFixed(0))],
  ['Decode, tokens/s', ({ figures }) => of(figures, (f) => f.decodeTokensPerSecond.toFixed(1))],
  ['First text P50 / P95, ms', ({ figures }) => of(figures, (f) => pair(f.firstTextMs, 0))],
  ...COMMON,
  ['KL to FP32, nats', ({ accuracy }) => accuracy?.klDivergence.toFixed(3) ?? 'not measured'],
];
const HEARING: Columns<HearingRow> = [
  ...NAMED,
  [
    'Heard + written',
    ({ figures, soundSeconds }) =>
      of(figures, (f) => `${soundSeconds} s + ${f.answerTokens}`, `${soundSeconds} s`),
  ],
  ['Times real time', ({ figures }) => of(figures, (f) => f.timesRealtime.toFixed(1))],
  ['Whole text P50 / P95, ms', ({ figures }) => of(figures, (f) => pair(f.wholeTextMs, 0))],
  ['Encoder P50 / P95, ms', ({ figures }) => of(figures, (f) => pair(f.encodeMs, 0))],
  ...COMMON,
  [
    'Words changed by precision, %',
    ({ accuracy }) => accuracy?.changedWordsPercent.toFixed(1) ?? 'not measured',
  ],
];

/** Runs as Markdown: what machine, then a table. */
export function toMarkdown(runs: readonly ProfileRun[]): string {
  return `${runs.map(section).join('\n\n')}\n`;
}

/** What a machine is, in a line. */
export function describeMachine(machine: MachineFacts): string {
  const { cpu, features, physicalCores, memoryBytes, platform, arch, power } = machine;
  const parts = [
    `${cpu}, ${physicalCores} cores`,
    ...features,
    `${formatBytes(memoryBytes)} of memory`,
    `${platform} ${arch}`,
  ];
  return [...parts, ...(power === undefined ? [] : [`on ${power}`])].join(', ');
}

/** What it is given in one go. */
export function describeCase(about: ProfileCase): string {
  const given = about.task === 'chat' ? `${about.promptTokens} tokens` : `${about.soundSeconds} s of speech`;
  return `${about.name}, ${about.device.toUpperCase()}, ${given}`;
}

function section({ measuredAt, machine, plan, rows, isWhole }: ProfileRun): string {
  const rounds = `${plan.rounds} rounds, medians; one answer at a time (batch 1)`;
  const problems = rows.flatMap((row) =>
    row.error === undefined ? [] : [`- ${describeCase(row)}: ${row.error.message}`],
  );
  return [
    `## ${measuredAt}`,
    `${describeMachine(machine)}. Sotto ${machine.sotto}, ${machine.runtime}. ${rounds}.${isWhole ? '' : ' Stopped before its end.'}`,
    tablesOf(rows),
    ...(problems.length === 0 ? [] : [problems.join('\n')]),
  ].join('\n\n');
}

/** A table of what answers, and one of what hears. */
export function tablesOf(rows: readonly ProfileRow[]): string {
  const chat = rows.filter((row) => row.task === 'chat');
  const hearing = rows.filter((row) => row.task === 'speech');
  return [table(CHAT, chat), table(HEARING, hearing)].filter(Boolean).join('\n\n');
}

/** Columns that have something to say, each as wide as what is in it; empty without rows. */
function table<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const told = columns.filter(([, cell]) => rows.some((row) => !NOTHING.has(cell(row))));
  const cells = [told.map(([name]) => name), ...rows.map((row) => told.map(([, cell]) => cell(row)))].map(
    (line) => line.map((text) => text.replaceAll('|', '\\|')),
  );
  const widths = told.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  const lines = cells.map(
    (line) => `| ${line.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

const NOTHING = new Set(['not told', 'not measured', '-']);

function of<Figures>(figures: Figures | undefined, text: (figures: Figures) => string, none = '-'): string {
  return figures === undefined ? none : text(figures);
}

function pair({ p50, p95 }: Percentiles, digits: number): string {
  return `${p50.toFixed(digits)} / ${p95.toFixed(digits)}`;
}

function heat({ celsius, wasThrottled }: NonNullable<ProfileRow['figures']>): string {
  const parts = [
    celsius === undefined ? '' : `${celsius.toFixed(0)} °C`,
    wasThrottled === true ? 'slowed down' : '',
  ];
  return parts.filter(Boolean).join(', ') || 'not told';
}
