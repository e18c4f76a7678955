import { fixed, table } from '../bench/table.mjs';

const RATIOS = ['prefill', 'decode', 'firstToken', 'load', 'memory'];

/** A ratio, and how it stands to the baseline's. */
function ratioCell(value, expected) {
  if (value === undefined) return 'too short';
  if (expected === undefined) return fixed(value, 2);
  return `${fixed(value, 2)} (${fixed(100 * (value / expected - 1), 0)} %)`;
}

function machineLine({ cpu, features, cores, threads, memoryBytes, os, versions, class: name }) {
  const versionWords = Object.entries(versions).map(([tool, version]) => `${tool} ${version}`);
  return `${cpu}, ${cores} cores, ${threads} threads, ${fixed(memoryBytes / 1e9, 0)} GB, ${os}; ${features.join(' ')}; ${versionWords.join(', ')}. Class: ${name}.`;
}

function accuracyTable(models, baseline) {
  const rows = Object.entries(models)
    .filter(([, { accuracy }]) => accuracy !== undefined)
    .map(([name, { accuracy }]) => {
      const expected = baseline.accuracy[name];
      return [
        name,
        fixed(accuracy.sizeBytes / 1e6, 1),
        fixed(accuracy.perplexityRatio, 3),
        fixed(accuracy.klDivergence, 4),
        fixed(expected?.klDivergence, 4),
        fixed(accuracy.top1Percent, 1),
        fixed(expected?.top1Percent, 1),
      ];
    });
  if (rows.length === 0) return [];
  const header = [
    '',
    'size, MB',
    'perplexity against FP32',
    'KL, nats',
    'baseline',
    'same choice, %',
    'baseline',
  ];
  return [table(header, rows)];
}

function speedTables(models, baseline, machineClass) {
  const measured = Object.entries(models).filter(([, { ratios }]) => ratios !== undefined);
  if (measured.length === 0) return [];
  const expected = baseline.speed[machineClass]?.ratios ?? {};
  const ratioRows = measured.map(([name, { ratios }]) => [
    name,
    ...RATIOS.map((ratio) => ratioCell(ratios[ratio], expected[name]?.[ratio])),
  ]);
  const figureRows = measured.map(([name, { figures }]) => [
    name,
    fixed(figures.prefillTokensPerSecond, 0),
    fixed(figures.decodeTokensPerSecond, 1),
    fixed(figures.firstTokenMs, 1),
    fixed(figures.loadMs, 0),
    fixed(figures.peakBytes / 1e6, 0),
  ]);
  const figureHeader = [
    '',
    'prefill tokens/s',
    'decode tokens/s',
    'first token ms',
    'load ms',
    'peak memory MB',
  ];
  return [
    table(['times the yardstick (against the baseline)', ...RATIOS], ratioRows),
    table(figureHeader, figureRows),
  ];
}

/**
 * @param {{machine?: object, models: Record<string, object>, findings: Array<{sentence: string}>, planted?: string, recorded?: boolean}} result
 * @param {{accuracy: object, speed: object}} baseline
 * @returns {string} Markdown
 */
export function markdown({ machine, models, findings, planted, recorded }, baseline) {
  const verdict =
    findings.length === 0
      ? `**The gate ${recorded ? 'has recorded its baseline' : 'passed'}.**`
      : `**The gate failed.**\n\n${findings.map(({ sentence }) => `- ${sentence}`).join('\n')}`;
  return [
    '## Gate',
    ...(machine?.cpu === undefined ? [] : [machineLine(machine)]),
    ...(planted === undefined ? [] : [`Planted on purpose: ${planted}.`]),
    ...accuracyTable(models, baseline),
    ...speedTables(models, baseline, machine?.class),
    verdict,
  ].join('\n\n');
}
