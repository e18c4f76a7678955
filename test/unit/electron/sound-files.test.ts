import { describe, expect, it } from 'vitest';
import { isSoundUrl, readSound, type SoundReader } from '../../../electron/desktop/sound-files.ts';

const ID = '01234567-89ab-4cde-8f01-23456789abcd';
const URL = `app://sotto/recordings/${ID}.wav`;
const FILE = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));

function reader() {
  const asked: string[] = [];
  const read: SoundReader = async (call, { id, offset, byteLength }) => {
    asked.push(`${call} ${id}`);
    const bytes = new Uint8Array(FILE.subarray(offset, offset + byteLength));
    return { ok: true, value: { bytes, totalBytes: FILE.length } };
  };
  return { read, asked };
}

describe('the address of a sound', () => {
  it('gives a player the part that it asks for, at most a mebibyte', async () => {
    const { read } = reader();
    for (const [range, from, to] of [
      ['bytes=0-', 0, 1_048_575],
      [undefined, 0, 1_048_575],
      ['bytes=44-99', 44, 99],
      ['bytes=2500000-', 2_500_000, 2_999_999],
      ['bytes=2999999-9999999', 2_999_999, 2_999_999],
    ] as const) {
      const reply = await readSound(read, URL, range);
      expect(reply).toMatchObject({
        status: 206,
        headers: {
          'content-type': 'audio/wav',
          'content-range': `bytes ${from}-${to}/3000000`,
          'content-length': String(to - from + 1),
          'cache-control': 'no-store',
        },
      });
      expect(reply.body.equals(FILE.subarray(from, to + 1))).toBe(true);
    }
  });

  it('leads to a recording, or to the file of a transcript, by its id alone', async () => {
    const { read, asked } = reader();
    await readSound(read, URL, undefined);
    const reply = await readSound(read, `app://sotto/sounds/${ID}`, 'bytes=5-9');
    expect(reply.body.equals(FILE.subarray(5, 10))).toBe(true);
    expect(asked).toEqual([`recordings.read ${ID}`, `speech.readSoundFile ${ID}`]);
  });

  it('is nothing else', async () => {
    const { read, asked } = reader();
    for (const url of [
      'app://sotto/recordings/../index.html',
      'app://sotto/recordings/.wav',
      `app://sotto/recordings/${ID}.wav/..`,
      `app://sotto/recordings/${ID}?x`,
      `app://sotto/sounds/${ID}.wav`,
      'app://sotto/sounds/%2Fetc%2Fpasswd',
      'app://sotto/sounds//etc/passwd',
    ]) {
      expect((await readSound(read, url, undefined)).status, url).toBe(404);
    }
    for (const range of ['bytes=-5', 'bytes=5-2', 'bytes=a-', 'items=0-', 'bytes=0-1,5-6']) {
      expect((await readSound(read, URL, range)).status, range).toBe(416);
    }
    expect(asked).toEqual([]);
    expect((await readSound(read, URL, 'bytes=3000000-')).status).toBe(416);
    const refuse: SoundReader = async () => ({
      ok: false,
      error: { code: 'RECORDING_UNKNOWN', message: 'There is none.' },
    });
    expect((await readSound(refuse, URL, undefined)).status).toBe(404);
    expect(isSoundUrl('app://sotto/index.html')).toBe(false);
    expect(isSoundUrl('app://other/recordings/1.wav')).toBe(false);
  });
});
