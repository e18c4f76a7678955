import { fixed, table } from '../../bench/table.mjs';

const RATIOS = ['prefill', 'decode', 'firstToken', 'load', 'memory'];

const listed = (names) => (names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', '));

function accuracyRow([name, { accuracy, answers }]) {
  const { pinned, candidate } = accuracy;
  const both = (figure, digits) => `${fixed(pinned[figure], digits)} / ${fixed(candidate[figure], digits)}`;
  const same = answers?.of === undefined ? 'not run' : `${answers.of - answers.changed} of ${answers.of}`;
  return [name, both('perplexityRatio', 3), both('klDivergence', 4), both('top1Percent', 1), same];
}

function speedRow([name, { speed }]) {
  if (speed?.ratios === undefined) return [name, ...RATIOS.map(() => 'not run'), '', ''];
  const both = (figure) => `${fixed(speed.pinned[figure], 0)} / ${fixed(speed.figures[figure], 0)}`;
  return [
    name,
    ...RATIOS.map((ratio) => (ratio in speed.ratios ? fixed(speed.ratios[ratio], 2) : 'too short')),
    both('prefillTokensPerSecond'),
    both('decodeTokensPerSecond'),
  ];
}

/** @returns {string} Markdown */
export function runtimeMarkdown({ pinned, candidate, machine, symbols, opens, models, findings }) {
  const verdict =
    findings.length === 0
      ? '**Nothing that the gate looks at is worse.**'
      : `**Worse than the pinned one:**\n\n${findings.map(({ sentence }) => `- ${sentence}`).join('\n')}`;
  const rows = Object.entries(models);
  return [
    `## LiteRT-LM ${candidate.version} beside the pinned ${pinned.version}`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.threads} threads, ${machine.os}. Class: ${machine.class}.`,
    `Library: ${fixed(candidate.sizeBytes / 1e6, 1)} MB (pinned ${fixed(pinned.sizeBytes / 1e6, 1)}), SHA-256 ${candidate.sha256}. Opened by the addon: ${opens.refused === undefined ? 'yes' : 'no'}.`,
    `C functions gone: ${listed(symbols.gone)}.\n\nNew: ${listed(symbols.added)}.\n\nOf those that Sotto calls, missing: ${listed(symbols.missing)}.`,
    table(
      ['pinned / candidate', 'perplexity against FP32', 'KL, nats', 'same choice, %', 'same answers'],
      rows.map(accuracyRow),
    ),
    table(
      ['candidate, times the pinned', ...RATIOS, 'prefill tokens/s, both', 'decode tokens/s, both'],
      rows.map(speedRow),
    ),
    verdict,
  ].join('\n\n');
}
