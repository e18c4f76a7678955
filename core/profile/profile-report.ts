import { formatBytes } from '../../contract/format-bytes.ts';
import type { MachineFacts, ProfileRow, ProfileRun } from '../../contract/profile.ts';

/** The columns of a run's table, in English: a file for others, and what the terminal prints. */
const COLUMNS: ReadonlyArray<[string, (row: ProfileRow) => string]> = [
  ['Model', (row) => [row.name, row.quantization].filter(Boolean).join(', ')],
  ['Size', (row) => formatBytes(row.sizeBytes)],
  ['On', (row) => (row.device === 'cpu' ? `CPU, ${row.threads} threads` : row.device.toUpperCase())],
  [
    'Read + written',
    ({ figures, promptTokens }) =>
      of(figures, (f) => `${f.promptTokens} + ${f.answerTokens}`, `${promptTokens}`),
  ],
  ['Prefill, tokens/s', ({ figures }) => of(figures, (f) => f.prefillTokensPerSecond.toFixed(0))],
  ['Decode, tokens/s', ({ figures }) => of(figures, (f) => f.decodeTokensPerSecond.toFixed(1))],
  ['First text P50 / P95, ms', ({ figures }) => of(figures, (f) => pair(f.firstTextMs, 0))],
  ['Token P50 / P95, ms', ({ figures }) => of(figures, (f) => pair(f.tokenMs, 1))],
  ['Load, ms', ({ figures }) => of(figures, (f) => f.loadMs.toFixed(0))],
  ['Peak memory', ({ figures }) => of(figures, (f) => formatBytes(f.peakRssBytes))],
  ['Energy, J/answer', ({ figures }) => of(figures, (f) => f.joulesPerAnswer?.toFixed(1) ?? 'not told')],
  ['Heat', ({ figures }) => of(figures, heat)],
  ['KL to FP32, nats', ({ accuracy }) => accuracy?.klDivergence.toFixed(3) ?? 'not measured'],
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

function section({ measuredAt, machine, plan, rows, isWhole }: ProfileRun): string {
  const rounds = `${plan.rounds} rounds, medians; one answer at a time (batch 1)`;
  const problems = rows.flatMap((row) =>
    row.error === undefined
      ? []
      : [`- ${row.name}, ${row.device.toUpperCase()}, ${row.promptTokens} tokens: ${row.error.message}`],
  );
  return [
    `## ${measuredAt}`,
    `${describeMachine(machine)}. Sotto ${machine.sotto}, ${machine.runtime}. ${rounds}.${isWhole ? '' : ' Stopped before its end.'}`,
    tableOf(rows),
    ...(problems.length === 0 ? [] : [problems.join('\n')]),
  ].join('\n\n');
}

/** Columns that have something to say, each as wide as what is in it. */
export function tableOf(rows: readonly ProfileRow[]): string {
  const told = COLUMNS.filter(([, cell]) => rows.some((row) => !NOTHING.has(cell(row))));
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
type Figures = NonNullable<ProfileRow['figures']>;

function of(figures: Figures | undefined, text: (figures: Figures) => string, none = '-'): string {
  return figures === undefined ? none : text(figures);
}

function pair({ p50, p95 }: { p50: number; p95: number }, digits: number): string {
  return `${p50.toFixed(digits)} / ${p95.toFixed(digits)}`;
}

function heat({ celsius, wasThrottled }: Figures): string {
  const parts = [
    celsius === undefined ? '' : `${celsius.toFixed(0)} °C`,
    wasThrottled === true ? 'slowed down' : '',
  ];
  return parts.filter(Boolean).join(', ') || 'not told';
}
