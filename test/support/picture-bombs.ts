import { crc32, deflateSync } from 'node:zlib';

const bytesOf = (text: string) => Buffer.from(text, 'latin1');
const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const u16le = (value: number) => Buffer.from([value & 0xff, value >> 8]);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const u32le = (value: number) => u32(value).reverse();

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([bytesOf(type), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
}

/** A white PNG of a colour a pixel, with as many of its rows as are asked for. */
export function pngOf(width: number, height: number, rows = height): Buffer {
  const row = Math.ceil(width / 8) + 1;
  return Buffer.concat([
    bytesOf('\x89PNG\r\n\x1a\n'),
    chunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([1, 0, 0, 0, 0])])),
    chunk('IDAT', deflateSync(Buffer.alloc(row * rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Headers alone, which is all that is read of a picture that claims too much. */
export const HEADS: Record<string, (width: number, height: number) => Buffer> = {
  png: (width, height) => pngOf(width, height, 1),
  jpeg: (width, height) =>
    Buffer.concat([
      Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff]),
      // A preview that has a size of its own.
      Buffer.alloc(0xfffd, Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 1, 0, 1])),
      Buffer.from([0xff, 0xff, 0xc2, 0, 17, 8]),
      u16(height),
      u16(width),
      Buffer.from([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xd9]),
    ]),
  gif: (width, height) =>
    Buffer.concat([
      bytesOf('GIF89a'),
      // A small screen, of which the first frame is no part.
      Buffer.from([1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]),
      Buffer.from([0x21, 0xf9, 4, 0, 0, 0, 0, 0, 0x2c, 0, 0, 0, 0]),
      u16le(width),
      u16le(height),
      Buffer.from([0, 2, 2, 0x44, 1, 0, 0x3b]),
    ]),
  webp: (width, height) =>
    Buffer.concat([
      bytesOf('RIFF'),
      u32le(22),
      bytesOf('WEBPVP8X'),
      u32le(10),
      Buffer.alloc(4),
      u32le(width - 1).subarray(0, 3),
      u32le(height - 1).subarray(0, 3),
    ]),
  bmp: (width, height) =>
    Buffer.concat([
      bytesOf('BM'),
      Buffer.alloc(12),
      u32le(40),
      u32le(width),
      u32le(height),
      Buffer.alloc(28),
    ]),
  avif: (width, height) =>
    Buffer.concat([
      u32(24),
      bytesOf('ftypavif'),
      Buffer.alloc(12),
      ...[[1, 1] as const, [width, height] as const].flatMap(([w, h]) => [
        u32(20),
        bytesOf('ispe'),
        u32(0),
        u32(w),
        u32(h),
      ]),
    ]),
};
