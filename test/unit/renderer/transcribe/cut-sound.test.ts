import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AudioSample, CustomAudioDecoder, type EncodedPacket, registerDecoder } from 'mediabunny';
import { beforeAll, describe, expect, it } from 'vitest';
import '../../../../renderer/i18n.ts';
import { openSound } from '../../../../renderer/features/transcribe/sound/open-sound.ts';
import { soundErrorOf } from '../../../../renderer/features/transcribe/sound/sound-error.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'audio');
const STEPS = 20;
const TOLERANCE_S = 0.16;
/** Where a container does not tell how long a frame of AAC is. */
const FRAME_S = 1024 / 16_000;

/** In the place of Chromium's decoders: sound as long as each packet. */
class PacketLengths extends CustomAudioDecoder {
  static override supports(codec: string): boolean {
    return codec === 'aac' || codec === 'vorbis';
  }
  override init(): void {}
  override decode({ duration, timestamp }: EncodedPacket): void {
    const { sampleRate } = this.config;
    const data = new Float32Array(Math.max(1, Math.round((duration || FRAME_S) * sampleRate))).fill(0.1);
    this.onSample(new AudioSample({ data, format: 'f32', numberOfChannels: 1, sampleRate, timestamp }));
  }
  override flush(): void {}
  override close(): void {}
}
beforeAll(() => registerDecoder(PacketLengths));

/** Seconds of sound, and whether the file is said to be cut; the code where there are none. */
async function read(bytes: Uint8Array): Promise<{ seconds: number; isCut: boolean } | string> {
  try {
    const sound = await openSound(new File([new Uint8Array(bytes)], 'sound'));
    const pieces = sound.pieces();
    let samples = 0;
    for (;;) {
      const { value, done } = await pieces.next();
      if (done) return { seconds: samples / sound.rateHz, isCut: value.isCut };
      samples += value.length;
    }
  } catch (error) {
    return soundErrorOf(error).code;
  }
}

describe('a file that the page decodes itself and that was cut', () => {
  it.each([
    'tone-adts.aac',
    'tone-aac.mkv',
    'tone-aac-index-first.m4a',
    'tone-aac-fragments.mp4',
    'tone-vorbis.webm',
  ])('gives what is there, and says so (%s)', async (name) => {
    const bytes = readFileSync(join(FIXTURES, name));
    const whole = await read(bytes);
    expect(whole).toMatchObject({ isCut: false });
    const wholeSeconds = typeof whole === 'string' ? 0 : whole.seconds;
    let first: number | undefined;
    for (let step = 1; step < STEPS; step += 1) {
      const share = step / STEPS;
      const part = await read(bytes.subarray(0, Math.floor(bytes.length * share) + 1));
      if (first === undefined && typeof part === 'string') {
        expect(part).toBe('AUDIO_CUT');
        continue;
      }
      first ??= share;
      const wanted = (wholeSeconds * (share - first)) / (1 - first);
      expect(part).toMatchObject({ isCut: true });
      expect(typeof part === 'string' ? 0 : part.seconds).toBeGreaterThan(wanted - TOLERANCE_S);
    }
    expect(first).toBeLessThanOrEqual(0.8);
  });

  it('says so where its end is missing from a page of Ogg', async () => {
    const bytes = readFileSync(join(FIXTURES, 'tone-vorbis.ogg'));
    expect(await read(bytes)).toMatchObject({ isCut: false });
    for (let step = 1; step < STEPS; step += 1) {
      const part = await read(bytes.subarray(0, Math.floor((bytes.length * step) / STEPS)));
      if (typeof part === 'string') expect(part).toBe('AUDIO_CUT');
      else expect(part).toMatchObject({ isCut: true });
    }
  });

  it('is whole where a tag follows its last frame', async () => {
    const tag = Buffer.concat([Buffer.from('TAGTone'), Buffer.alloc(121)]);
    const whole = readFileSync(join(FIXTURES, 'tone-adts.aac'));
    expect(await read(Buffer.concat([whole, tag]))).toMatchObject({ isCut: false });
  });
});
