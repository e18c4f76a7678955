export interface PictureSize {
  width: number;
  height: number;
}

/** More than any camera produces. Decoded, it takes half a gigabyte, however small the file is. */
const MOST_PIXELS = 120_000_000;

/** Where no size can be in more bytes than these: a photograph may begin with a preview and a colour profile. */
export const PICTURE_HEAD_BYTES = 4_000_000;

/** False for a picture without a pixel, and for one that would take all memory when it is opened. */
export const isPictureSizeFit = ({ width, height }: PictureSize): boolean =>
  width > 0 && height > 0 && width * height <= MOST_PIXELS;

/**
 * The size that a PNG, JPEG, GIF, WebP, BMP or AVIF file claims to have, read without decoding it.
 *
 * @param bytes the file, or how it begins
 * @returns undefined where it is none of these, or says no size
 */
export function readPictureSize(bytes: Uint8Array): PictureSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = READERS.find(({ at, start }) => start.every((byte, index) => bytes[at + index] === byte));
  try {
    return reader?.read(view);
  } catch (error) {
    // It ends before it says its size.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Reader {
  /** Where the bytes lie that such a file is known by. */
  at: number;
  start: readonly number[];
  read: (view: DataView) => PictureSize | undefined;
}

const letters = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

const READERS: readonly Reader[] = [
  {
    at: 0,
    start: [0x89, ...letters('PNG\r\n'), 0x1a, 0x0a],
    read: (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  },
  { at: 0, start: [0xff, 0xd8, 0xff], read: readJpeg },
  { at: 0, start: letters('GIF8'), read: readGif },
  { at: 8, start: letters('WEBP'), read: readWebp },
  {
    at: 0,
    start: letters('BM'),
    // A negative height only says that it begins at the top.
    read: (view) => ({ width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) }),
  },
  { at: 4, start: letters('ftyp'), read: readAvif },
];

/** https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B: the size is in the header of the frame. */
function readJpeg(view: DataView): PictureSize | undefined {
  let at = 2;
  for (;;) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff) return undefined;
    if (marker === 0xff) {
      // Any number of these may come before a marker.
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // The picture itself begins, or it ends.
    if (marker === 0xda || marker === 0xd9) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
}

/** https://www.w3.org/Graphics/GIF/spec-gif89a.txt: browsers make room for a first frame that is larger than the screen. */
function readGif(view: DataView): PictureSize {
  const flags = view.getUint8(10);
  let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  while (view.getUint8(at) === 0x21) {
    at += 2;
    while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
    at += 1;
  }
  const end = (start: number, length: number) =>
    view.getUint16(at + start, true) + view.getUint16(at + length, true);
  return {
    width: Math.max(view.getUint16(6, true), end(1, 5)),
    height: Math.max(view.getUint16(8, true), end(3, 7)),
  };
}

/** https://developers.google.com/speed/webp/docs/riff_container */
function readWebp(view: DataView): PictureSize | undefined {
  switch (view.getUint32(12)) {
    case 0x56503858: // VP8X
      return {
        width: 1 + (view.getUint32(24, true) & 0xffffff),
        height: 1 + (view.getUint32(26, true) >>> 8),
      };
    case 0x5650384c: {
      // VP8L
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case 0x56503820: // VP8 and a space
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      return undefined;
  }
}

/** ISO/IEC 23008-12, "ispe": a file may hold several pictures, of which the largest counts. */
function readAvif(view: DataView): PictureSize | undefined {
  let largest: PictureSize | undefined;
  const end = Math.min(view.byteLength - 15, MOST_BOXES_BYTES);
  for (let at = 0; at < end; at += 1) {
    if (view.getUint32(at) !== 0x69737065) continue;
    const size = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (largest === undefined || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}

/** The boxes that tell of a picture come before its data. */
const MOST_BOXES_BYTES = 100_000;
