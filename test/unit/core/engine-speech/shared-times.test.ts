import { describe, expect, it } from 'vitest';
import { sharedTimes } from '../../../../core/engine/speech/shared-times.ts';
import type { TokenText } from '../../../../core/engine/speech/token-text.ts';

const WORDS = [' He', ' might', ' even', '.'];
const text = {
  decode: (tokens: number[]) => tokens.map((token) => WORDS[token] ?? '').join(''),
} as TokenText;
const result = {
  tokens: Int32Array.of(9, 0, 1, 9, 2, 3),
  logProbabilities: Float32Array.of(0, -0.5, -0.25, 0, -1, -2),
  meanLogProbability: 0,
  noSpeechProbability: 0,
  cut: false,
  cancelled: false,
};

describe('times of a model that does not tell when it hears a word', () => {
  it('follow each other without a gap from the start of a stretch to its end, longer for longer words', () => {
    const times = sharedTimes(
      result,
      [
        { startMs: 1000, endMs: 1900, indices: [1, 2] },
        { startMs: 2000, endMs: 2600, indices: [4, 5] },
      ],
      text,
    );
    expect([...times.keys()]).toEqual([1, 2, 4, 5]);
    expect(times.get(1)).toEqual({ token: 0, startMs: 1000, endMs: 1300, logProbability: -0.5 });
    expect(times.get(2)).toEqual({ token: 1, startMs: 1300, endMs: 1900, logProbability: -0.25 });
    expect(times.get(4)).toMatchObject({ startMs: 2000, endMs: 2500 });
    expect(times.get(5)).toMatchObject({ startMs: 2500, endMs: 2600 });
  });
});
