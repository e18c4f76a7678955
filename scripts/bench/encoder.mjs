/**
 * One encoder, Whisper's, in every runtime at hand: the same weights, the same 30 s, the same threads, in turn:
 * `npm run bench -- encoder [--weights whisper-base] [--rounds 20] [--threads 2] [--json]`.
 */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { countPhysicalCores } from '../../core/system/physical-cores.ts';
import { log } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { builtInEncoder, encoderContenders } from './encoder-contenders.mjs';
import { readFloats } from './floats.mjs';
import { ensureEncoders } from './peers.mjs';
import { recordings } from './speech-audio.mjs';
import { percentile } from './statistics.mjs';
import { fixed, table } from './table.mjs';

const BUILT_IN = 'whisper-base';
/** Threads of a runtime that has just run may still wait busily for more, at the next one's expense. */
const REST_MS = 250;
/** Those that take longer than this run in every tenth round only. */
const SLOW_MS = 3000;
const SLOW_EVERY = 10;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    rounds: { type: 'string', default: '20' },
    threads: { type: 'string', default: String(countPhysicalCores()) },
    weights: { type: 'string', default: BUILT_IN },
  },
});
const rounds = Math.max(1, Number(values.rounds));
const threads = Math.max(1, Number(values.threads));

/** Cosine of two vectors, and the largest difference of two of their numbers. */
function agreement(expected, found) {
  let [dot, a, b, worst] = [0, 0, 0, 0];
  for (const [index, value] of expected.entries()) {
    const other = found[index] ?? Number.NaN;
    dot += value * other;
    a += value * value;
    b += other * other;
    worst = Math.max(worst, Math.abs(value - other));
  }
  return { cosine: dot / Math.sqrt(a * b), maxError: worst };
}

/** Loads one after the other, alone; those that do not run are named and left out. */
async function start(makers) {
  const running = [];
  for (const make of makers) {
    const contender = make();
    try {
      const { loadMs, baseRssBytes } = await contender.start();
      const { tookMs: firstMs } = await contender.run();
      const { tookMs: warmMs } = await contender.run();
      const isSlow = warmMs > SLOW_MS;
      running.push({ contender, loadMs, firstMs, isSlow, baseRssBytes, times: [], peakRssBytes: 0 });
    } catch (error) {
      log(`${contender.name} is left out: ${error.message}`);
      contender.stop();
    }
  }
  return running;
}

const clips = await recordings();
const made = await ensureEncoders(
  values.weights,
  clips.map(({ path }) => path),
);
const { mel } = JSON.parse(await readFile(join(made.folder, 'encoder.json'), 'utf8'));
const makers = await encoderContenders(made, mel, threads);
if (values.weights === BUILT_IN) {
  const speech = join(root, 'models', 'builtin', BUILT_IN, 'speech.json');
  makers.push(builtInEncoder(speech, join(made.folder, 'samples.f32'), threads));
}
const running = await start(makers);
for (let round = 0; round < rounds; round += 1) {
  log(`Round ${round + 1} of ${rounds} …`);
  // Another one first each time: what comes after a slow one finds the caches otherwise.
  for (const at of running.keys()) {
    const one = running[(at + round) % running.length];
    if (one.isSlow && round % SLOW_EVERY !== 0) continue;
    await setTimeout(REST_MS);
    const { tookMs, peakRssBytes } = await one.contender.run();
    one.times.push(tookMs);
    one.peakRssBytes = peakRssBytes;
  }
}

const expected = await readFloats(join(made.folder, 'states.f32'));
const results = [];
for (const { contender, times, isSlow: _, ...figures } of running) {
  const out = join(tmpdir(), `sotto-encoder-${process.pid}.f32`);
  await contender.save(out);
  const states = await readFloats(out).catch(() => undefined);
  await rm(out, { force: true });
  contender.stop();
  results.push({
    name: contender.name,
    ...figures,
    runs: times.length,
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    ...(states === undefined ? {} : agreement(expected, states)),
  });
}

log(
  `\n${table(
    [
      '',
      'P50 ms',
      'P95 ms',
      'runs',
      'load and first run, ms',
      'peak memory MB',
      'before loading',
      'cosine',
      'max error',
    ],
    results.map((row) => [
      row.name,
      fixed(row.p50Ms, 0),
      fixed(row.p95Ms, 0),
      row.runs,
      fixed(row.loadMs + row.firstMs, 0),
      fixed(row.peakRssBytes / 1e6, 0),
      fixed(row.baseRssBytes / 1e6, 0),
      fixed(row.cosine, 6),
      fixed(row.maxError, 3),
    ]),
  )}\n`,
);
if (values.json) {
  process.stdout.write(`${JSON.stringify({ weights: values.weights, threads, rounds, results })}\n`);
}
process.exit(0);
