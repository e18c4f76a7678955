import { existsSync, readFileSync } from 'node:fs';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTokenText } from '../../core/engine/speech/token-text.ts';
import { createVoiceFinder } from '../../core/engine/speech/voice-finder.ts';
import {
  createWindowTranscriber,
  type WindowTranscriber,
} from '../../core/engine/speech/window-transcriber.ts';
import { loadAddon } from '../../native/addon.ts';
import type { LiteRtRuntime, SpeechModel } from '../../native/binding-types.ts';
import { loadRuntime } from '../../native/index.ts';
import { BUILT_IN_DIR, withTempDir } from '../support/models.ts';
import { FIXTURES, loadSpeech, MODEL_DIR, readClip, SETTINGS, TEXT } from './fixtures/speech-support.ts';
import { failureOf, nativeDir } from './fixtures/support.ts';

const never = new AbortController().signal;

let runtime: LiteRtRuntime;
let model: SpeechModel;
let transcriber: WindowTranscriber;

const window = (samples: Float32Array) => ({ samples, language: 'en', translate: false, words: true });

beforeAll(async () => {
  runtime = await loadRuntime({ nativeDir });
  model = await loadSpeech(runtime);
  const text = await readTokenText(join(MODEL_DIR, 'tokenizer.json'));
  transcriber = createWindowTranscriber(model, SETTINGS, text, async () => []);
});

afterAll(() => model?.dispose());

describe('log-mel', () => {
  test('is that of the reference within 1e-3', () => {
    const addon = loadAddon(join(nativeDir, 'build', 'Release', 'sotto.node'));
    const file = readFileSync(join(FIXTURES, 'amiable-logmel-5s.f32'));
    const expected = new Float32Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));
    const found = addon.logMel(readClip(), 80, 500);
    expect(found.length).toBe(expected.length);
    expect(
      found.reduce((worst, value, index) => Math.max(worst, Math.abs(value - (expected[index] ?? 0))), 0),
    ).toBeLessThan(1e-3);
  });
});

describe('a speech model', () => {
  test('hears the words, and when each was said', async () => {
    const partials: string[] = [];
    const heard = await transcriber.transcribe(window(readClip()), (text) => partials.push(text), never);
    expect(heard?.segments.map((segment) => segment.text.trim()).join(' ')).toBe(TEXT);
    expect(partials.length).toBeGreaterThan(5);
    const words = heard?.segments.flatMap((segment) => segment.words) ?? [];
    expect(
      words
        .map((word) => word.text)
        .join('')
        .trim(),
    ).toBe(TEXT);
    // As faster-whisper 1.2.1 aligns the same weights in float32, in milliseconds; a position lasts 20.
    const reference = [380, 580, 840, 1100, 1260, 1600, 2120];
    const starts = words.slice(1).map(({ startMs }) => startMs);
    expect(starts).toHaveLength(reference.length);
    starts.forEach((startMs, at) => {
      expect(Math.abs(startMs - (reference[at] ?? 0)), words[at + 1]?.text).toBeLessThanOrEqual(100);
    });
    expect(words.at(-1)?.endMs).toBeLessThanOrEqual(3300);
    words.reduce((before, word) => {
      expect(word.startMs).toBeGreaterThanOrEqual(before);
      return word.startMs;
    }, 0);
  });

  test('finds out which language is spoken', async () => {
    const { language: _, ...unknown } = window(readClip());
    expect((await transcriber.transcribe(unknown, () => undefined, never))?.language).toBe('en');
  });

  test('gives the same text in a window of 30 seconds', async () => {
    const padded = new Float32Array(29 * 16_000);
    padded.set(readClip());
    const heard = await transcriber.transcribe(window(padded), () => undefined, never);
    expect(heard?.segments.map((segment) => segment.text.trim()).join(' ')).toContain('amiable himself');
  });

  test('says nothing, or with doubt, when nobody speaks', async () => {
    const heard = await transcriber.transcribe(window(new Float32Array(5 * 16_000)), () => undefined, never);
    if (heard !== undefined && heard.segments.length > 0)
      expect(heard.noSpeechProbability).toBeGreaterThan(0.6);
  });

  test('stops when asked to, and hears the next window', async () => {
    const abort = new AbortController();
    const first = transcriber.transcribe(window(readClip()), () => abort.abort(), abort.signal);
    expect(await first).toBeUndefined();
    const second = await transcriber.transcribe(window(readClip()), () => undefined, never);
    expect(second?.segments).toHaveLength(1);
  });

  test('does one thing at a time, and is a dead handle afterwards', async () => {
    const other = await loadSpeech(runtime);
    const busy = other.encode(readClip(), 0);
    expect((await failureOf(() => other.encode(readClip(), 0))).code).toBe('BUSY');
    await busy;
    await other.dispose();
    expect((await failureOf(() => other.encode(readClip(), 0))).code).toBe('DEAD_HANDLE');
  });

  test('that is damaged is refused', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'damaged.tflite');
      const whole = await readFile(join(MODEL_DIR, SETTINGS.file));
      for (const size of [0, 8, 1000, whole.length >> 1]) {
        await writeFile(path, whole.subarray(0, size));
        expect((await failureOf(() => loadSpeech(runtime, path))).code, `${size} bytes`).toBe(
          'ENGINE_CREATE',
        );
      }
      await writeFile(path, whole);
      await truncate(path, whole.length - 4096);
      expect((await failureOf(() => loadSpeech(runtime, path))).code).toBe('ENGINE_CREATE');
    });
  });

  test('that is another kind of model is refused', async () => {
    const voice = join(BUILT_IN_DIR, 'silero-vad', 'silero-vad.tflite');
    expect(existsSync(voice)).toBe(true);
    expect((await failureOf(() => loadSpeech(runtime, voice))).code).toBe('ENGINE_CREATE');
  });
});

describe('the voice finder', () => {
  test('hears a voice where somebody speaks, and none in silence and noise', async () => {
    const modelPath = join(BUILT_IN_DIR, 'silero-vad', 'silero-vad.tflite');
    const voice = await runtime.loadTensorModel({ modelPath, threads: 1 });
    const finder = createVoiceFinder(voice);
    const spoken = await finder.find(readClip());
    expect(spoken.filter((probability) => probability > 0.5).length).toBeGreaterThan(spoken.length / 2);
    finder.reset();
    let state = 1;
    const noise = Float32Array.from({ length: 4 * 16_384 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 32 - 0.5) * 0.02;
    });
    const quiet = await finder.find(noise);
    expect(Math.max(...quiet)).toBeLessThan(0.5);
    await voice.dispose();
  });
});
