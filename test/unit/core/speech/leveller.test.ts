import { describe, expect, it } from 'vitest';
import { Leveller } from '../../../../core/speech/leveller.ts';
import { loudness, toDb, tone } from '../../../support/sound.ts';

/** Seconds of sound that is loud and soft in turn, as speech is. */
function voice(seconds: number, scale: number): Float32Array[] {
  return Array.from({ length: seconds }, () =>
    tone(300, 16_000, 1, 0.35).map((sample, at) => (at % 8_000 < 5_000 ? sample : sample / 50) * scale),
  );
}

async function levelled(chunks: Float32Array[]) {
  const leveller = new Leveller();
  const given: Float32Array[] = [];
  async function* source() {
    yield* chunks;
  }
  for await (const chunk of leveller.run(source())) given.push(chunk);
  return { given, notice: leveller.notice };
}
const levelOf = (chunk: Float32Array | undefined) => toDb(loudness(chunk ?? new Float32Array(1)));
const USUAL = levelOf(voice(1, 1)[0]);
const nothing = (seconds: number) => Array.from({ length: seconds }, () => new Float32Array(16_000));

describe('the level of sound', () => {
  it.each([1, 0.2, 0.05, 1.6])('stays as it is where it can be understood (scale %d)', async (scale) => {
    const chunks = voice(8, scale);
    const { given, notice } = await levelled(chunks);
    expect(given).toEqual(chunks);
    expect(notice).toBeUndefined();
  });

  it.each([
    ['18 dB beyond full scale', 8],
    ['36 dB beyond full scale', 64],
    ['with the values of 16-bit numbers', 32_768],
    ['with the values of 32-bit numbers', 2 ** 31],
  ])('is lowered where it is %s', async (_, scale) => {
    const { given, notice } = await levelled(voice(8, scale));
    for (const chunk of given) expect(Math.abs(levelOf(chunk) - USUAL)).toBeLessThan(12);
    expect(notice?.code).toBe('AUDIO_LOUD');
  });

  it.each([-40, -50, -60])(
    'is raised where it is %d dB too soft, whatever long silence it begins with',
    async (db) => {
      const { given, notice } = await levelled([...nothing(60), ...voice(8, 10 ** (db / 20))]);
      for (const chunk of given.slice(60)) expect(Math.abs(levelOf(chunk) - USUAL)).toBeLessThan(12);
      expect(notice?.code).toBe('AUDIO_QUIET');
    },
  );

  it('of the usual height is not touched by the quiet before it, nor by a click', async () => {
    const room = voice(60, 1e-3);
    const { given, notice } = await levelled([...room, ...voice(4, 1)]);
    for (const chunk of given.slice(60)) expect(levelOf(chunk)).toBeCloseTo(USUAL, 1);
    expect(notice).toBeUndefined();
    const soft = voice(8, 3e-3);
    soft[2]?.fill(0.9, 100, 140);
    expect(levelOf((await levelled(soft)).given[4])).toBeGreaterThan(USUAL - 12);
  });

  it('is left alone where there is nothing but rounding', async () => {
    const rounding = nothing(8).map((chunk) => chunk.map((_, at) => (at % 2) / 32_768));
    const { given, notice } = await levelled(rounding);
    expect(given).toEqual(rounding);
    expect(notice).toBeUndefined();
  });
});
