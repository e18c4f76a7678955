import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

describe('the language', () => {
  test('is the likeliest of those that are asked for, in whatever order', async () => {
    const asked = ['de', 'en', 'fr', 'ja'].map((code) => languages[code] ?? 0);
    const scores = [...(await model.score(tokens.startOfTranscript, asked))];
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 4);
    expect(scores.indexOf(Math.max(...scores))).toBe(1);
    expect(scores[1]).toBeGreaterThan(0.9);
  });
});
