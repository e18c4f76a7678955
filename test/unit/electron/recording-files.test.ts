import { describe, expect, it } from 'vitest';
import {
  isRecordingUrl,
  type RecordingReader,
  readRecording,
} from '../../../electron/desktop/recording-files.ts';

const ID = '01234567-89ab-4cde-8f01-23456789abcd';
const URL = `app://sotto/recordings/${ID}.wav`;
const FILE = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => i % 251));

function reader() {
  const asked: Array<[string, number, number]> = [];
  const read: RecordingReader = async (id, offset, byteLength) => {
    asked.push([id, offset, byteLength]);
    const bytes = new Uint8Array(FILE.subarray(offset, offset + byteLength));
    return { ok: true, value: { bytes, totalBytes: FILE.length } };
  };
  return { read, asked };
}

describe('the address of a recording', () => {
  it('gives a player the part that it asks for, at most a mebibyte', async () => {
    const { read } = reader();
    for (const [range, from, to] of [
      ['bytes=0-', 0, 1_048_575],
      [undefined, 0, 1_048_575],
      ['bytes=44-99', 44, 99],
      ['bytes=2500000-', 2_500_000, 2_999_999],
      ['bytes=2999999-9999999', 2_999_999, 2_999_999],
    ] as const) {
      const reply = await readRecording(read, URL, range);
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

  it('is nothing else', async () => {
    const { read, asked } = reader();
    for (const url of [
      'app://sotto/recordings/../index.html',
      'app://sotto/recordings/.wav',
      `app://sotto/recordings/${ID}.wav/..`,
      `app://sotto/recordings/${ID}?x`,
    ]) {
      expect((await readRecording(read, url, undefined)).status, url).toBe(404);
    }
    for (const range of ['bytes=-5', 'bytes=5-2', 'bytes=a-', 'items=0-', 'bytes=0-1,5-6']) {
      expect((await readRecording(read, URL, range)).status, range).toBe(416);
    }
    expect(asked).toEqual([]);
    expect((await readRecording(read, URL, 'bytes=3000000-')).status).toBe(416);
    const refuse: RecordingReader = async () => ({
      ok: false,
      error: { code: 'RECORDING_UNKNOWN', message: 'There is none.' },
    });
    expect((await readRecording(refuse, URL, undefined)).status).toBe(404);
    expect(isRecordingUrl('app://sotto/index.html')).toBe(false);
    expect(isRecordingUrl('app://other/recordings/1.wav')).toBe(false);
  });
});
