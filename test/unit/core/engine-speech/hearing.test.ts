import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeWithFallback, isSilence } from '../../../../core/engine/speech/fallback.ts';
import { stretchesOf } from '../../../../core/engine/speech/segments.ts';
import { readTokenText, type TokenText } from '../../../../core/engine/speech/token-text.ts';
import { type TimedToken, wordsOf } from '../../../../core/engine/speech/words.ts';
import type { DecodeResult } from '../../../../native/binding-types.ts';
import { withTempDir } from '../../../support/models.ts';

const TIME = 100;

function decoded(tokens: number[], change: Partial<DecodeResult> = {}): DecodeResult {
  return {
    tokens: Int32Array.from(tokens),
    logProbabilities: new Float32Array(tokens.length).fill(-0.1),
    meanLogProbability: -0.1,
    noSpeechProbability: 0,
    cut: false,
    cancelled: false,
    ...change,
  };
}

describe('stretchesOf', () => {
  it('cuts text at its timestamps', () => {
    const { stretches, unfinishedFromMs } = stretchesOf(
      decoded([TIME, 1, 2, TIME + 50, TIME + 60, 3, TIME + 100]),
      TIME,
      5000,
    );
    expect(stretches).toEqual([
      { startMs: 0, endMs: 1000, indices: [1, 2] },
      { startMs: 1200, endMs: 2000, indices: [5] },
    ]);
    expect(unfinishedFromMs).toBeUndefined();
  });

  it('lets text after the last timestamp reach to the end of the window', () => {
    expect(stretchesOf(decoded([TIME + 10, 1, 2]), TIME, 3000).stretches).toEqual([
      { startMs: 200, endMs: 3000, indices: [1, 2] },
    ]);
  });

  it('goes on where the model says that speech goes on', () => {
    const early = decoded([TIME, 1, 2, TIME + 50, TIME + 50]);
    expect(stretchesOf(early, TIME, 5000).unfinishedFromMs).toBe(1000);
    // A single timestamp at the end: nobody speaks after it.
    expect(stretchesOf(decoded([TIME, 1, 2, TIME + 50]), TIME, 5000).unfinishedFromMs).toBeUndefined();
  });

  it('leaves what a limit cut off to be heard again', () => {
    const cut = decoded([TIME, 1, TIME + 50, TIME + 50, 2], { cut: true });
    const { stretches, unfinishedFromMs } = stretchesOf(cut, TIME, 5000);
    expect(stretches).toHaveLength(1);
    expect(unfinishedFromMs).toBe(1000);
  });
});

describe('decodeWithFallback', () => {
  const good = decoded([1], { meanLogProbability: -0.2 });
  const guess = decoded([1], { meanLogProbability: -1.5 });
  const textOf = () => 'some text that is fine';
  const loop = 'and again '.repeat(40);

  it('takes the first text when it is good', async () => {
    const temperatures: number[] = [];
    const attempt = await decodeWithFallback(async ({ temperature }) => {
      temperatures.push(temperature);
      return good;
    }, textOf);
    expect(temperatures).toEqual([0]);
    expect(attempt?.temperature).toBe(0);
  });

  it('goes on from a guess and from a loop', async () => {
    const fromGuess = await decodeWithFallback(
      async ({ temperature }) => (temperature < 0.4 ? guess : good),
      textOf,
    );
    expect(fromGuess?.temperature).toBe(0.4);
    let decodings = 0;
    const fromLoop = await decodeWithFallback(
      async () => good,
      () => {
        decodings += 1;
        return decodings === 1 ? loop : 'fine';
      },
    );
    expect(fromLoop?.temperature).toBe(0.2);
  });

  it('decodes the likeliest once more when none is good, so that its words can be aligned', async () => {
    const temperatures: number[] = [];
    const attempt = await decodeWithFallback(async ({ temperature }) => {
      temperatures.push(temperature);
      return decoded([1], { meanLogProbability: temperature === 0.6 ? -1.1 : -2 });
    }, textOf);
    expect(temperatures).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1, 0.6]);
    expect(attempt?.temperature).toBe(0.6);
  });

  describe('with beams', () => {
    const unsure = decoded([1], { meanLogProbability: -0.5 });
    const better = decoded([2], { meanLogProbability: -0.45 });
    const worse = decoded([3], { meanLogProbability: -0.7 });
    const heardWith = async (likeliest: DecodeResult, byBeams: DecodeResult, stopAtLoop = false) => {
      const manners: string[] = [];
      const attempt = await decodeWithFallback(
        async ({ temperature, beams }) => {
          manners.push(`${temperature}/${beams}`);
          return beams > 1 ? byBeams : temperature === 0 ? likeliest : good;
        },
        (result) => (result.tokens[0] === 9 ? loop : 'fine'),
        { beams: 3, stopAtLoop },
      );
      return { tokens: [...(attempt?.result.tokens ?? [])], manners };
    };

    it('weighs several texts against each other where one is unsure, and there only', async () => {
      expect(await heardWith(unsure, better)).toEqual({ tokens: [2], manners: ['0/1', '0/3'] });
      expect(await heardWith(good, better)).toEqual({ tokens: [1], manners: ['0/1'] });
    });

    it('keeps the likeliest tokens where beams find nothing better, decoded once more for their times', async () => {
      const again = { tokens: [1], manners: ['0/1', '0/3', '0/1'] };
      expect(await heardWith(unsure, worse)).toEqual(again);
      expect(await heardWith(unsure, decoded([9], { meanLogProbability: -0.1 }), true)).toEqual(again);
    });

    it('guesses only when beams give no text either', async () => {
      expect(await heardWith(guess, better)).toEqual({ tokens: [2], manners: ['0/1', '0/3'] });
      expect(await heardWith(guess, guess)).toEqual({ tokens: [1], manners: ['0/1', '0/3', '0.2/1'] });
    });
  });

  it('takes a guess in silence for what it is', async () => {
    const silent = decoded([1], { meanLogProbability: -1.5, noSpeechProbability: 0.9 });
    let decodings = 0;
    const attempt = await decodeWithFallback(async () => {
      decodings += 1;
      return silent;
    }, textOf);
    expect(decodings).toBe(1);
    expect(attempt !== undefined && isSilence(attempt)).toBe(true);
  });

  it('stops when it was cancelled', async () => {
    expect(await decodeWithFallback(async () => decoded([], { cancelled: true }), textOf)).toBeUndefined();
  });
});

