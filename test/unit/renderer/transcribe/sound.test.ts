import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import '../../../../renderer/i18n.ts';
import { type Ending, openSound } from '../../../../renderer/features/transcribe/sound/open-sound.ts';
import { PieceGatherer } from '../../../../renderer/features/transcribe/sound/piece-gatherer.ts';
import { soundErrorOf } from '../../../../renderer/features/transcribe/sound/sound-error.ts';
import { wavOf } from './wav.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'audio');

/** All of a file's sound, and how it ended. */
async function readAll(
  file: File,
): Promise<{ rateHz: number; totalMs: number | undefined; samples: number[]; ending: Ending }> {
  const sound = await openSound(file);
  const samples: number[] = [];
  const pieces = sound.pieces();
  for (;;) {
    const { value, done } = await pieces.next();
    if (done) return { rateHz: sound.rateHz, totalMs: sound.totalMs, samples, ending: value };
    expect(value.length).toBeLessThanOrEqual(sound.rateHz);
    samples.push(...value);
  }
}

const codeOf = (file: File) =>
  openSound(file).then(
    () => 'none',
    (error: unknown) => soundErrorOf(error).code,
  );
const fixture = async (name: string) => new File([await readFile(join(FIXTURES, name))], name);

describe('a sound file in the page', () => {
  it('becomes mono pieces of at most a second, at its own rate', async () => {
    const { rateHz, totalMs, samples, ending } = await readAll(
      wavOf({ seconds: 2.5, rateHz: 8000, channels: [0.5, -0.25] }),
    );
    expect(rateHz).toBe(8000);
    expect(totalMs).toBe(2500);
    expect(samples).toHaveLength(20_000);
    expect(samples.every((sample) => Math.abs(sample - 0.125) < 1e-3)).toBe(true);
    expect(ending).toEqual({ isCut: false, usableMs: 2500, isRemixed: false });
  });

  it('that was cut says how much of it is of use', async () => {
    const whole = wavOf({ seconds: 4, rateHz: 8000, channels: [0.5] });
    const { samples, ending } = await readAll(new File([whole.slice(0, 44 + 8000 * 2 * 2.5)], 'cut.wav'));
    expect(samples).toHaveLength(20_000);
    expect(ending).toEqual({ isCut: true, usableMs: 2500, isRemixed: false });
  });

  it.each([
    ['nothing', new File([], 'empty.wav'), 'AUDIO_EMPTY'],
    ['a letter', new File(['Dear Anna, this is no sound at all.'], 'letter.mp3'), 'AUDIO_FORMAT'],
    [
      'a header alone',
      new File([wavOf({ seconds: 1, rateHz: 8000, channels: [0] }).slice(0, 44)], 'a.wav'),
      'AUDIO_EMPTY',
    ],
  ])('that holds %s is refused', async (_, file, code) => {
    expect(await codeOf(file)).toBe(code);
  });

  it('that is a video without sound, protected or without its index is refused by name', async () => {
    expect(await codeOf(await fixture('no-sound.mp4'))).toBe('AUDIO_NO_SOUND');
    expect(await codeOf(await fixture('protected.m4a'))).toBe('AUDIO_PROTECTED');
    const index = await fixture('tone-opus.mp4');
    const text = Buffer.from(await index.arrayBuffer()).toString('latin1');
    expect(await codeOf(new File([index.slice(0, text.indexOf('moov') - 4)], 'cut.mp4'))).toBe('AUDIO_CUT');
  });
});

describe('PieceGatherer', () => {
  const gather = (blocks: Array<{ at: number; frames: number }>) => {
    const gatherer = new PieceGatherer(10);
    const pieces = blocks.flatMap(({ at, frames }) => [
      ...gatherer.push({ samples: new Float32Array(frames).fill(1), timestamp: at }),
    ]);
    return [...pieces, ...gatherer.flush()].flatMap((piece) => [...piece]).join('');
  };

  it('fills gaps with silence and leaves out what lies before the start', () => {
    expect(
      gather([
        { at: 0, frames: 5 },
        { at: 1, frames: 5 },
      ]),
    ).toBe('111110000011111');
    expect(
      gather([
        { at: -0.3, frames: 5 },
        { at: 0.2, frames: 2 },
      ]),
    ).toBe('1111');
    expect(gather([{ at: 0.5, frames: 2 }])).toBe('0000011');
  });

  it('takes small differences for rounding', () => {
    expect(
      gather([
        { at: 0.05, frames: 3 },
        { at: 0.35, frames: 3 },
      ]),
    ).toBe('111111');
  });

  it('refuses times that no recording has', () => {
    expect(() => gather([{ at: 1e6, frames: 1 }])).toThrow(RangeError);
  });
});
