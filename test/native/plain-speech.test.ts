import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DecodeOptions, LiteRtRuntime, SpeechModel } from '../../native/binding-types.ts';
import { loadRuntime } from '../../native/index.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures', 'speech');
const FILE = join(FIXTURES, 'plain-whisper.tflite');
const BUILT_IN = join(import.meta.dirname, '..', '..', 'models', 'builtin');
const SILENCE = new Float32Array(16_000);

/** No rule but the model's own choice; the vocabulary has 64 tokens, of which the last few serve as marks. */
const plain = (prompt: number[], maxTokens = 100): DecodeOptions => ({
  endOfText: 60,
  noTimestamps: 61,
  timestampBegin: 62,
  prompt,
  startIndex: 0,
  suppressed: [60],
  suppressedFirst: [],
  timestamps: false,
  maxTokens,
  temperature: 0,
});

describe('a speech model without a KV cache', () => {
  let runtime: LiteRtRuntime;
  let model: SpeechModel;
  beforeAll(async () => {
    runtime = await loadRuntime();
    model = await runtime.loadSpeechModel({ modelPath: FILE, threads: 1, kvCache: false });
  });
  afterAll(() => model.dispose());

  it('tells its sizes from its graph', () => {
    expect(model.facts).toEqual({
      mels: 80,
      vocabularySize: 64,
      cacheLength: 16,
      frames: 3000,
      positions: 1500,
    });
  });

  it('writes what PyTorch finds likeliest, to the last place of the window', async () => {
    const { prompt, likeliest } = JSON.parse(await readFile(join(FIXTURES, 'plain-whisper.json'), 'utf8'));
    await model.encode(SILENCE, 0);
    const heard: number[] = [];
    const result = await model.decode(plain(prompt), (token) => heard.push(token));
    // The full window still says what would come after it.
    expect([...result.tokens].slice(0, -1)).toEqual(likeliest);
    // The listener is called in turns of its own, the last of which may come after the result.
    await vi.waitFor(() => expect(heard).toEqual([...result.tokens]), { timeout: 10_000 });
    expect(result.cut).toBe(true);
    // A second decoding of the same window starts from its beginning.
    const again = await model.decode(plain(prompt, 2), () => undefined);
    expect([...again.tokens]).toEqual(likeliest.slice(0, 2));
  });

  it('scores languages after the first token', async () => {
    await model.encode(SILENCE, 0);
    const scores = await model.score(1, [2, 3, 4]);
    expect(scores).toHaveLength(3);
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 5);
  });

  it('refuses more tokens than a window holds, times of words, and another window', async () => {
    await model.encode(SILENCE, 0);
    const long = Array.from({ length: 17 }, () => 1);
    await expect(model.decode(plain(long), () => undefined)).rejects.toMatchObject({ code: 'CONTEXT' });
    await model.decode(plain([1], 2), () => undefined);
    await expect(model.align([0], 10)).rejects.toMatchObject({ code: 'ARGUMENT' });
    await expect(model.encode(SILENCE, 1)).rejects.toMatchObject({ code: 'ARGUMENT' });
  });

  it.each([
    ['a model of voices', join(BUILT_IN, 'silero-vad', 'silero-vad.tflite')],
    ['a speaker encoder', join(BUILT_IN, 'speaker-encoder', 'speaker-encoder.tflite')],
    ['a Whisper with a cache', join(BUILT_IN, 'whisper-base', 'whisper-base.tflite')],
    ['no model', join(BUILT_IN, 'whisper-base', 'speech.json')],
  ])('refuses %s', async (_, modelPath) => {
    const loading = runtime.loadSpeechModel({ modelPath, threads: 1, kvCache: false });
    await expect(loading).rejects.toMatchObject({ code: 'ENGINE_CREATE' });
  });
});
