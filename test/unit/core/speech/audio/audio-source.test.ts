import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { AudioFile } from '../../../../../core/speech/audio/audio-file.ts';
import { openAudio } from '../../../../../core/speech/audio/audio-source.ts';
import { openFlac } from '../../../../../core/speech/audio/flac/flac-decoder.ts';
import {
  amplitudeAt,
  encodeWav,
  readSound,
  saveSound,
  soundFixture,
  toDb,
  tone,
} from '../../../../support/sound.ts';

const live = () => new AbortController().signal;
const fixture = (name: string) => readFileSync(soundFixture(name));

describe('openAudio', () => {
  it.each([
    ['tone.mp3', 'mp3', 1_044],
    ['tone.flac', 'flac', 500],
    ['tone-flac.ogg', 'ogg', 500],
    ['tone.opus', 'ogg', 1_000],
    ['tone.webm', 'matroska', 1_000],
    ['tone-mp3.mkv', 'matroska', 1_044],
    ['tone-opus.mp4', 'mp4', 1_000],
    ['tone-pcm.mov', 'mp4', 100],
    ['tone-pcm-be.mov', 'mp4', 100],
    ['tone-pcm24-be.mov', 'mp4', 100],
  ])('decodes %s by its content, whatever its name', async (name, format, lengthMs) => {
    const { samples, source } = await readSound(saveSound(fixture(name), 'holiday.txt'));
    expect(source.format).toBe(format);
    expect(Math.abs(samples.length / 16 - lengthMs)).toBeLessThan(25);
    expect(Math.abs((source.durationMs ?? 0) - lengthMs)).toBeLessThan(50);
    const middle = samples.subarray(samples.length / 4, (samples.length * 3) / 4);
    expect(Math.abs(toDb(amplitudeAt(middle, 1_000) / 0.5))).toBeLessThan(0.6);
    expect(source.notices).toEqual([]);
  });

  it('names a coding that it cannot read, and does not promise that the window can', async () => {
    const refusal = await readSound(saveSound(fixture('tone-alac.m4a'))).catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: 'AUDIO_FORMAT' });
    expect(String(refusal)).toContain('Apple Lossless (ALAC), which Sotto cannot read');
    expect(String(refusal)).not.toContain('window');
  });

  it('gives chunks of one second, as often as asked', async () => {
    const source = await openAudio(saveSound(encodeWav([tone(500, 16_000, 2.5)])), live());
    for (let round = 0; round < 2; round += 1) {
      const lengths: number[] = [];
      for await (const chunk of source.chunks()) lengths.push(chunk.length);
      expect(lengths).toEqual([16_000, 16_000, 8_000]);
    }
  });

  it('reads no further than its chunks are taken', async () => {
    const source = await openAudio(saveSound(encodeWav([tone(500, 16_000, 60)])), live());
    const reads: number[] = [];
    const read = AudioFile.prototype.read;
    AudioFile.prototype.read = function counted(offset, lengthBytes) {
      reads.push(lengthBytes);
      return read.call(this, offset, lengthBytes);
    };
    try {
      for await (const _ of source.chunks()) break;
    } finally {
      AudioFile.prototype.read = read;
    }
    expect(reads.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(900_000);
  });

  it('leaves the file as it was, also one that may only be read', async () => {
    const path = saveSound(fixture('tone.opus'));
    chmodSync(path, 0o444);
    const before = statSync(path);
    await readSound(path);
    expect(statSync(path).mtimeMs).toBe(before.mtimeMs);
    expect(readFileSync(path)).toEqual(fixture('tone.opus'));
  });

  it('stops with the reason of its signal', async () => {
    const abort = new AbortController();
    const source = await openAudio(saveSound(encodeWav([tone(500, 16_000, 60)])), abort.signal);
    const read = async () => {
      for await (const _ of source.chunks()) abort.abort(new Error('enough'));
    };
    await expect(read()).rejects.toThrow('enough');
    await expect(openAudio(source.format, abort.signal)).rejects.toThrow('enough');
  });
});

describe('FLAC', () => {
  it.each(['tone.flac', 'stereo24.flac'])('decodes %s bit for bit: the MD5 in its header', async (name) => {
    const bytes = fixture(name);
    const sampleBits = name === 'tone.flac' ? 16 : 24;
    const file = await AudioFile.open(soundFixture(name), live());
    const md5 = createHash('md5');
    const decoder = await openFlac(file, 0);
    for await (const { channels } of decoder.blocks()) {
      for (let i = 0; i < (channels[0]?.length ?? 0); i += 1) {
        for (const channel of channels) {
          const sample = Buffer.alloc(sampleBits / 8);
          sample.writeIntLE((channel[i] ?? 0) * 2 ** (sampleBits - 1), 0, sampleBits / 8);
          md5.update(sample);
        }
      }
    }
    await file.close();
    expect(md5.digest('hex')).toBe(bytes.subarray(26, 42).toString('hex'));
  });

  it('puts silence where a frame is damaged, so that later sound keeps its time', async () => {
    const bytes = fixture('tone.flac');
    bytes.fill(0x55, 1_000, 1_100);
    const { samples, source } = await readSound(saveSound(bytes));
    expect(samples.length).toBe(8_000);
    expect(amplitudeAt(samples.subarray(4_000), 1_000)).toBeCloseTo(0.5, 1);
    expect(source.notices).toEqual([]);
  });
});

