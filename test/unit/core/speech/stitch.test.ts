import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../../../contract/speech.ts';
import type { HeardPart } from '../../../../core/speech/parts.ts';
import { Stitcher } from '../../../../core/speech/stitch.ts';
import type { AudioWindow } from '../../../../core/speech/windows.ts';

const window = (startMs: number, endMs: number, more: Partial<AudioWindow> = {}): AudioWindow => ({
  startMs,
  endMs,
  overlapMs: 0,
  isHardEnd: false,
  speech: [{ startMs, endMs }],
  ...more,
});

/** A part whose words follow one another evenly. */
function heard(startMs: number, endMs: number, text: string, hasWords = true): HeardPart {
  const texts = text.match(/\s*\S+/g) ?? [];
  const each = (endMs - startMs) / texts.length;
  const words = texts.map((word, i) => ({
    text: word,
    startMs: startMs + i * each,
    endMs: startMs + (i + 1) * each,
    confidence: 0.9,
  }));
  return { startMs, endMs, text, words: hasWords ? words : [], confidence: 0.9 };
}

const textOf = (segments: Segment[]) => segments.map((segment) => segment.text).join('');

describe('Stitcher', () => {
  it('puts times on the clock of the whole audio and counts ids on', () => {
    const stitcher = new Stitcher();
    const first = stitcher.add(window(1_000, 6_000), [
      heard(0, 2_000, ' one two'),
      heard(2_000, 4_000, ' three'),
    ]);
    const second = stitcher.add(window(8_000, 10_000), [heard(500, 1_500, ' four')]);
    expect([...first, ...second].map(({ id, startMs, endMs }) => [id, startMs, endMs])).toEqual([
      ['s1', 1_000, 3_000],
      ['s2', 3_000, 5_000],
      ['s3', 8_500, 9_500],
    ]);
    expect(first[0]?.words[1]).toMatchObject({ text: ' two', startMs: 2_000, endMs: 3_000 });
  });

  it('goes on after the last segment of a resumed transcription', () => {
    const stitcher = new Stitcher({ id: 's41', endMs: 9_000 });
    const [segment] = stitcher.add(window(8_000, 12_000), [heard(0, 2_000, ' more')]);
    expect(segment).toMatchObject({ id: 's42', startMs: 9_000, endMs: 10_000 });
  });

  it('keeps times in order whatever Whisper says', () => {
    const parts = [heard(0, 9_000, ' a b'), heard(2_000, 1_000, ' c'), heard(-500, 40_000, ' d e')];
    const segments = new Stitcher().add(window(1_000, 6_000), parts);
    const times = segments.flatMap(({ startMs, endMs }) => [startMs, endMs]);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBe(6_000);
    for (const { words, startMs, endMs } of segments) {
      for (const word of words) expect(word.startMs >= startMs && word.endMs <= endMs).toBe(true);
    }
  });

  it('leaves out what was heard where nobody spoke', () => {
    const quiet = window(0, 20_000, { speech: [{ startMs: 200, endMs: 3_000 }] });
    const parts = [
      heard(0, 3_200, ' Good morning.'),
      heard(3_400, 4_000, ' Yes.'),
      heard(10_000, 12_000, ' Thanks for watching!'),
    ];
    expect(textOf(new Stitcher().add(quiet, parts))).toBe(' Good morning. Yes.');
    expect(new Stitcher().add(window(0, 5_000), [heard(0, 1_000, '  ')])).toEqual([]);
  });

  it.each([true, false])('joins at the words that both windows heard (word times: %s)', (hasWords) => {
    const stitcher = new Stitcher();
    const first = stitcher.add(window(0, 30_000, { isHardEnd: true }), [
      heard(0, 20_000, ' It was a long day.', hasWords),
      heard(27_000, 30_000, ' The patient was seen in trans', hasWords),
    ]);
    expect(textOf(first)).toBe(' It was a long day.');
    const second = stitcher.add(window(28_000, 40_000, { overlapMs: 2_000 }), [
      heard(0, 4_000, ' ient was seen in transit on Monday.', hasWords),
    ]);
    expect(textOf(second)).toBe(' The patient was seen in transit on Monday.');
    expect(second.map(({ id }) => id)).toEqual(['s2', 's3']);
    expect(second.every(({ words }) => words.length > 0)).toBe(hasWords);
  });

  it('keeps a word that was said twice', () => {
    const stitcher = new Stitcher();
    stitcher.add(window(0, 30_000, { isHardEnd: true }), [heard(28_000, 30_000, ' no no')]);
    const rest = stitcher.add(window(28_000, 40_000, { overlapMs: 2_000 }), [heard(0, 3_000, ' no no no')]);
    expect(textOf(rest)).toBe(' no no no');
  });

  it('trusts the times of words more than their letters', () => {
    const stitcher = new Stitcher();
    const late = { text: ' and', startMs: 29_500, endMs: 29_900, confidence: 1 };
    const early = { ...late, startMs: 27_500, endMs: 27_900 };
    stitcher.add(window(0, 30_000, { isHardEnd: true }), [
      { startMs: 27_500, endMs: 30_000, text: ' and and', words: [early, late], confidence: 1 },
    ]);
    const rest = stitcher.add(window(28_000, 40_000, { overlapMs: 2_000 }), [
      { ...heard(0, 3_000, ''), text: ' and', words: [{ ...late, startMs: 1_500, endMs: 1_900 }] },
    ]);
    expect(textOf(rest)).toBe(' and and');
  });

  it('takes the middle of the overlap when the windows agree on nothing', () => {
    const stitcher = new Stitcher();
    stitcher.add(window(0, 30_000, { isHardEnd: true }), [heard(28_000, 30_000, ' a b c d')]);
    const rest = stitcher.add(window(28_000, 40_000, { overlapMs: 2_000 }), [heard(0, 2_000, ' w x y z')]);
    expect(textOf(rest)).toBe(' a b y z');
  });

  it('gives what it held when no window follows', () => {
    const stitcher = new Stitcher();
    expect(stitcher.add(window(0, 30_000, { isHardEnd: true }), [heard(28_000, 30_000, ' the end')])).toEqual(
      [],
    );
    expect(textOf(stitcher.flush())).toBe(' the end');
    expect(stitcher.flush()).toEqual([]);
  });
});

