/**
 * How often people are told apart wrongly. Dialogues of real voices are put together, so that it is known who
 * speaks when; `sotto transcribe --speakers` then says so. Four voices of telephone announcements (Debian's
 * asterisk-core-sounds, CC-BY-SA) and the reader of LibriVox sentences; needs ffmpeg for the former.
 *
 *   npm run bench -- speakers [--json] [--runs 3]
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wavHeader } from '../../core/speech/recording/wav-header.ts';
import { cacheDir } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { terminalCommand } from '../lib/terminal.mjs';
import { recordings } from './speech-audio.mjs';
import { fixed, table } from './table.mjs';

const RATE = 16_000;
const dir = join(cacheDir, 'bench', 'speakers');
// Not Spanish: its voice is that of the English ones.
const LANGUAGES = ['en', 'fr', 'it', 'ru'];
/** Announcements that are long enough to be sentences, in seconds. */
const SENTENCE = { least: 1.5, most: 12 };
const DIALOGUE_SECONDS = 150;

/** The same numbers on every machine (a linear congruential generator, Numerical Recipes). */
function randomOf(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function announcements(language) {
  const unpacked = join(dir, language);
  if (!existsSync(unpacked)) {
    const name = `asterisk-core-sounds-${language}-g722`;
    await mkdir(dir, { recursive: true });
    await run('apt-get', ['download', name], { cwd: dir, quiet: true });
    const archive = (await readdir(dir)).find((file) => file.startsWith(`${name}_`));
    await run('dpkg', ['-x', join(dir, archive), unpacked], { quiet: true });
  }
  const sounds = join(unpacked, 'usr', 'share', 'asterisk', 'sounds');
  const [voice] = await readdir(sounds);
  const files = (await readdir(join(sounds, voice))).filter((file) => file.endsWith('.g722')).sort();
  const found = [];
  for (const file of files) {
    const path = join(sounds, voice, file);
    // 64 kbit a second.
    const seconds = (await stat(path)).size / 8000;
    if (seconds >= SENTENCE.least && seconds <= SENTENCE.most) found.push(path);
  }
  return found;
}

async function samplesOf(path) {
  if (path.endsWith('.wav')) return new Int16Array(Uint8Array.from(await readFile(path)).buffer.slice(44));
  const wav = `${path}.wav`;
  if (!existsSync(wav)) {
    await run('ffmpeg', ['-v', 'error', '-f', 'g722', '-i', path, '-ar', String(RATE), wav], { quiet: true });
  }
  const file = await readFile(wav);
  const start = file.indexOf('data') + 8;
  return new Int16Array(file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length));
}

/** People take turns of one to three sentences. Returns the sound and who speaks when. */
async function dialogue(people, seed) {
  const random = randomOf(seed);
  const parts = [];
  const truth = [];
  let at = 0;
  let last = -1;
  while (at < DIALOGUE_SECONDS * RATE) {
    let who = random(people.length);
    if (who === last && people.length > 1) who = (who + 1) % people.length;
    last = who;
    for (let count = 1 + random(3); count > 0; count -= 1) {
      const sound = await samplesOf(people[who][random(people[who].length)]);
      truth.push({ startMs: (at / RATE) * 1000, endMs: ((at + sound.length) / RATE) * 1000, who });
      const pause = new Int16Array(Math.floor(RATE * (0.3 + random(10) / 10)));
      parts.push(sound, pause);
      at += sound.length + pause.length;
    }
  }
  const samples = new Int16Array(at);
  let offset = 0;
  for (const part of parts) {
    samples.set(part, offset);
    offset += part.length;
  }
  return { samples, truth };
}

/** Share of the labelled time that has the wrong person, with the best pairing of labels and people. */
function confusion(truth, transcript) {
  const time = new Map();
  let total = 0;
  for (const { startMs, endMs, speakerId } of transcript.segments) {
    for (const turn of truth) {
      const overlap = Math.min(endMs, turn.endMs) - Math.max(startMs, turn.startMs);
      if (overlap <= 0) continue;
      const key = `${speakerId} ${turn.who}`;
      time.set(key, (time.get(key) ?? 0) + overlap);
      total += overlap;
    }
  }
  // Greedy pairing, largest first: exact wherever most of the time is right.
  const pairs = [...time].sort((a, b) => b[1] - a[1]);
  const used = new Set();
  let right = 0;
  for (const [key, ms] of pairs) {
    const [label, who] = key.split(' ');
    if (used.has(label) || used.has(`#${who}`)) continue;
    used.add(label).add(`#${who}`);
    right += ms;
  }
  return total === 0 ? Number.NaN : 1 - right / total;
}

async function label(path, speakers) {
  const out = `${path}.json`;
  const args = ['transcribe', path, '--speakers', speakers, '--format', 'json', '--output', out];
  const [command, ...rest] = terminalCommand(process.execPath, args);
  await run(command, rest, { quiet: true });
  return JSON.parse(await readFile(out, 'utf8'));
}

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, runs: { type: 'string', default: '3' } },
});
const voices = [];
for (const language of LANGUAGES) voices.push(await announcements(language));
voices.push((await recordings()).map(({ path }) => path));
const rows = [];
for (const count of [1, 2, 3, 4]) {
  for (let seed = 1; seed <= Number(values.runs); seed += 1) {
    const random = randomOf(seed * 17 + count);
    const chosen = [...voices];
    while (chosen.length > count) chosen.splice(random(chosen.length), 1);
    const { samples, truth } = await dialogue(chosen, seed);
    const path = join(dir, `dialogue-${count}-${seed}.wav`);
    await writeFile(path, [wavHeader(samples.byteLength), samples]);
    for (const speakers of ['auto', String(count)]) {
      const transcript = await label(path, speakers);
      const wrong = confusion(truth, transcript);
      rows.push({ people: count, seed, told: speakers, found: transcript.speakers.length, wrong });
    }
  }
}
const cells = rows.map(({ people, seed, told, found, wrong }) => [
  people,
  seed,
  told,
  found,
  `${fixed(wrong * 100)} %`,
]);
process.stderr.write(
  `${table(['people', 'dialogue', 'told', 'found', 'time with the wrong person'], cells)}\n`,
);
if (values.json === true) process.stdout.write(`${JSON.stringify(rows)}\n`);
