/** The speech benchmark; see docs/performance.md for how each figure is taken. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countPhysicalCores } from '../../core/system/physical-cores.ts';
import { log } from '../lib/log.mjs';
import { cacheDir } from '../lib/paths.mjs';
import { ensureWhisperWeights } from './peers.mjs';
import { speechSets } from './speech-audio.mjs';
import { fasterWhisper, ourSpeech } from './speech-contenders.mjs';
import { median } from './statistics.mjs';
import { fixed, table } from './table.mjs';
import { wordErrors } from './word-error-rate.mjs';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    runs: { type: 'string', default: '3' },
    /** A folder with tiny.en as models/recipes/speech/build.py makes it; without it only base is measured. */
    tiny: { type: 'string', default: join(cacheDir, 'bench', 'whisper-tiny.en') },
  },
});
const runs = Math.max(1, Number(values.runs));
const threads = countPhysicalCores();

/** One pair of contenders on the same weights. */
async function pairs() {
  const base = await ensureWhisperWeights('whisper-base');
  const all = [{ weights: 'base', ours: ourSpeech('sotto, base', 'whisper-base', threads), peer: base }];
  if (existsSync(join(values.tiny, 'speech.json'))) {
    const tiny = await ensureWhisperWeights('whisper-tiny.en');
    all.push({ weights: 'tiny.en', ours: ourSpeech('sotto, tiny.en', values.tiny, threads), peer: tiny });
  } else
    log('tiny.en is left out: make it with models/recipes/speech/build.py, and give its folder with --tiny.');
  return all.map(({ weights, ours, peer }) => ({
    weights,
    contenders: [ours, fasterWhisper(`faster-whisper, ${weights}`, peer, threads)],
  }));
}

/** Every contender hears every set, in turn; the time of a set is the median over the rounds. */
async function race(contenders, sets) {
  const results = contenders.map((contender) => ({
    contender,
    name: contender.name,
    sets: new Map(),
    peakRssBytes: 0,
  }));
  for (const result of results) Object.assign(result, await result.contender.start(sets[0].clips[0].path));
  for (let round = 1; round <= runs; round += 1) {
    for (const set of sets) {
      for (const result of results) {
        log(`Round ${round} of ${runs}: ${result.name} hears ${set.name} …`);
        const one = { tookMs: 0, audioMs: 0, errors: 0, words: 0 };
        for (const clip of set.clips) {
          const heard = await result.contender.run(clip.path);
          const { errors, words } = wordErrors(clip.text, heard.text);
          one.tookMs += heard.tookMs;
          one.audioMs += heard.audioMs;
          one.errors += errors;
          one.words += words;
          result.peakRssBytes = Math.max(result.peakRssBytes, heard.peakRssBytes);
        }
        const rows = result.sets.get(set.name) ?? [];
        result.sets.set(set.name, [...rows, one]);
      }
    }
  }
  for (const { contender } of results) await contender.stop();
  return results.map(({ name, sets: heard, peakRssBytes, loadMs }) => ({
    name,
    loadMs,
    peakRssBytes,
    sets: [...heard].map(([set, rows]) => ({
      set,
      audioMs: rows[0].audioMs,
      timesRealtime: rows[0].audioMs / median(rows.map((row) => row.tookMs)),
      wordErrorRate: median(rows.map((row) => row.errors / row.words)),
    })),
  }));
}

const sets = await speechSets();
const results = [];
for (const { weights, contenders } of await pairs()) {
  const [ours, peer] = await race(contenders, sets);
  results.push({ weights, ours, peer });
}

const rows = results.flatMap(({ ours, peer }) =>
  ours.sets.map((set, index) => {
    const other = peer.sets[index];
    return [
      `${ours.name}: ${set.set}`,
      fixed(set.audioMs / 60_000),
      fixed(set.timesRealtime),
      fixed(other.timesRealtime),
      fixed(set.timesRealtime / other.timesRealtime, 2),
      fixed(100 * set.wordErrorRate),
      fixed(100 * other.wordErrorRate),
    ];
  }),
);
log(
  `\n${table(['', 'minutes', 'x realtime', 'faster-whisper', 'ratio', 'WER %', 'faster-whisper'], rows)}\n`,
);
log(
  table(
    ['', 'load ms', 'peak memory MB'],
    results.flatMap(({ ours, peer }) =>
      [ours, peer].map(({ name, loadMs, peakRssBytes }) => [
        name,
        fixed(loadMs, 0),
        fixed(peakRssBytes / 1e6, 0),
      ]),
    ),
  ),
);
if (values.json) process.stdout.write(`${JSON.stringify({ threads, runs, results })}\n`);
process.exit(0);