describe('bad sound files', () => {
  const refused = (bytes: Uint8Array, name?: string) => expect(readSound(saveSound(bytes, name))).rejects;

  it('has a code for each', async () => {
    await refused(new Uint8Array(0)).toMatchObject({ code: 'AUDIO_EMPTY' });
    await refused(Buffer.from('This is a letter.\n'.repeat(200)), 'x.wav').toMatchObject({
      code: 'AUDIO_FORMAT',
    });
    await refused(Buffer.from('RIFF....AVI LIST')).toMatchObject({ code: 'AUDIO_FORMAT' });
    await refused(fixture('protected.m4a')).toMatchObject({ code: 'AUDIO_PROTECTED' });
    await refused(fixture('no-sound.mp4')).toMatchObject({ code: 'AUDIO_NO_SOUND' });
    await refused(fixture('tone.mp3').subarray(0, 200)).toMatchObject({ code: 'AUDIO_CUT' });
  });

  it.each(['tone-aac.m4a', 'tone-vorbis.ogg'])('says that %s needs the window', async (name) => {
    const error = { code: 'AUDIO_FORMAT', hint: expect.stringContaining("Sotto's window") };
    await refused(fixture(name)).toMatchObject(error);
  });

  it('has a code for what is not there or no file', async () => {
    await expect(openAudio('/nowhere/at/all.wav', live())).rejects.toMatchObject({ code: 'AUDIO_MISSING' });
    await expect(openAudio(tmpdir(), live())).rejects.toMatchObject({ code: 'AUDIO_FORMAT' });
    const path = saveSound(encodeWav([tone(500, 16_000, 1)]));
    const source = await openAudio(path, live());
    unlinkSync(path);
    await expect(source.chunks()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'AUDIO_MISSING',
    });
  });

  it('says so when a file is cut before any of its sound', async () => {
    const mp4 = fixture('tone-opus.mp4');
    await refused(mp4.subarray(0, mp4.indexOf('moov') + 40)).toMatchObject({ code: 'AUDIO_CUT' });
    await refused(fixture('tone.webm').subarray(0, 400)).toMatchObject({ code: 'AUDIO_CUT' });
    await refused(fixture('tone.flac').subarray(0, 100)).toMatchObject({ code: 'AUDIO_CUT' });
  });

  it.each([
    ['tone.flac', 0.5],
    ['tone.opus', 0.6],
  ])('uses the first part of %s when it is cut', async (name, share) => {
    const bytes = fixture(name);
    const { samples, source } = await readSound(saveSound(bytes.subarray(0, bytes.length * share)));
    expect(samples.length).toBeGreaterThan(1_000);
    expect(source.notices.map(({ code }) => code)).toEqual(['AUDIO_CUT']);
  });

  it('reads an MP3 with tags, junk and a lost end', async () => {
    const bytes = fixture('tone.mp3');
    const sound = bytes.indexOf(Buffer.from([0xff, 0xfb]));
    const tag = Buffer.concat([
      Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0x10, 0]),
      Buffer.alloc(2_048, 0xff),
    ]);
    const junk = Buffer.alloc(3_000, 'junk that is no frame ');
    const cut = bytes.subarray(sound, bytes.length - 700);
    const { samples } = await readSound(saveSound(Buffer.concat([tag, tag, junk, cut])));
    expect(Math.abs(amplitudeAt(samples.subarray(4_000, 12_000), 1_000) - 0.5)).toBeLessThan(0.03);
  });

  it('survives damaged copies of every format', async () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (const name of [
      'tone.mp3',
      'tone.flac',
      'tone-flac.ogg',
      'tone.opus',
      'tone.webm',
      'tone-opus.mp4',
      'tone-pcm.mov',
    ]) {
      for (let round = 0; round < 25; round += 1) {
        const bytes = Buffer.from(fixture(name));
        for (let i = 0; i < 1 + random(20); i += 1) bytes[random(bytes.length)] = random(256);
        const result = await readSound(saveSound(bytes)).catch((error: { code?: string }) => error.code);
        if (typeof result === 'string') expect(result).toMatch(/^AUDIO_/);
        else expect(result?.samples.length).toBeLessThan(70 * 16_000);
      }
    }
  });
});
