import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMp3Frame, readMp3Frame } from '../../../../../core/speech/audio/mp3-frame.ts';
import { amplitudeAt, readSound, saveSound, toDb } from '../../../../support/sound.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', '..', '..', 'fixtures', 'audio');
const STEPS = 20;
/** A packet or two, and what stands at the beginning and the end of a file. */
const TOLERANCE_MS = 160;

/** The sound of each beginning of a file; the code of the refusal where there is none. */
async function cutsOf(name: string) {
  const bytes = readFileSync(join(FIXTURES, name));
  const cuts = [];
  for (let step = 1; step < STEPS; step += 1) {
    const part = bytes.subarray(0, Math.floor((bytes.length * step) / STEPS));
    const sound = await readSound(saveSound(part)).catch(({ code }: { code?: string }) => code ?? 'unknown');
    cuts.push({ share: step / STEPS, sound });
  }
  return cuts;
}

describe('a file that ends too early', () => {
  it.each([
    ['tone.webm', 1_000],
    ['tone-live.webm', 1_000],
    ['tone-mp3.mkv', 1_044],
    ['tone-fragments.mp4', 1_000],
    ['tone.opus', 1_000],
    ['tone.flac', 500],
  ])('gives all the sound that %s still has, and says that it was cut', async (name, wholeMs) => {
    const cuts = await cutsOf(name);
    let before = 0;
    for (const { share, sound } of cuts) {
      if (typeof sound === 'string') {
        expect(sound).toBe('AUDIO_CUT');
        expect(share).toBeLessThanOrEqual(0.6);
        continue;
      }
      const lengthMs = sound.samples.length / 16;
      expect(lengthMs).toBeGreaterThanOrEqual(before);
      expect(lengthMs).toBeGreaterThan(lengthOf(share, wholeMs, cuts) - TOLERANCE_MS);
      before = lengthMs;
      // An MP3 counts frames, give or take some.
      if (lengthMs < 0.7 * wholeMs)
        expect(sound.source.notices.map(({ code }) => code)).toEqual(['AUDIO_CUT']);
      if (lengthMs < 200) continue;
      const middle = sound.samples.subarray(1_600, sound.samples.length - 800);
      expect(Math.abs(toDb(amplitudeAt(middle, 1_000) / 0.5))).toBeLessThan(1);
    }
    expect(before).toBeGreaterThan(0.8 * wholeMs - TOLERANCE_MS);
  });
});

describe('an MP3 file without a table of its frames', () => {
  const bytes = readFileSync(join(FIXTURES, 'tone.mp3'));
  const table = findMp3Frame(bytes, true) ?? 0;
  const whole = bytes.subarray(table + (readMp3Frame(bytes, table)?.lengthBytes ?? 0));
  const read = async (...parts: Uint8Array[]) => {
    const { samples, source } = await readSound(saveSound(Buffer.concat(parts)));
    return { ms: samples.length / 16, codes: source.notices.map(({ code }) => code) };
  };

  it('gives what is there, and says that it was cut', async () => {
    for (let step = 1; step < STEPS; step += 1) {
      const { ms, codes } = await read(whole.subarray(0, Math.floor((whole.length * step) / STEPS) + 2));
      expect(ms).toBeGreaterThan((1_000 * step) / STEPS - TOLERANCE_MS);
      expect(codes).toEqual(['AUDIO_CUT']);
    }
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a tag', Buffer.concat([Buffer.from('TAGTone'), Buffer.alloc(121)])],
    ['padding', Buffer.alloc(1_000)],
  ])('is whole where %s follows its last frame', async (_, end) => {
    expect((await read(whole, end)).codes).toEqual([]);
  });
});

describe('an MP4 file without its index', () => {
  it.each(['tone-opus.mp4', 'tone-aac.m4a', 'tone-pcm.mov'])('is told as such (%s)', async (name) => {
    const bytes = readFileSync(join(FIXTURES, name));
    const index = bytes.indexOf('moov') - 4;
    for (const end of [index, Math.floor(index / 2), 48]) {
      const error = await readSound(saveSound(bytes.subarray(0, end))).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'AUDIO_CUT',
        message: expect.stringContaining('no index'),
        hint: expect.stringMatching(/Copy it again.*repair/),
      });
    }
  });
});

/** Headers take a part of so short a file; from the first sound on it is in proportion. */
function lengthOf(share: number, wholeMs: number, cuts: Awaited<ReturnType<typeof cutsOf>>): number {
  const first = cuts.find(({ sound }) => typeof sound !== 'string')?.share ?? 1;
  return (wholeMs * (share - first)) / (1 - first);
}
