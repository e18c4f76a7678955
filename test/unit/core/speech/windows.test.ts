import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AudioWindow,
  MAX_WINDOW_MS,
  VOICE_FRAME_MS,
  WindowCutter,
} from '../../../../core/speech/windows.ts';

/** Probabilities of stretches: speech for so many milliseconds, silence for so many. */
function voices(...stretches: [probability: number, ms: number][]): number[] {
  return stretches.flatMap(([probability, ms]) =>
    Array<number>(Math.round(ms / VOICE_FRAME_MS)).fill(probability),
  );
}

function cut(probabilities: number[], portions: number[] = [], durationMs?: number): AudioWindow[] {
  const cutter = new WindowCutter();
  const windows: AudioWindow[] = [];
  let at = 0;
  for (const length of portions) {
    windows.push(...cutter.feed(probabilities.slice(at, at + length)));
    at += length;
  }
  windows.push(...cutter.feed(Float32Array.from(probabilities.slice(at))));
  return [...windows, ...cutter.flush(durationMs)];
}

const spans = (windows: AudioWindow[]) => windows.map(({ startMs, endMs }) => [startMs, endMs]);

describe('WindowCutter', () => {
  it('takes a phrase with its padding and leaves silence out', () => {
    expect(spans(cut(voices([0, 3_200], [0.9, 1_600], [0, 9_600])))).toEqual([[3_000, 5_000]]);
    expect(cut(voices([0.1, 60_000]))).toEqual([]);
  });

  it('gives a window as soon as the pause after it is long', () => {
    const cutter = new WindowCutter();
    expect(cutter.feed(voices([0.9, 3_200], [0, 1_920]))).toEqual([]);
    expect(cutter.feed(voices([0, 160]))).toHaveLength(1);
  });

  it('leaves clicks out, but keeps speech that wavers', () => {
    expect(cut(voices([0, 960], [0.9, 224], [0, 9_600]))).toEqual([]);
    expect(cut(voices([0, 960], [0.9, 96], [0.4, 160], [0, 9_600]))).toHaveLength(1);
    expect(cut(voices([0, 960], [0.4, 960], [0, 960]))).toEqual([]);
  });

  it('does not count a click and a pause as speech', () => {
    expect(cut(voices([0.9, 96], [0, 320], [0.9, 96], [0, 3_200]))).toHaveLength(1);
    expect(cut(voices([0.9, 96], [0, 320], [0.1, 3_200]))).toEqual([]);
  });

  it('packs phrases with short pauses into one window', () => {
    const phrases = voices([0.9, 4_800], [0, 960], [0.9, 4_800], [0, 1_600], [0.9, 4_800], [0, 4_800]);
    expect(spans(cut(phrases))).toEqual([[0, 16_960 + 200]]);
  });

  it('cuts at the longest pause of the last third', () => {
    const talk = voices(
      [0.9, 9_600],
      [0, 800],
      [0.9, 11_200],
      [0, 480],
      [0.9, 3_200],
      [0, 192],
      [0.9, 20_800],
    );
    const [first, second, third] = cut(talk);
    expect(first).toMatchObject({ startMs: 0, endMs: 21_600 + 200, isHardEnd: false, overlapMs: 0 });
    expect(second).toMatchObject({ startMs: 22_080 - 200, overlapMs: 0 });
    expect(third).toBeUndefined();
  });

  it('takes what was said after the cut into the next window', () => {
    const talk = voices([0.9, 21_600], [0, 800], [0.9, 3_200], [0, 480], [0.9, 6_400], [0, 4_800]);
    const [, second] = cut(talk);
    expect(second).toMatchObject({
      startMs: 22_200,
      speech: [
        { startMs: 22_400, endMs: 25_600 },
        { startMs: 26_080, endMs: 32_480 },
      ],
    });
  });

  it('takes a pause before the last third rather than cutting a word', () => {
    const talk = voices([0.9, 12_800], [0, 320], [0.9, 32_000]);
    const [first, second] = cut(talk);
    expect(first).toMatchObject({ endMs: 12_960, isHardEnd: false });
    expect(second).toMatchObject({ startMs: 12_960, endMs: 42_960, isHardEnd: true });
  });

  it('cuts speech without any pause at the limit, and overlaps', () => {
    const windows = cut(voices([0.9, 64_000]));
    expect(windows.map(({ overlapMs, isHardEnd }) => [overlapMs, isHardEnd])).toEqual([
      [0, true],
      [2_000, true],
      [2_000, false],
    ]);
    expect(spans(windows)).toEqual([
      [0, 30_000],
      [28_000, 58_000],
      [56_000, 64_000],
    ]);
  });

  it('ends where the audio ends', () => {
    expect(spans(cut(voices([0.9, 3_200]), [], 3_190))).toEqual([[0, 3_190]]);
  });

  it('tells where somebody spoke and for how long', () => {
    const cutter = new WindowCutter();
    const talk = voices([0, 320], [0.9, 960], [0, 640], [0.9, 96], [0, 640], [0.9, 960], [0, 3_200]);
    const [window] = cutter.feed(talk);
    expect(window?.speech).toEqual([
      { startMs: 320, endMs: 1_280 },
      { startMs: 1_920, endMs: 2_016 },
      { startMs: 2_656, endMs: 3_616 },
    ]);
    expect(cutter.speechMs).toBe(1_920);
  });
});

