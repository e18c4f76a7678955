/** Sound to measure speech with: human recordings and dictation by espeak-ng, clean and with noise. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, root } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

const audioDir = join(cacheDir, 'bench', 'speech');
const RECORDINGS = 'pocketsphinx-testdata';
/** Two readers, so that the text lasts more than ten minutes. */
const READERS = [
  { voice: 'en-us', wordsPerMinute: 150 },
  { voice: 'en-gb', wordsPerMinute: 140 },
];
/** Loudness of the noise below that of the speech. */
const NOISE_DB = 15;

/** LibriVox sentences of Debian's package (public domain): [{name, path, text}]. */
export async function recordings() {
  const data = join(audioDir, 'debian', 'usr', 'share', 'pocketsphinx', 'test', 'data', 'librivox');
  if (!existsSync(data)) {
    await mkdir(audioDir, { recursive: true });
    await run('apt-get', ['download', RECORDINGS], { cwd: audioDir, quiet: true });
    const archive = (await readdir(audioDir)).find((name) => name.startsWith(`${RECORDINGS}_`));
    await run('dpkg', ['-x', join(audioDir, archive), join(audioDir, 'debian')], { quiet: true });
  }
  const lines = (await readFile(join(data, 'transcription'), 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const match = /^<s> (.*?) *<\/s> \((.*)\)/.exec(line.trim());
    if (match === null) return [];
    return [{ name: match[2], path: join(data, `${match[2]}.wav`), text: match[1] }];
  });
}

/** The committed held-out text, read aloud. */
async function dictation({ voice, wordsPerMinute }) {
  const path = join(audioDir, `dictation-${voice}.wav`);
  const textPath = join(root, 'models', 'recipes', 'heldout.txt');
  if (!existsSync(path)) {
    await mkdir(audioDir, { recursive: true });
    const args = ['-v', voice, '-s', String(wordsPerMinute), '-f', textPath, '-w', path];
    await run('espeak-ng', args, { quiet: true });
  }
  return { name: `dictation ${voice}`, path, text: await readFile(textPath, 'utf8') };
}

/** The same file with white noise, NOISE_DB below the mean loudness of the speech. 16-bit mono WAV. */
async function withNoise({ name, path, text }) {
  const noisy = path.replace(/\.wav$/, '-noise.wav');
  if (!existsSync(noisy)) {
    const file = await readFile(path);
    const start = file.indexOf('data') + 8;
    const samples = new Int16Array(
      file.buffer.slice(file.byteOffset + start, file.byteOffset + file.length - ((file.length - start) % 2)),
    );
    const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
    const deviation = Math.sqrt(power / 10 ** (NOISE_DB / 10));
    let state = 1;
    const random = () => {
      // A linear congruential generator (Numerical Recipes): the same noise on every machine.
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const result = samples.map((value) => {
      // The sum of twelve uniform numbers is close to a normal distribution.
      let sum = -6;
      for (let index = 0; index < 12; index += 1) sum += random();
      return Math.max(-32768, Math.min(32767, Math.round(value + deviation * sum)));
    });
    await writeFile(noisy, Buffer.concat([file.subarray(0, start), Buffer.from(result.buffer)]));
  }
  return { name: `${name}, noise`, path: noisy, text };
}

/** Every set of the benchmark: {name, clips: [{name, path, text}]}. */
export async function speechSets() {
  const clean = await Promise.all(READERS.map(dictation));
  return [
    { name: 'LibriVox', clips: await recordings() },
    { name: 'dictation', clips: clean },
    { name: 'dictation, noise', clips: await Promise.all(clean.map(withNoise)) },
  ];
}
