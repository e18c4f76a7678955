import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readTokenText } from '../../core/engine/speech/token-text.ts';
import type { DecodeOptions, SpeechModel } from '../../native/binding-types.ts';
import { loadRuntime } from '../../native/index.ts';
import { loadSpeech, MODEL_DIR, readClip, SETTINGS, TEXT } from './fixtures/speech-support.ts';
import { nativeDir } from './fixtures/support.ts';

const { tokens, languages } = SETTINGS;
const BEGIN = tokens.timestampBegin;
/** One second, the latest that a first timestamp may tell. */
const LATEST_START = 50;
const SEEDS = Array.from({ length: 12 }, (_, seed) => seed);

let model: SpeechModel;
let textOf: (tokens: Iterable<number>) => string;
let encode: (text: string) => number[];

const start = [tokens.startOfTranscript, languages.en ?? 0, tokens.transcribe ?? 0];

const options = (more: Partial<DecodeOptions> = {}): DecodeOptions => ({
  endOfText: tokens.endOfText,
  noSpeech: tokens.noSpeech,
  noTimestamps: tokens.noTimestamps,
  timestampBegin: BEGIN,
  prompt: start,
  startIndex: 0,
  suppressed: SETTINGS.suppressTokens,
  suppressedFirst: SETTINGS.suppressAtBegin,
  timestamps: true,
  maxTokens: 60,
  temperature: 0,
  ...more,
});

const decode = async (more: Partial<DecodeOptions> = {}) => {
  const result = await model.decode(options(more), () => undefined);
  return { ...result, tokens: [...result.tokens] };
};
const wordsOf = (all: number[]) => textOf(all.filter((token) => token < tokens.endOfText)).trim();

beforeAll(async () => {
  model = await loadSpeech(await loadRuntime({ nativeDir }));
  const text = await readTokenText(join(MODEL_DIR, 'tokenizer.json'));
  textOf = (all) => text.decode([...all]);
  const json = await readFile(join(MODEL_DIR, 'tokenizer.json'), 'utf8');
  const tokenizer = new Tokenizer(JSON.parse(json), {});
  encode = (written) => tokenizer.encode(written, { add_special_tokens: false }).ids;
  await model.encode(readClip(), 0);
});

afterAll(() => model?.dispose());

describe('decoding', () => {
  test('gives the same tokens each time, whatever was decoded between', async () => {
    const first = await decode();
    expect(wordsOf(first.tokens)).toBe(TEXT);
    await decode({ temperature: 1, seed: 3 });
    expect((await decode()).tokens).toEqual(first.tokens);
  });

  test('draws by its seed when it is to guess, and only then', async () => {
    const drawn: string[] = [];
    for (const seed of SEEDS) drawn.push((await decode({ temperature: 1, seed })).tokens.join());
    expect(new Set(drawn).size).toBeGreaterThan(3);
    expect((await decode({ temperature: 1, seed: 5 })).tokens.join()).toBe(drawn[5]);
    expect((await decode({ seed: 1 })).tokens).toEqual((await decode({ seed: 2 })).tokens);
  });

  // Whisper's published rules. What is likeliest keeps most of them by itself; what is drawn at a high
  // temperature would break every one.
  test('keeps the rules of timestamps, however wild its guesses', async () => {
    let pairs = 0;
    for (const seed of SEEDS) {
      const { tokens: drawn } = await decode({ temperature: 1.6, seed });
      const text = `seed ${seed}: ${drawn.join()}`;
      expect(drawn[0], text).toBeGreaterThanOrEqual(BEGIN);
      expect(drawn[0], text).toBeLessThanOrEqual(BEGIN + LATEST_START);
      const times = drawn.filter((token) => token >= BEGIN);
      expect(times, text).toEqual(times.toSorted((a, b) => a - b));
      drawn.forEach((token, at) => {
        if (token < BEGIN || at === 0) return;
        const [before, after] = [drawn[at - 1] ?? 0, drawn[at + 1]];
        if (before >= BEGIN) {
          // The second of a pair begins a segment: no third one follows.
          pairs += 1;
          expect(after === undefined || after < BEGIN, text).toBe(true);
        } else if (after !== undefined) {
          // The end of a segment: another one begins, or the text is over.
          expect(after, text).toBeGreaterThanOrEqual(BEGIN);
        }
      });
    }
    expect(pairs).toBeGreaterThan(3);
  });

  test('writes a timestamp when all of them together are likelier than any word', async () => {
    // The end of the sentence is told as a time, not left out.
    const { tokens: said } = await decode();
    const last = said.findLast((token) => token < BEGIN) ?? 0;
    expect(said.indexOf(last)).toBeLessThan(said.length - 1);
    expect(said.at(-1)).toBeGreaterThan(BEGIN + 100);
  });

  test('never says what is suppressed, and begins with no token that may not come first', async () => {
    const { tokens: said } = await decode({ timestamps: false });
    const [first = 0] = said;
    const forbidden = said[3] ?? 0;
    expect((await decode({ timestamps: false, suppressed: [forbidden] })).tokens).not.toContain(forbidden);
    const other = await decode({ timestamps: false, suppressedFirst: [first] });
    expect(other.tokens[0]).not.toBe(first);
    expect(said.some((token) => token >= BEGIN)).toBe(false);
  });

  test('reads a long prompt to its end before it begins', async () => {
    const text =
      ' Mr. and Mrs. Dashwood lived at Norland with their three daughters, Elinor, Marianne and Margaret.' +
      ' They were amiable people, and their house was large, and stood in the middle of their property.';
    const before = encode(text);
    // Read in pieces of 16, the last of them full, almost empty, and in between.
    for (const count of [4, 15, 16, 32, 35]) {
      const earlier = [tokens.startOfPrevious, ...before.slice(-count)];
      const result = await decode({ prompt: [...earlier, ...start], startIndex: earlier.length });
      expect(wordsOf(result.tokens), `${count} tokens before`).toContain('made amiable himself');
    }
  });

  test('tells silence from speech, after a prompt as well', async () => {
    // With the mark of earlier text and the start, one whole piece of a prompt.
    const earlier = [tokens.startOfPrevious, ...encode(' They lived at Norland with their three daughters.')];
    const told = async () => {
      const plain = await decode();
      const prompt = [...earlier.slice(0, 15), ...start];
      const prompted = await decode({ prompt, startIndex: Math.min(15, earlier.length) });
      return [plain.noSpeechProbability, prompted.noSpeechProbability] as const;
    };
    const spoken = await told();
    await model.encode(new Float32Array(5 * 16_000), 0);
    const silent = await told();
    await model.encode(readClip(), 0);
    spoken.forEach((probability, at) => {
      expect(probability).toBeLessThan(0.3);
      expect(silent[at]).toBeGreaterThan(probability + 0.2);
    });
  });

  test('ends at its limit and says so', async () => {
    const { tokens: said, cut } = await decode({ maxTokens: 4 });
    expect(said).toHaveLength(4);
    expect(cut).toBe(true);
    expect((await decode()).cut).toBe(false);
  });
});