/** Talk of any kind: stretches of speech, pauses and wavering, some of them long. */
const talks = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 0.2, 0.34, 0.36, 0.45, 0.5, 0.9, Number.NaN),
      fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_500 })),
    ),
    { maxLength: 60, size: 'max' },
  )
  .map((stretches) => stretches.flatMap(([probability, frames]) => Array<number>(frames).fill(probability)));

describe('windows of any talk', () => {
  it('are in order, at most 30 s long, and overlap only after hard ends', () => {
    fc.assert(
      fc.property(talks, (talk) => {
        let before: AudioWindow | undefined;
        for (const window of cut(talk)) {
          expect(window.endMs).toBeGreaterThan(window.startMs);
          expect(window.endMs - window.startMs).toBeLessThanOrEqual(MAX_WINDOW_MS);
          expect(window.endMs).toBeLessThanOrEqual(talk.length * VOICE_FRAME_MS);
          if (before?.isHardEnd) expect(window.startMs).toBe(before.endMs - window.overlapMs);
          else expect(window.startMs).toBeGreaterThanOrEqual(before?.endMs ?? 0);
          expect(window.overlapMs > 0).toBe(before?.isHardEnd ?? false);
          before = window;
        }
        expect(before?.isHardEnd ?? false).toBe(false);
      }),
    );
  });

  it('hold every frame that is speech', () => {
    fc.assert(
      fc.property(talks, (talk) => {
        const windows = cut(talk);
        const isHeld = (frame: number) => {
          const ms = frame * VOICE_FRAME_MS;
          return windows.some(({ startMs, endMs }) => startMs <= ms && ms + VOICE_FRAME_MS <= endMs);
        };
        let run = 0;
        talk.forEach((probability, frame) => {
          run = probability >= 0.5 ? run + 1 : 0;
          // Eight frames in a row are more than the shortest speech.
          if (run >= 8 && !(isHeld(frame) && isHeld(frame - 7))) expect.fail(`frame ${frame} is lost`);
        });
      }),
    );
  });

  it('never cut where somebody speaks while there is a pause', () => {
    fc.assert(
      fc.property(talks, (talk) => {
        for (const { startMs, endMs, isHardEnd } of cut(talk)) {
          if (!isHardEnd) continue;
          const from = Math.ceil((startMs + 20_000) / VOICE_FRAME_MS);
          const frames = talk.slice(from, Math.floor(endMs / VOICE_FRAME_MS));
          const runs = frames.map((probability) => (probability < 0.35 ? '-' : 'x')).join('');
          expect(runs).not.toMatch(/-{5}/);
        }
      }),
    );
  });

  it('do not depend on how the talk was portioned', () => {
    fc.assert(
      fc.property(talks, fc.array(fc.nat(400), { maxLength: 20, size: 'max' }), (talk, portions) => {
        expect(cut(talk, portions)).toEqual(cut(talk));
      }),
    );
  });

  it('hold nothing of eight hours without a pause', () => {
    const cutter = new WindowCutter();
    const minute = Float32Array.from({ length: 1_875 }, (_, i) => (i % 7 === 0 ? 0.1 : 0.8));
    let count = 0;
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let minutes = 0; minutes < 480; minutes += 1) count += cutter.feed(minute).length;
    expect(count).toBeGreaterThan(900);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
  });
});
