/** Header of one MPEG audio frame (ISO/IEC 11172-3, 2.4.1.3, and 13818-3 for lower rates). */
export interface Mp3Frame {
  layer: 1 | 2 | 3;
  rateHz: number;
  lengthBytes: number;
  samples: number;
  /** From the frame's first byte to where encoders hide the Xing table (layer III). */
  tableOffsetBytes: number;
}

export const MP3_HEADER_BYTES = 4;

const RATES_HZ = [44_100, 48_000, 32_000];
/** Thousands of bits a second by the header's four bits, for MPEG 1 (layer I, II, III) and MPEG 2. */
const BITRATES_1 = [
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
];
const BITRATES_2 = [
  [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/** Undefined when no frame begins at `offset`, or one whose length its header leaves open ("free format"). */
export function readMp3Frame(bytes: Uint8Array, offset: number): Mp3Frame | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(offset, offset + MP3_HEADER_BYTES);
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  const version = (second >> 3) & 3; // 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5
  const layer = (4 - ((second >> 1) & 3)) as 1 | 2 | 3 | 4;
  const baseRateHz = RATES_HZ[(third >> 2) & 3];
  if (version === 1 || layer === 4 || baseRateHz === undefined) return undefined;
  const isFirst = version === 3;
  const kilobits = (isFirst ? BITRATES_1 : BITRATES_2)[layer - 1]?.[(third >> 4) - 1];
  if (kilobits === undefined) return undefined;
  const rateHz = baseRateHz / (isFirst ? 1 : version === 2 ? 2 : 4);
  const padding = (third >> 1) & 1;
  const samples = layer === 1 ? 384 : layer === 3 && !isFirst ? 576 : 1152;
  const slots = (kilobits * 1000 * samples) / 8 / rateHz;
  const lengthBytes = layer === 1 ? (Math.floor(slots / 4) + padding) * 4 : Math.floor(slots) + padding;
  const isMono = fourth >> 6 === 3;
  const sideInfoBytes = isFirst ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  return { layer, rateHz, lengthBytes, samples, tableOffsetBytes: MP3_HEADER_BYTES + sideInfoBytes };
}

/** Chance finds three frames in a row that agree less than once in a terabyte of noise. */
const FRAMES_IN_A_ROW = 3;

/**
 * Where the first frame begins: one that is followed by others of its kind, or by the end of the file.
 *
 * @param isEnd true when no byte follows `bytes`.
 */
export function findMp3Frame(bytes: Uint8Array, isEnd: boolean): number | undefined {
  for (let start = bytes.indexOf(0xff); start >= 0; start = bytes.indexOf(0xff, start + 1)) {
    const first = readMp3Frame(bytes, start);
    if (first === undefined) continue;
    let offset = start + first.lengthBytes;
    let count = 1;
    for (let next = readMp3Frame(bytes, offset); next !== undefined && count < FRAMES_IN_A_ROW; count += 1) {
      if (next.layer !== first.layer || next.rateHz !== first.rateHz) break;
      offset += next.lengthBytes;
      next = readMp3Frame(bytes, offset);
    }
    if (count >= FRAMES_IN_A_ROW || (count >= 2 && isEnd && offset >= bytes.length)) return start;
  }
  return undefined;
}

/** Whether the last of a row of frames is not whole. False where none is found, and where a tag or junk follows the last. */
export function endsWithinMp3Frame(bytes: Uint8Array): boolean {
  let offset = findMp3Frame(bytes, true);
  const first = offset === undefined ? undefined : readMp3Frame(bytes, offset);
  if (offset === undefined || first === undefined) return false;
  while (offset < bytes.length) {
    const frame = readMp3Frame(bytes, offset);
    if (frame?.layer === first.layer && frame.rateHz === first.rateHz) {
      offset += frame.lengthBytes;
      continue;
    }
    const rest = bytes.subarray(offset);
    if (rest.length < MP3_HEADER_BYTES) return rest[0] === 0xff;
    // Junk in the middle: the row goes on after it, or does not.
    const next = findMp3Frame(rest, true);
    if (next === undefined) return false;
    offset += next;
  }
  return offset > bytes.length;
}

/** Number of frames by the table that LAME, Xing and Fraunhofer write into the first frame. */
export function readFrameCount(bytes: Uint8Array, offset: number, frame: Mp3Frame): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  const xing = offset + frame.tableOffsetBytes;
  if (['Xing', 'Info'].includes(name(xing)) && xing + 12 <= bytes.length) {
    return (view.getUint32(xing + 4) & 1) === 1 ? view.getUint32(xing + 8) : undefined;
  }
  const vbri = offset + MP3_HEADER_BYTES + 32;
  if (name(vbri) === 'VBRI' && vbri + 18 <= bytes.length) return view.getUint32(vbri + 14);
  return undefined;
}
