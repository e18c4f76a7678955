import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler } from '../../../../../core/speech/audio/resampler.ts';
import { amplitudeAt, loudness, toDb, tone } from '../../../../support/sound.ts';

function resample(input: Float32Array, rateHz: number, pieces: number[] = []): Float32Array {
  const resampler = new Resampler(rateHz);
  const output: number[] = [];
  let at = 0;
  for (const length of pieces) {
    output.push(...resampler.push(input.subarray(at, at + length)));
    at += length;
  }
  output.push(...resampler.push(input.subarray(at)), ...resampler.flush());
  return Float32Array.from(output);
}

/** Without the edges, where a tone that starts at once is no pure tone. */
const middle = (samples: Float32Array) => samples.subarray(1_600, -1_600);

describe('Resampler', () => {
  it.each([8_000, 11_025, 12_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000, 44_101])(
    'keeps the level, frequency, phase and length of 1 kHz from %i Hz',
    (rateHz) => {
      const samples = resample(tone(1_000, rateHz, 1), rateHz);
      expect(samples.length).toBe(16_000);
      expect(Math.abs(toDb(amplitudeAt(middle(samples), 1_000) / 0.5))).toBeLessThan(0.1);
      const rest = samples.map((sample, i) => sample - 0.5 * Math.sin((2 * Math.PI * 1_000 * i) / 16_000));
      expect(toDb(loudness(middle(rest)))).toBeLessThan(-60);
    },
  );

  it.each([
    [10_000, 44_100],
    [8_600, 44_100],
    [10_000, 48_000],
    [15_000, 96_000],
    [60_000, 192_000],
  ])('leaves nothing of %i Hz at %i Hz', (frequencyHz, rateHz) => {
    const samples = resample(tone(frequencyHz, rateHz, 1), rateHz);
    expect(toDb(loudness(middle(samples)) / loudness(tone(1_000, 16_000, 1)))).toBeLessThan(-60);
  });

  it('keeps what speech needs up to 6.9 kHz', () => {
    const samples = resample(tone(6_900, 44_100, 1), 44_100);
    expect(Math.abs(toDb(amplitudeAt(middle(samples), 6_900) / 0.5))).toBeLessThan(0.1);
  });

  it('makes no images above the old band when it goes up from 8 kHz', () => {
    const samples = resample(tone(3_000, 8_000, 1), 8_000);
    expect(toDb(amplitudeAt(middle(samples), 5_000) / 0.5)).toBeLessThan(-60);
  });

  it('gives the same samples however the input is cut', () => {
    const rates = fc.constantFrom(8_000, 22_050, 44_100, 48_000, 44_101, 96_000);
    fc.assert(
      fc.property(
        rates,
        fc.array(fc.nat(700), { maxLength: 12 }),
        fc.integer({ min: 1, max: 3_000 }),
        (rateHz, cuts, count) => {
          const input = Float32Array.from({ length: count }, (_, i) => Math.sin(i * i));
          expect(resample(input, rateHz, cuts)).toEqual(resample(input, rateHz));
          expect(resample(input, rateHz).length).toBe(Math.round((count * 16_000) / rateHz));
        },
      ),
      { numRuns: 60 },
    );
  });
});