/** A vocabulary whose token n is the n-th piece. */
function vocabulary(...pieces: Array<string | number[]>): TokenText {
  const bytes = pieces.map((piece) =>
    typeof piece === 'string' ? new TextEncoder().encode(piece) : Uint8Array.from(piece),
  );
  const bytesOf = (token: number) => bytes[token] ?? new Uint8Array();
  return { bytesOf, decode: (tokens) => Buffer.concat(Array.from(tokens, bytesOf)).toString('utf8') };
}

function spoken(count: number): TimedToken[] {
  return Array.from({ length: count }, (_, token) => ({
    token,
    startMs: token * 100,
    endMs: token * 100 + 100,
    logProbability: Math.log(0.5),
  }));
}

describe('wordsOf', () => {
  it('joins tokens at spaces and keeps punctuation with its word', () => {
    const words = wordsOf(spoken(6), vocabulary(' Dear', ' Dash', 'wood', ',', ' hello', '!'), 'en');
    expect(words.map((word) => word.text)).toEqual([' Dear', ' Dashwood,', ' hello!']);
    expect(words[1]).toMatchObject({ startMs: 100, endMs: 400 });
    expect(words[1]?.confidence).toBeCloseTo(0.5);
  });

  it('never splits a character that two tokens share', () => {
    const words = wordsOf(spoken(3), vocabulary(' caf', [0xc3], [0xa9]), 'fr');
    expect(words.map((word) => word.text)).toEqual([' café']);
  });

  it('takes every character for a word where a language has no spaces', () => {
    const words = wordsOf(spoken(3), vocabulary('你', '好', '。'), 'zh');
    expect(words.map((word) => word.text)).toEqual(['你', '好。']);
  });

  it('loses no text', () => {
    const pieces = [' "', 'Quoted', '"', ' (', 'aside', ')', ' -', ' end', '...'];
    const words = wordsOf(spoken(pieces.length), vocabulary(...pieces), 'en');
    expect(words.map((word) => word.text).join('')).toBe(pieces.join(''));
    // An opening mark belongs to the word after it.
    expect(words.map((word) => word.text)).toContain(' - end...');
  });
});

describe('readTokenText', () => {
  it('reads byte-level pieces, with escapes, and gives control tokens no text', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'tokenizer.json');
      const vocab = { Ġhello: 0, '"': 1, '\\': 2, 'Ã©': 3, Ċ: 4 };
      const added = [{ id: 5, content: '<|end|>' }];
      await writeFile(
        path,
        JSON.stringify({ added_tokens: added, model: { type: 'BPE', vocab, merges: [] } }),
      );
      const text = await readTokenText(path);
      expect(text.decode([0, 1, 2, 3, 4, 5])).toBe(' hello"\\é\n');
    });
  });

  it('says when there is no vocabulary', async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'tokenizer.json');
      await writeFile(path, '{}');
      await expect(readTokenText(path)).rejects.toMatchObject({ code: 'MODEL_CORRUPT' });
    });
  });
});
