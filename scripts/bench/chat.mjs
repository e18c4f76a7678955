/** The chat benchmark; see docs/performance.md for how each figure is taken. */
import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countPhysicalCores } from '../../core/system/physical-cores.ts';
import { log } from '../lib/log.mjs';
import { benchCold } from './cold.mjs';
import { addonContender, engineContender, llamaContender, modelDir, pageContender } from './contenders.mjs';
import { PROMPT } from './prompt.mjs';
import { benchStartup } from './startup.mjs';
import { median, percentile, summarise } from './statistics.mjs';
import { fixed, table } from './table.mjs';

const MEMORY_ALLOWANCE_BYTES = 200e6;
const METRICS = ['prefillTokensPerSecond', 'decodeTokensPerSecond', 'ttftMs'];

/** Starts every contender, then lets each answer in turn; one that fails is told and left out. */
async function race(contenders, runs, tokens) {
  const results = new Map();
  for (const contender of contenders) {
    try {
      log(`Starting ${contender.name} …`);
      const { loadMs } = await contender.start();
      await contender.run(PROMPT, 8);
      results.set(contender, { name: contender.name, loadMs, rows: [] });
    } catch (error) {
      log(`${contender.name} is left out: ${error.message}`);
    }
  }
  for (let i = 0; i < runs; i += 1) {
    log(`Round ${i + 1} of ${runs} …`);
    for (const [contender, result] of results) result.rows.push(await contender.run(PROMPT, tokens));
  }
  for (const contender of results.keys()) await contender.stop();
  return [...results.values()];
}

function describe({ name, loadMs, rows }) {
  const columns = METRICS.map((metric) => [metric, summarise(rows.map((row) => row[metric]))]);
  return {
    name,
    loadMs,
    promptTokens: rows[0]?.promptTokens,
    tokens: median(rows.map((row) => row.tokens)),
    ...Object.fromEntries(columns),
    peakRssBytes: Math.max(...rows.map((row) => row.peakRssBytes ?? 0)),
    addedTtftMs: rows.flatMap((row) =>
      row.engineTtftMs === undefined ? [] : [row.ttftMs - row.engineTtftMs],
    ),
  };
}

/** The figures that have a goal, with that goal. */
function judge(contenders, modelBytes, startup, cold) {
  const by = (name) => contenders.find((contender) => contender.name === name);
  const ratio = (a, b, metric) => (a && b ? a[metric].median / b[metric].median : undefined);
  const [addon, engine, page, llama] = ['addon alone', 'engine process', 'page', 'llama.cpp'].map(by);
  return [
    ['page / addon, decode', ratio(page, addon, 'decodeTokensPerSecond'), '>= 0.97'],
    ['delay added by our layers, p95, ms', page && percentile(page.addedTtftMs, 0.95), '<= 15'],
    [
      'engine memory above the model file, MB',
      engine && (engine.peakRssBytes - modelBytes) / 1e6,
      `<= ${MEMORY_ALLOWANCE_BYTES / 1e6}`,
    ],
    ['first window / hello world', startup?.ratio, '<= 1.5'],
    ['cold sotto / litert-lm run', cold?.ratio, '<= 1'],
    ['engine / llama.cpp, decode', ratio(engine, llama, 'decodeTokensPerSecond'), 'told'],
    ['engine / llama.cpp, prefill', ratio(engine, llama, 'prefillTokensPerSecond'), 'told'],
  ].map(([name, value, goal]) => ({ name, value, goal }));
}

async function attempt(name, work) {
  try {
    log(`${name} …`);
    return await work();
  } catch (error) {
    log(`${name} is left out: ${error.message}`);
    return undefined;
  }
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    runs: { type: 'string', default: '5' },
    tokens: { type: 'string', default: '128' },
  },
});
const runs = Math.max(1, Number(values.runs));
const tokens = Number(values.tokens);
const threads = countPhysicalCores();
const manifest = JSON.parse(await readFile(join(modelDir, 'manifest.json'), 'utf8'));
const { repetitionPenalty } = manifest.defaultSampling;
const loadBefore = loadavg()[0];

// A start is a single, noisy figure: twice as many rounds as answers.
const cold = await attempt('Cold terminal', () => benchCold(2 * runs, threads));
const startup = await attempt('First window', () => benchStartup(2 * runs));
const contenders = (
  await race(
    [
      await addonContender(threads),
      engineContender(threads),
      pageContender(threads),
      llamaContender('llama.cpp', threads, manifest.contextTokens, 1),
      llamaContender('llama.cpp, our penalty', threads, manifest.contextTokens, repetitionPenalty),
    ],
    runs,
    tokens,
  )
).map(describe);
const goals = judge(contenders, manifest.sizeBytes, startup, cold);

log(
  `\n${table(
    [
      '',
      'prompt + answer',
      'prefill tokens/s',
      'decode tokens/s',
      'first token ms',
      'load ms',
      'peak memory MB',
    ],
    contenders.map((row) => [
      row.name,
      `${row.promptTokens} + ${row.tokens}`,
      fixed(row.prefillTokensPerSecond.median, 0),
      fixed(row.decodeTokensPerSecond.median),
      fixed(row.ttftMs.median, 0),
      fixed(row.loadMs, 0),
      fixed(row.peakRssBytes / 1e6, 0),
    ]),
  )}\n`,
);
log(
  table(
    ['figure', 'measured', 'goal'],
    goals.map(({ name, value, goal }) => [name, fixed(value, 2), goal]),
  ),
);
if (values.json) {
  const machine = {
    cpu: cpus()[0]?.model,
    cores: threads,
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.versions.node,
    electron: process.env.SOTTO_BENCH_ELECTRON_VERSION,
    loadBefore,
    loadAfter: loadavg()[0],
  };
  process.stdout.write(`${JSON.stringify({ machine, runs, contenders, startup, cold, goals })}\n`);
}
process.exit(0);
