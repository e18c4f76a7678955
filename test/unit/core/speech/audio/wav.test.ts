import { describe, expect, it } from 'vitest';
import { amplitudeAt, encodeWav, readSound, saveSound, toDb, tone } from '../../../../support/sound.ts';

const TONE = tone(1_000, 16_000, 1);
const open = (bytes: Uint8Array) => readSound(saveSound(bytes, 'sound.wav'));

async function expectTone(bytes: Uint8Array, amplitude = 0.5, seconds = 1) {
  const { samples, source } = await open(bytes);
  expect(samples.length).toBe(16_000 * seconds);
  expect(Math.abs(toDb(amplitudeAt(samples, 1_000) / amplitude))).toBeLessThan(0.1);
  expect(source.format).toBe('wav');
  expect(source.durationMs).toBeCloseTo(seconds * 1_000, 0);
  expect(source.notices).toEqual([]);
}

describe('WAV', () => {
  it.each(['u8', 's16', 's24', 's32', 'f32', 'f64'] as const)('reads %s', async (coding) => {
    await expectTone(encodeWav([TONE], { coding }));
    await expectTone(encodeWav([TONE, TONE], { coding, isExtensible: true }));
  });

  it.each(['RF64', 'BW64'] as const)('reads %s, whose sizes have 64 bits', async (riff) => {
    await expectTone(encodeWav([TONE], { riff, after: Buffer.from('LIST\x04\0\0\0INFO') }));
  });

  it.each([6, 7])('expands G.711 (format %i)', async (tag) => {
    const linear = encodeWav([TONE], { coding: 'u8' });
    // By the tables of G.711 the code of silence and of the two largest values.
    const codes = tag === 6 ? [0xd5, 0xaa, 0x2a] : [0xff, 0x80, 0x00];
    linear.writeUInt16LE(tag, 20);
    linear.fill(Uint8Array.from(codes), 44);
    const { samples } = await open(linear);
    expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.0005);
    expect(samples[1]).toBeGreaterThan(0.97);
    expect(samples[2]).toBeLessThan(-0.97);
  });

  it('mixes eight channels at 96 kHz', async () => {
    const voice = tone(1_000, 96_000, 1);
    const silence = new Float32Array(voice.length);
    const channels = [voice, voice, ...Array.from({ length: 6 }, () => silence)];
    const file = encodeWav(channels, { rateHz: 96_000, coding: 's24', isExtensible: true });
    const { samples, source } = await open(file);
    // Channels without sound do not make it softer.
    expect(Math.abs(toDb(amplitudeAt(samples, 1_000) / 0.5))).toBeLessThan(0.1);
    expect(source.notices).toMatchObject([
      { code: 'AUDIO_CHANNELS', message: expect.stringContaining('2 of 8') },
    ]);
  });

  it.each([0, 0xffff_ffff, 0x7fff_f000])(
    'reads to the end when a streamer wrote %i as the size',
    async (dataSize) => {
      await expectTone(encodeWav([TONE], { dataSize }));
    },
  );

  it('reads to the end when a killed recorder left a size from earlier', async () => {
    await expectTone(encodeWav([TONE], { dataSize: 3_200 }));
  });

  it('does not take the chunks after the sound for sound', async () => {
    const after = Buffer.concat([Buffer.from('LIST\x06\0\0\0INFO\0\0'), Buffer.from('id3 \x02\0\0\0\0\0')]);
    await expectTone(encodeWav([TONE], { after }));
  });

  it('does not take sound that looks like the name of a chunk for one', async () => {
    // A size from earlier, and four letters where it ends: what follows them is no chunk.
    const wav = encodeWav([TONE], { dataSize: 3_200 });
    wav.write('Sing', 44 + 3_200, 'latin1');
    const { samples } = await open(wav);
    expect(samples.length).toBe(16_000);
  });

  it('finds the sound behind tags that are no part of it', async () => {
    const tag = Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 1, 0]), Buffer.alloc(128)]);
    await expectTone(Buffer.concat([tag, encodeWav([TONE], { before: [['LIST', new Uint8Array(7)]] })]));
  });

  it('passes an odd chunk without padding whose successor could be read one byte late', async () => {
    // "ata@" would be a name as well: the size of the sound ends with the letter.
    const samples = TONE.subarray(0, 8_224);
    const { samples: read } = await open(
      encodeWav([samples], { before: [['LIST', new Uint8Array(7)]], isPadded: false }),
    );
    expect(read.length).toBe(8_224);
  });

  it.each([true, false])('passes odd chunks in front, padded: %s', async (isPadded) => {
    const before: [string, Uint8Array][] = [
      ['bext', new Uint8Array(603)],
      ['LIST', new Uint8Array(7)],
    ];
    await expectTone(encodeWav([TONE], { before, isPadded }));
  });

  it('mends an impossible rate from the bytes a second', async () => {
    await expectTone(encodeWav([TONE], { headerRateHz: 0 }));
    await expectTone(encodeWav([TONE], { headerRateHz: 2_000_000_000 }));
  });

  it('refuses a rate that cannot be mended', async () => {
    const wav = encodeWav([TONE], { headerRateHz: 3, bytesPerSecond: 0 });
    await expect(open(wav)).rejects.toMatchObject({ code: 'AUDIO_FORMAT' });
  });

  it('takes what is no number for silence, and what is on no scale', async () => {
    const wild = Float32Array.from([Number.NaN, Number.POSITIVE_INFINITY, 1e38, -1e38, 0.5]);
    const { samples } = await open(encodeWav([wild], { coding: 'f32' }));
    expect([...samples]).toEqual([0, 0, 0, 0, 0.5]);
  });

  it('tells how much of a cut file was used', async () => {
    const whole = encodeWav([tone(1_000, 16_000, 65)]);
    const { samples, source } = await open(whole.subarray(0, 44 + 61 * 32_000 + 1));
    expect(samples.length).toBe(61 * 16_000);
    expect(source.notices).toMatchObject([
      { code: 'AUDIO_CUT', message: expect.stringContaining('1 min 1 s') },
    ]);
  });

  it('tells of a cut RF64 file too', async () => {
    const whole = encodeWav([TONE], { riff: 'RF64' });
    const { source } = await open(whole.subarray(0, 20_000));
    expect(source.notices.map(({ code }) => code)).toEqual(['AUDIO_CUT']);
  });

  it.each([44, 30, 13])('has words for a header of %i bytes and no sound', async (length) => {
    const bytes = encodeWav([new Float32Array(0)]).subarray(0, length);
    const code = length === 44 ? 'AUDIO_EMPTY' : 'AUDIO_FORMAT';
    await expect(open(bytes)).rejects.toMatchObject({ code });
  });

  it('names a coding that it cannot read', async () => {
    const wav = encodeWav([TONE]);
    wav.writeUInt16LE(17, 20);
    await expect(open(wav)).rejects.toMatchObject({
      code: 'AUDIO_FORMAT',
      message: expect.stringContaining('IMA ADPCM'),
    });
  });
});
