#!/usr/bin/env node
/**
 * How late live captions are: `node scripts/bench/captions.mjs [--model ID|PATH] [--seconds N] [--json] FILE…`.
 *
 * Feeds sound in real time, in pieces of 20 ms as a page does. A word's lag is the time from its end (as the whole
 * file's transcription tells it, good to about 0.1 s) to the first caption that has it: as live text, and as firm
 * text. Words that captions never have right have no lag; their share is told.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { forkEngine } from '../../core/engine/fork-engine.ts';
import { silentLogger } from '../../core/logger.ts';
import { openAudio } from '../../core/speech/audio/audio-source.ts';
import { createCaptioner } from '../../core/speech/captions/captioner.ts';
import { createHearing } from '../../core/speech/create-hearing.ts';
import { createTranscriber } from '../../core/speech/transcriber.ts';
import { userCacheDir } from '../../core/system/user-folders.ts';
import { log } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { percentile } from './statistics.mjs';
import { wordErrors } from './word-error-rate.mjs';

const PIECE_MS = 20;
/** Times of words are good to a tenth of a second or two; a match before a word began is another word. */
const EARLY_MS = 200;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: 'whisper-base' },
    seconds: { type: 'string', default: '60' },
    json: { type: 'boolean' },
  },
});

const hearing = createHearing({
  launch: () => forkEngine(join(root, 'out', 'main', 'engine-process.cjs')),
  builtInModelsDir: join(root, 'models', 'builtin'),
  nativeDir: join(root, 'native'),
  cacheDir: join(userCacheDir(), 'engine'),
  log: silentLogger,
});
const { models, engines } = hearing;
const never = new AbortController().signal;

/** All files one after the other, with a pause of a second between them, at most --seconds of them. */
async function readSound() {
  const parts = [];
  for (const path of positionals) {
    for await (const piece of (await openAudio(path, never)).chunks()) parts.push(piece);
    parts.push(new Float32Array(16_000));
  }
  const limit = Number(values.seconds) * 16_000;
  const sound = new Float32Array(
    Math.min(
      limit,
      parts.reduce((sum, part) => sum + part.length, 0),
    ),
  );
  let at = 0;
  for (const part of parts) {
    sound.set(part.subarray(0, sound.length - at), at);
    at = Math.min(sound.length, at + part.length);
  }
  return sound;
}

const keyOf = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
const wordsIn = (text) =>
  text
    .split(/\s+/)
    .map(keyOf)
    .filter((word) => word !== '');

/** The words that the whole file's transcription has, with their times. */
async function reference(sound) {
  const model = await models.find(values.model);
  const source = {
    notice: undefined,
    async *chunks() {
      yield sound;
    },
  };
  const words = [];
  const request = { transcriptId: 'reference', model, settings: {} };
  for await (const event of createTranscriber(hearing).run(request, source, never)) {
    if (event.type === 'segment') words.push(...event.segment.words);
  }
  return words
    .map(({ text, startMs, endMs }) => ({ key: keyOf(text), text, startMs, endMs }))
    .filter(({ key }) => key !== '');
}

/** Numbers of the reference words that a text has, by their longest common row. */
function matches(words, keys) {
  const rows = Array.from({ length: words.length + 1 }, () => new Uint16Array(keys.length + 1));
  for (let i = words.length - 1; i >= 0; i -= 1) {
    for (let j = keys.length - 1; j >= 0; j -= 1) {
      rows[i][j] =
        words[i].key === keys[j] ? rows[i + 1][j + 1] + 1 : Math.max(rows[i + 1][j], rows[i][j + 1]);
    }
  }
  const found = [];
  for (let i = 0, j = 0; i < words.length && j < keys.length; ) {
    if (words[i].key === keys[j]) {
      found.push(i);
      i += 1;
      j += 1;
    } else if (rows[i + 1][j] >= rows[i][j + 1]) i += 1;
    else j += 1;
  }
  return found;
}

/** Notes when each word was first seen in a growing text. */
class Sightings {
  constructor(words) {
    this.words = words;
    this.seenAt = new Map();
  }

  see(text, nowMs) {
    const spoken = this.words.filter((word) => word.startMs - EARLY_MS < nowMs);
    for (const index of matches(spoken, wordsIn(text))) {
      if (!this.seenAt.has(index)) this.seenAt.set(index, nowMs);
    }
  }

  get lags() {
    return [...this.seenAt].map(([index, seenMs]) => Math.max(0, seenMs - this.words[index].endMs));
  }
}

/** Feeds the sound as it would come from a microphone. */
async function speak(sound, captions, startedAt) {
  for (let ms = 0; ms * 16 < sound.length; ms += PIECE_MS) {
    const waitMs = startedAt + ms + PIECE_MS - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    captions.add(sound.slice(ms * 16, (ms + PIECE_MS) * 16));
  }
  await captions.end(10_000);
}

async function measure(sound, words) {
  const [live, firm] = [new Sightings(words), new Sightings(words)];
  const partials = [];
  let done = '';
  let startedAt = 0;
  const captions = createCaptioner(hearing).start({ modelId: values.model }, (event) => {
    const nowMs = performance.now() - startedAt;
    if (event.type === 'notice') log(`${event.notice.code}: ${event.notice.message}`);
    if (event.type === 'segment') {
      done += event.segment.text;
      log(`${(event.segment.startMs / 1000).toFixed(1)} ${event.segment.text}`);
    }
    const partial = event.type === 'partial' ? event : { text: '', firm: '' };
    if (event.type === 'partial') partials.push(nowMs);
    live.see(`${done} ${partial.text}`, nowMs);
    firm.see(`${done} ${partial.firm}`, nowMs);
  });
  startedAt = performance.now();
  await speak(sound, captions, startedAt);
  const { errors } = wordErrors(words.map(({ text }) => text).join(' '), done);
  return { live, firm, errors, updates: partials.length };
}

const sound = await readSound();
const words = await reference(sound);
const { live, firm, errors, updates } = await measure(sound, words);
const figures = (lags) => ({
  p50: Math.round(percentile(lags, 0.5)),
  p95: Math.round(percentile(lags, 0.95)),
  max: Math.round(Math.max(...lags)),
});
const result = {
  model: values.model,
  seconds: sound.length / 16_000,
  words: words.length,
  neverSeen: words.length - live.seenAt.size,
  /** Against the same model's transcription of the whole file, in per cent. */
  wordsThatDiffer: (100 * errors) / words.length,
  updatesPerSecond: updates / (sound.length / 16_000),
  liveLagMs: figures(live.lags),
  firmLagMs: figures(firm.lags),
};
log(JSON.stringify(result, undefined, 2));
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
await engines.dispose();
