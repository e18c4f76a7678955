import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PEAK_MS, Peaks } from '../../../../contract/peaks.ts';
import { barsOf } from '../../../../renderer/features/transcribe/player/draw-waveform.ts';

const RATE = 8000;
/** Frames of one pair of peaks. */
const FRAMES = (RATE * PEAK_MS) / 1000;

function peaksOf(samples: ArrayLike<number>, rateHz = RATE): Peaks {
  const peaks = new Peaks(rateHz);
  peaks.add(Float32Array.from(samples));
  peaks.finish();
  return peaks;
}

/** Sound that is at one level for a piece each. */
const steps = (...levels: number[]) =>
  levels.flatMap((level) => Array.from({ length: FRAMES }, (_, i) => (i === FRAMES / 2 ? level : 0)));

/** A level as it is drawn. */
const drawn = (level: number) => Math.sign(level) * Math.sqrt(Math.abs(level));

describe('peaks', () => {
  it('tell how far each tenth of a second reaches, up and down', () => {
    const peaks = peaksOf(steps(0.25, -0.09, 1, -1, 0));
    expect(peaks.count).toBe(5);
    const wanted = [0.25, -0.09, 1, -1, 0];
    wanted.forEach((level, at) => {
      const { low, high } = peaks.extent(at, at + 1) ?? { low: Number.NaN, high: Number.NaN };
      expect(low).toBeCloseTo(drawn(Math.min(0, level)), 2);
      expect(high).toBeCloseTo(drawn(Math.max(0, level)), 2);
    });
    expect(peaks.extent(0, 5)).toEqual({ low: -1, high: 1 });
    expect(peaks.extent(5, 6)).toBeUndefined();
    expect(peaks.extent(4, 100)).toEqual({ low: 0, high: 0 });
  });

  it('are the same however the sound is cut into pieces', () => {
    const sound = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 3000 });
    fc.assert(
      fc.property(sound, fc.integer({ min: 1, max: 700 }), (samples, size) => {
        const whole = peaksOf(samples, 1000);
        const cut = new Peaks(1000);
        for (let at = 0; at < samples.length; at += size)
          cut.add(Float32Array.from(samples.slice(at, at + size)));
        cut.finish();
        expect(cut.count).toBe(Math.ceil(samples.length / 100));
        for (let at = 0; at < whole.count; at += 1)
          expect(cut.extent(at, at + 1)).toEqual(whole.extent(at, at + 1));
      }),
      { numRuns: 100 },
    );
  });

  it('do not drift where ten does not divide the rate', () => {
    const hour = new Peaks(11_025);
    const second = new Float32Array(11_025);
    for (let i = 0; i < 3600; i += 1) hour.add(second);
    expect(hour.count).toBe(36_000);
  });

  it('take the same memory however much sound passes, but for two bytes a piece', () => {
    const peaks = new Peaks(1000);
    const minute = new Float32Array(60_000).fill(0.5);
    for (let i = 0; i < 60; i += 1) peaks.add(minute);
    expect(peaks.count).toBe(36_000);
    // Twice what is used at most, as the arrays double.
    expect(peaks.byteLength).toBeLessThanOrEqual(2 * 2 * 36_000);
    expect(peaks.extent(35_999, 36_000)?.high).toBeCloseTo(drawn(0.5), 2);
    expect(peaks.extent(0, 1)?.high).toBeCloseTo(drawn(0.5), 2);
  });

  it('count the last piece although it is short, and once', () => {
    const peaks = peaksOf(steps(0.25).concat([0.49]));
    expect(peaks.count).toBe(2);
    expect(peaks.extent(1, 2)?.high).toBeCloseTo(0.7, 2);
    peaks.finish();
    expect(peaks.count).toBe(2);
    expect(peaksOf(steps(0.25)).count).toBe(1);
    expect(peaksOf([]).count).toBe(0);
  });

  it('cut off what is too loud, and take what is no number for silence', () => {
    const broken = new Array(FRAMES).fill(Number.NaN);
    const peaks = peaksOf([...steps(7, -7), ...broken, -0.25, ...broken.slice(1)]);
    expect(peaks.extent(0, 2)).toEqual({ low: -1, high: 1 });
    expect(peaks.extent(2, 3)).toEqual({ low: 0, high: 0 });
    expect(peaks.extent(3, 4)?.low).toBeCloseTo(drawn(-0.25), 2);
  });

  it('tell when there is more, until nobody listens', () => {
    const peaks = new Peaks(RATE);
    let told = 0;
    const stop = peaks.onMore(() => {
      told += 1;
    });
    peaks.add(new Float32Array(FRAMES - 1));
    expect(told).toBe(0);
    peaks.add(new Float32Array(10 * FRAMES));
    expect(told).toBe(1);
    peaks.finish();
    expect(told).toBe(2);
    stop();
    peaks.add(new Float32Array(2 * FRAMES));
    expect(told).toBe(2);
  });
});

describe('the bars of a waveform', () => {
  const HEIGHT = 40;
  const view = (peaks: Peaks | undefined, totalMs: number) => ({ peaks, totalMs, timeMs: 0 });

  it('stand where their sound is, and a bar is as high as the loudest that it stands for', () => {
    // 1,200 pieces, one of them loud, on 300 pixels: twelve pieces to a bar.
    const levels = Array.from({ length: 1200 }, (_, at) => (at === 605 ? 1 : 0));
    const bars = barsOf(view(peaksOf(steps(...levels)), 120_000), 300, HEIGHT, 1);
    expect(bars).toHaveLength(100);
    expect(bars[0]).toEqual({ left: 0, width: 2, top: 19, height: 2 });
    const loud = bars.filter(({ height }) => height > 2);
    expect(loud).toEqual([{ left: 150, width: 2, top: 0, height: 21 }]);
  });

  it('reach down as the sound does', () => {
    const bars = barsOf(view(peaksOf(steps(-1, 0.25)), 200), 12, HEIGHT, 1);
    expect(bars).toEqual([
      { left: 0, width: 2, top: 19, height: 21 },
      { left: 3, width: 2, top: 19, height: 21 },
      { left: 6, width: 2, top: 10, height: 11 },
      { left: 9, width: 2, top: 10, height: 11 },
    ]);
  });

  it('end where the sound is not known yet, and keep their places while more comes', () => {
    const whole = barsOf(view(peaksOf(steps(...new Array(100).fill(0.5))), 10_000), 300, HEIGHT, 1);
    const half = barsOf(view(peaksOf(steps(...new Array(50).fill(0.5))), 10_000), 300, HEIGHT, 1);
    expect(whole).toHaveLength(100);
    expect(half).toEqual(whole.slice(0, 50));
  });

  it('are sharp on a screen with more pixels', () => {
    const peaks = peaksOf(steps(...new Array(100).fill(0.5)));
    const bars = barsOf(view(peaks, 10_000), 600, 2 * HEIGHT, 2);
    expect(bars).toHaveLength(100);
    expect(bars[1]).toMatchObject({ left: 6, width: 4 });
  });

  it('are none where nothing is known', () => {
    expect(barsOf(view(undefined, 10_000), 300, HEIGHT, 1)).toEqual([]);
    expect(barsOf(view(new Peaks(RATE), 10_000), 300, HEIGHT, 1)).toEqual([]);
    expect(barsOf(view(peaksOf(steps(1)), 0), 300, HEIGHT, 1)).toEqual([]);
  });
});
