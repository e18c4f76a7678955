/**
 * Our addon with the encoder of Whisper: the encoder alone (`model`), or the built-in model's whole file as the app has it
 * (`speech`: its speech.json), which computes log-mel too, and keys and values for every layer of the decoder.
 * One JSON request a line, one JSON line as answer, like encoder_child.py.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadRuntime } from '../../native/index.ts';
import { readFloats } from './floats.mjs';

const SECONDS = 30;

let encode;
let states;

/** The options that loadSpeechModel takes, from speech.json. */
function optionsOf(settings, path, threads, cachePath) {
  const { mels, layers, heads, headSize, vocabularySize, cacheLength, prefillLength, windows } = settings;
  const alignmentHeads = settings.alignmentHeads.length;
  const sizes = { mels, layers, heads, headSize, vocabularySize, cacheLength, prefillLength, alignmentHeads };
  return { modelPath: join(dirname(path), settings.file), cachePath, threads, ...sizes, windows };
}

async function whole(runtime, { speech, threads, samples, cachePath }) {
  const settings = JSON.parse(await readFile(speech, 'utf8'));
  const model = await runtime.loadSpeechModel(optionsOf(settings, speech, threads, cachePath));
  const window = settings.windows.findIndex(({ seconds }) => seconds === SECONDS);
  const sound = await readFloats(samples);
  return () => model.encode(sound, window);
}

async function alone(runtime, { model, threads, mel }) {
  const loaded = await runtime.loadTensorModel({ modelPath: model, threads });
  const input = await readFloats(mel);
  return async () => {
    ({ states } = await loaded.run('encode', { mel: input }, ['states']));
  };
}

/** Of this process, from the kernel; where it does not tell, what Node knows. */
async function memoryBytes(name) {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status);
  return found === null ? process.resourceUsage().maxRSS * 1024 : Number(found[1]) * 1024;
}

async function answer(request) {
  if (request.type === 'save') {
    if (states !== undefined) await writeFile(request.out, Buffer.from(states.buffer));
    return {};
  }
  const baseRssBytes = await memoryBytes('VmRSS');
  const startedAt = performance.now();
  if (request.type === 'run') {
    await encode();
    return { tookMs: performance.now() - startedAt };
  }
  const runtime = await loadRuntime({ nativeDir: request.nativeDir });
  encode = await (request.speech === undefined ? alone : whole)(runtime, request);
  return { loadMs: performance.now() - startedAt, baseRssBytes };
}

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line));
  process.stdout.write(`${JSON.stringify({ ...reply, peakRssBytes: await memoryBytes('VmHWM') })}\n`);
}
process.exit(0);
