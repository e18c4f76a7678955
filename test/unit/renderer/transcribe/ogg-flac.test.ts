import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flacOfOgg } from '../../../../renderer/features/transcribe/sound/ogg-flac.ts';
import type { SoundBytes } from '../../../../renderer/features/transcribe/sound/sound-bytes.ts';
import { readSound, saveSound, soundFixture } from '../../../support/sound.ts';

const fixture = (name: string) => readFileSync(soundFixture(name));
const ogg = fixture('tone-flac.ogg');
const bytesOf = async (blob: SoundBytes | undefined) =>
  Buffer.from((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));

describe('FLAC in Ogg', () => {
  it('becomes plain FLAC with the same sound', async () => {
    const flac = await bytesOf(await flacOfOgg(new Blob([ogg])));
    expect(flac.toString('latin1', 0, 4)).toBe('fLaC');
    const plain = await readSound(saveSound(flac, 'plain.flac'));
    const wrapped = await readSound(saveSound(ogg, 'wrapped.ogg'));
    expect(plain.source.format).toBe('flac');
    expect(plain.samples).toEqual(wrapped.samples);
  });

  it('is cut where the file is', async () => {
    const whole = await bytesOf(await flacOfOgg(new Blob([ogg])));
    const cut = await bytesOf(await flacOfOgg(new Blob([ogg.subarray(0, ogg.length - 100)])));
    expect(cut.length).toBeLessThan(whole.length);
    expect(whole.subarray(0, cut.length).equals(cut)).toBe(true);
  });

  it('ends where a second stream begins', async () => {
    const whole = await bytesOf(await flacOfOgg(new Blob([ogg])));
    expect((await bytesOf(await flacOfOgg(new Blob([ogg, ogg])))).equals(whole)).toBe(true);
  });

  it('is made of any bytes that can be read, not of files of the page alone', async () => {
    const asBytes = (bytes: Buffer): SoundBytes => ({
      size: bytes.length,
      slice: (start, end) => asBytes(bytes.subarray(start, end)),
      arrayBuffer: async () => new Uint8Array(bytes).buffer,
    });
    const whole = await bytesOf(await flacOfOgg(new Blob([ogg])));
    const flac = await flacOfOgg(asBytes(ogg));
    expect((await bytesOf(flac)).equals(whole)).toBe(true);
    expect((await bytesOf(flac?.slice(100, 9000))).equals(whole.subarray(100, 9000))).toBe(true);
  });

  it.each(['tone.flac', 'tone.opus', 'tone-vorbis.ogg', 'tone.mp3'])('is not what %s is', async (name) => {
    expect(await flacOfOgg(new Blob([fixture(name)]))).toBeUndefined();
    expect(await flacOfOgg(new Blob([]))).toBeUndefined();
  });
});
