import { describe, expect, it } from 'vitest';
import { findGaps, inVoice } from '../../../../core/speech/coverage.ts';

const word = (text: string, startMs: number, endMs: number) => ({ text, startMs, endMs, confidence: 1 });
const spans = (...ends: [number, number][]) => ends.map(([startMs, endMs]) => ({ startMs, endMs }));

describe('gaps', () => {
  it('show behind a word that was given the time of a whole sentence', () => {
    const voiced = spans([1_300, 3_000], [3_500, 6_300]);
    const words = [word(' made', 1_300, 2_000), word(' himself.', 2_000, 6_500)];
    const heard = words.map((one) => inVoice(one, voiced));
    expect(findGaps(voiced, heard, 400)).toEqual([
      { startMs: 3_500, endMs: 6_300, voiced: spans([3_500, 6_300]), after: 2 },
    ]);
  });

  it('are none in slow speech, in numbers and in abbreviations, which take long to say', () => {
    const voiced = spans([0, 4_000]);
    const slow = [word(' nine', 0, 800), word(' 9%.', 800, 2_000), word(' WHO', 2_000, 4_000)];
    expect(findGaps(voiced, slow, 400)).toEqual([]);
  });

  it('are none for a breath, and one for a short answer between two pauses', () => {
    const breath = findGaps(spans([0, 1_500]), [word(' So', 0, 580), word(' we', 1_280, 1_500)], 400);
    expect(breath).toEqual([]);
    const answer = findGaps(spans([0, 450], [1_800, 2_250]), [word(' no', 0, 450)], 400);
    expect(answer).toMatchObject([{ startMs: 1_800, endMs: 2_250, after: 1 }]);
  });

  it('begin with the voice where no word was heard at all', () => {
    expect(findGaps(spans([100, 2_000]), [], 400)).toMatchObject([{ startMs: 100, endMs: 2_000, after: 0 }]);
  });
});

describe('a word that seems to begin in a pause', () => {
  it('begins with the voice after it', () => {
    const voiced = spans([0, 450], [1_800, 2_250]);
    expect(inVoice(word(' no', 900, 3_000), voiced)).toMatchObject({ startMs: 1_800, endMs: 2_450 });
    expect(inVoice(word(' no', 100, 400), voiced)).toMatchObject({ startMs: 100, endMs: 400 });
  });
});
