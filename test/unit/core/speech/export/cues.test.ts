import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../../../contract/speech.ts';
import { formatClock } from '../../../../../core/speech/export/clock.ts';
import { MAX_CUE_MS, MAX_LINE_WIDTH, segmentCues, widthOf } from '../../../../../core/speech/export/cues.ts';

function segment(text: string, msPerWord: number | undefined, pattern = /\s*\S+/gu): Segment {
  const texts = text.match(pattern) ?? [];
  const words = texts.map((word, i) => ({
    text: word,
    startMs: i * (msPerWord ?? 0),
    endMs: (i + 1) * (msPerWord ?? 0),
    confidence: 1,
  }));
  const endMs = texts.length * (msPerWord ?? 300);
  return {
    id: 's1',
    startMs: 0,
    endMs,
    text,
    words: msPerWord === undefined ? [] : words,
    confidence: 1,
    doubts: [],
  };
}

const LONG =
  ' The patient came in on Monday with a cough, which had lasted for three weeks, and said that it was worse at night. She has no fever.';

describe('segmentCues', () => {
  it('leaves a short segment as it is', () => {
    expect(segmentCues(segment(' She has no fever.', 300))).toEqual([
      { startMs: 0, endMs: 1_200, lines: ['She has no fever.'] },
    ]);
  });

  it('makes two even lines', () => {
    const [cue] = segmentCues(segment(' The patient came in on Monday with a bad cough.', 300));
    expect(cue?.lines).toEqual(['The patient came in on', 'Monday with a bad cough.']);
  });

  it('cuts a long segment where a clause ends, with the times of its words', () => {
    const cues = segmentCues(segment(LONG, 300));
    expect(cues.map(({ startMs, endMs, lines }) => [startMs, endMs, lines.join(' ')])).toEqual([
      [0, 4_500, 'The patient came in on Monday with a cough, which had lasted for three weeks,'],
      [4_500, 8_100, 'and said that it was worse at night. She has no fever.'],
    ]);
  });

  it('keeps a long segment without word times whole', () => {
    const cues = segmentCues(segment(LONG, undefined));
    expect(cues).toHaveLength(1);
    expect(cues[0]?.lines.every((line) => line.length <= MAX_LINE_WIDTH)).toBe(true);
  });

  it('does not trust the times of words that are not the text', () => {
    const edited = { ...segment(LONG, 300), text: LONG.replace('Monday', 'Tuesday') };
    expect(segmentCues(edited)).toHaveLength(1);
  });

  it('cuts Japanese between its characters, at half as many', () => {
    const cues = segmentCues(
      segment('今日は朝から雨が降っていましたが、午後には晴れて、とても暖かくなりました。', 100, /./gu),
    );
    expect(cues.length).toBeGreaterThan(1);
    for (const { lines } of cues)
      expect(lines.map(widthOf).every((width) => width <= MAX_LINE_WIDTH)).toBe(true);
  });

  it('is readable for any words: two short lines, seven seconds, nothing lost', () => {
    const word = fc.tuple(
      fc.stringMatching(/^[a-zé]{1,14}[,.?]?$/),
      fc.integer({ min: 0, max: 9_000 }),
      fc.nat(2_000),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 60, size: 'max' }), (spoken) => {
        let nowMs = 0;
        const words = spoken.map(([text, pauseMs, lengthMs]) => {
          const startMs = nowMs + (pauseMs > 8_000 ? pauseMs : 0);
          nowMs = startMs + lengthMs;
          return { text: ` ${text}`, startMs, endMs: nowMs, confidence: 1 };
        });
        const text = words.map((each) => each.text).join('');
        const cues = segmentCues({
          id: 's',
          startMs: 0,
          endMs: nowMs,
          text,
          words,
          confidence: 1,
          doubts: [],
        });
        expect(cues.map(({ lines }) => lines.join(' ')).join(' ')).toBe(text.trim());
        let lastMs = 0;
        for (const { lines, startMs, endMs } of cues) {
          expect(lines.length).toBeLessThanOrEqual(2);
          expect(lines.every((line) => widthOf(line) <= MAX_LINE_WIDTH)).toBe(true);
          if (lines.join(' ').includes(' ')) expect(endMs - startMs).toBeLessThanOrEqual(MAX_CUE_MS);
          expect(startMs).toBeGreaterThanOrEqual(lastMs);
          lastMs = endMs;
        }
      }),
    );
  });
});

describe('formatClock', () => {
  it('goes beyond a hundred hours', () => {
    expect(formatClock(3_661_999)).toBe('01:01:01');
    expect(formatClock(3_661_999.5, ',')).toBe('01:01:02,000');
    expect(formatClock(360_000_000 + 5, '.')).toBe('100:00:00.005');
  });
});