describe('beams', () => {
  /** The clip in white noise, by a linear congruential generator. */
  const noisy = (amount: number) => {
    let state = 7;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32 - 0.5;
    };
    return readClip().map((sample) => sample + amount * random());
  };

  afterAll(() => model.encode(readClip(), 0));

  test('find a likelier text than the likeliest tokens make', async () => {
    await model.encode(noisy(0.2), 0);
    const likeliest = await decode();
    const found = await decode({ beams: 3 });
    expect(found.tokens).not.toEqual(likeliest.tokens);
    expect(found.meanLogProbability).toBeGreaterThan(likeliest.meanLogProbability + 0.1);
  });

  test('tell the probabilities that their text has by itself, whatever was weighed against it', async () => {
    await model.encode(noisy(0.2), 0);
    const plain = { timestamps: false, prompt: [...start, tokens.noTimestamps] };
    const found = await decode({ ...plain, beams: 8 });
    let compared = 0;
    for (const [index, token] of found.tokens.entries()) {
      if (index === 0) continue;
      const prompt = [...plain.prompt, ...found.tokens.slice(0, index)];
      const alone = await decode({ ...plain, prompt, suppressedFirst: [], maxTokens: 1 });
      if (alone.tokens[0] !== token) continue;
      compared += 1;
      expect(found.logProbabilities[index], `token ${index}`).toBeCloseTo(alone.logProbabilities[0] ?? 0, 1);
    }
    expect(compared).toBeGreaterThan(3);
  });

  test('change neither a clear text nor the times of its words, and tell it in order', async () => {
    await model.encode(readClip(), 0);
    const timesOf = async (found: { tokens: number[] }) => {
      const rows = found.tokens.flatMap((token, index) => (token < BEGIN ? [start.length - 1 + index] : []));
      return [...(await model.align(rows, 165))];
    };
    const likeliest = await decode();
    const times = await timesOf(likeliest);
    const told: number[] = [];
    const found = await model.decode(options({ beams: 8 }), (token) => told.push(token));
    expect([...found.tokens]).toEqual(likeliest.tokens);
    // The last of them may be told just after the result.
    await vi.waitFor(() => expect(told).toEqual(likeliest.tokens));
    expect(await timesOf({ tokens: [...found.tokens] })).toEqual(times);
  });
});

describe('the language', () => {
  test('is the likeliest of those that are asked for, in whatever order', async () => {
    const asked = ['de', 'en', 'fr', 'ja'].map((code) => languages[code] ?? 0);
    const scores = [...(await model.score(tokens.startOfTranscript, asked))];
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 4);
    expect(scores.indexOf(Math.max(...scores))).toBe(1);
    expect(scores[1]).toBeGreaterThan(0.9);
  });
});
