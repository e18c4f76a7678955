import { describe, expect, it } from 'vitest';
import { ChannelMixer } from '../../../contract/mix-channels.ts';
import { loudness, tone } from '../../support/sound.ts';

const RATE = 16_000;
const VOICE = tone(440, RATE, 1);
const scaled = (samples: Float32Array, by: number) => samples.map((sample) => sample * by);
const mixed = (...channels: Float32Array[]) => {
  const mixer = new ChannelMixer(RATE);
  return { mono: mixer.push(channels), found: mixer.found };
};

describe('channels', () => {
  it('that cancel each other out are mixed as if they did not', () => {
    for (const by of [-1, -0.8]) {
      const { mono, found } = mixed(VOICE, scaled(VOICE, by));
      expect(loudness(mono)).toBeGreaterThan(0.9 * loudness(VOICE));
      expect(found).toEqual({ inverted: 1, dead: 0, count: 2 });
    }
  });

  it('without sound, or with next to none, do not make the one with sound softer', () => {
    const nothing = new Float32Array(VOICE.length);
    const hiss = scaled(tone(3_000, RATE, 1), 1e-3);
    const { mono, found } = mixed(nothing, hiss, VOICE, nothing);
    expect(mono).toEqual(VOICE);
    expect(found).toEqual({ inverted: 0, dead: 3, count: 4 });
  });

  it('of two people are both heard, also where one begins late, and nothing is told of it', () => {
    const other = tone(700, RATE, 1);
    const nothing = new Float32Array(VOICE.length);
    const mixer = new ChannelMixer(RATE);
    expect(loudness(mixer.push([VOICE, nothing]))).toBeCloseTo(loudness(VOICE), 3);
    const both = mixer.push([nothing, other]);
    expect(loudness(both)).toBeGreaterThan(0.4 * loudness(other));
    for (let second = 0; second < 3; second += 1) mixer.push([VOICE, other]);
    expect(mixer.found).toBeUndefined();
  });

  it('are not taken for upside down because of a constant part', () => {
    const lifted = VOICE.map((sample) => sample + 0.5);
    const lowered = VOICE.map((sample) => sample - 0.5);
    const { mono, found } = mixed(lifted, lowered);
    expect(loudness(mono)).toBeCloseTo(loudness(VOICE), 3);
    expect(found).toBeUndefined();
  });

  it('are the mean where nothing is wrong with them, and what is no number is silence', () => {
    const { mono } = mixed(Float32Array.of(0.5, Number.NaN, 0.25), Float32Array.of(0.25, 0.0625, 0.125));
    expect([...mono]).toEqual([0.375, 0.03125, 0.1875]);
    expect([...mixed(Float32Array.of(Number.POSITIVE_INFINITY, 2)).mono]).toEqual([0, 2]);
  });
});