describe('any speech without pauses', () => {
  const said = (texts: string[], shortestMs: number) =>
    fc.array(fc.tuple(fc.constantFrom(...texts), fc.integer({ min: shortestMs, max: 700 })), {
      minLength: 20,
      maxLength: 400,
      size: 'max',
    });
  const speech = fc.oneof(
    said([' the', ' a', ' patient', ' was', ' seen', ' and', ' no', ' Été,', ' 12', ' heart.'], 150),
    said([' no'], 400),
  );

  it('comes out word for word', () => {
    fc.assert(
      fc.property(speech, fc.integer({ min: -150, max: 150 }), (spoken, shiftMs) => {
        let nowMs = 0;
        const words = spoken.map(([text, lengthMs]) => {
          const startMs = nowMs;
          nowMs += lengthMs;
          return { text, startMs, endMs: nowMs, confidence: 1 };
        });
        const stitcher = new Stitcher();
        const segments: Segment[] = [];
        for (let startMs = 0; startMs < nowMs; startMs += 28_000) {
          const endMs = Math.min(nowMs, startMs + 30_000);
          const isHardEnd = endMs < nowMs;
          // What begins before the window or ends after it is not heard; times are a little off in every other one.
          const inside = words.filter((word) => word.startMs >= startMs && word.endMs <= endMs);
          const offMs = (startMs / 28_000) % 2 === 0 ? 0 : shiftMs;
          const part = {
            startMs: 0,
            endMs: endMs - startMs,
            text: inside.map(({ text }) => text).join(''),
            words: inside.map((word) => ({
              ...word,
              startMs: word.startMs - startMs + offMs,
              endMs: word.endMs - startMs + offMs,
            })),
            confidence: 1,
          };
          const overlapMs = startMs === 0 ? 0 : 2_000;
          segments.push(...stitcher.add(window(startMs, endMs, { overlapMs, isHardEnd }), [part]));
          if (!isHardEnd) break;
        }
        segments.push(...stitcher.flush());
        expect(textOf(segments)).toBe(spoken.map(([text]) => text).join(''));
        expect(textOf(segments)).toBe(
          segments.flatMap(({ words: own }) => own.map(({ text }) => text)).join(''),
        );
      }),
    );
  });
});
