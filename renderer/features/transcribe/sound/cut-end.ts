import { mendMatroska } from '../../../../contract/mend-matroska.ts';
import { mendMp4 } from '../../../../contract/mend-mp4.ts';
import type { ByteReader, Mending } from '../../../../contract/mending.ts';
import { joined, type SoundBytes } from './sound-bytes.ts';

/** A file as it can be read, and whether it ends too early. */
export interface ReadableSound {
  file: SoundBytes;
  isCut: boolean;
}

/** Enough for a row of frames of AAC, and for the longest page of Ogg. */
const END_BYTES = 128 * 1024;
const EBML = 0x1a45dfa3;
const MP4_BOXES = new Set(['ftyp', 'styp', 'moov', 'mdat', 'free', 'skip', 'wide']);
/** Of a frame of AAC by itself (ADTS, ISO/IEC 14496-3, 1.A.2.2), and of a page of Ogg up to its table (RFC 3533, 6). */
const ADTS_HEADER_BYTES = 7;
const PAGE_HEADER_BYTES = 27;
const FRAMES_IN_A_ROW = 3;

/**
 * Demuxers leave out what a file that was cut has after its last whole part, and do not tell that it was. Such a file is
 * given an end where one could be.
 */
export async function withUsableEnd(file: SoundBytes): Promise<ReadableSound> {
  const start = new DataView(await file.slice(0, 12).arrayBuffer());
  if (start.byteLength < 12) return { file, isCut: false };
  const name = textAt(start, 4);
  if (start.getUint32(0) === EBML) return mended(file, await mendMatroska(readerOf(file)));
  if (MP4_BOXES.has(name)) return mended(file, await mendMp4(readerOf(file)));
  const end = new DataView(await file.slice(Math.max(0, file.size - END_BYTES)).arrayBuffer());
  if (textAt(start, 0) === 'OggS') return { file, isCut: endsWithinPage(end) };
  return { file, isCut: isAdts(start, 0) && endsWithinAdtsFrame(end, file.size) };
}

function readerOf(file: SoundBytes): ByteReader {
  return {
    sizeBytes: file.size,
    read: async (offset, lengthBytes) => {
      const end = Math.min(file.size, offset + lengthBytes);
      return new Uint8Array(await file.slice(Math.min(offset, end), end).arrayBuffer());
    },
  };
}

function mended(file: SoundBytes, mending: Mending | undefined): ReadableSound {
  if (mending === undefined) return { file, isCut: false };
  const parts: SoundBytes[] = [];
  let at = 0;
  const patches = [...(mending.patches ?? [])].sort((a, b) => a.offset - b.offset);
  for (const { offset, bytes } of patches) {
    parts.push(file.slice(at, offset), new Blob([new Uint8Array(bytes)]));
    at = offset + bytes.length;
  }
  return { file: joined([...parts, file.slice(at, mending.endBytes)]), isCut: true };
}

function textAt(view: DataView, at: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));
}

/** Whether the last page is not whole. */
function endsWithinPage(end: DataView): boolean {
  for (let at = end.byteLength - 4; at >= 0; at -= 1) {
    if (end.getUint8(at) !== 0x4f || textAt(end, at) !== 'OggS') continue;
    if (at + PAGE_HEADER_BYTES > end.byteLength) return true;
    const segments = end.getUint8(at + PAGE_HEADER_BYTES - 1);
    let length = PAGE_HEADER_BYTES + segments;
    if (at + length > end.byteLength) return true;
    for (let segment = 0; segment < segments; segment += 1) {
      length += end.getUint8(at + PAGE_HEADER_BYTES + segment);
    }
    return at + length > end.byteLength;
  }
  return false;
}

function isAdts(view: DataView, at: number): boolean {
  return view.getUint8(at) === 0xff && (view.getUint8(at + 1) & 0xf6) === 0xf0;
}

function adtsLength(view: DataView, at: number): number {
  return ((view.getUint8(at + 3) & 3) << 11) | (view.getUint8(at + 4) << 3) | (view.getUint8(at + 5) >> 5);
}

/** Whether the last of a row of frames is not whole. */
function endsWithinAdtsFrame(end: DataView, sizeBytes: number): boolean {
  for (let start = 0; start + ADTS_HEADER_BYTES <= end.byteLength; start += 1) {
    const isFirst = start === 0 && end.byteLength === sizeBytes;
    const reached = endOfRow(end, start, isFirst ? 1 : FRAMES_IN_A_ROW);
    if (reached !== undefined) return reached !== end.byteLength;
  }
  return false;
}

/** Where a row of frames that goes on to the end would end. By chance one is found in the middle of another, but not a row. */
function endOfRow(end: DataView, start: number, leastFrames: number): number | undefined {
  let at = start;
  let count = 0;
  while (at + ADTS_HEADER_BYTES <= end.byteLength && isAdts(end, at)) {
    const length = adtsLength(end, at);
    if (length < ADTS_HEADER_BYTES) return undefined;
    at += length;
    count += 1;
  }
  const isAtEnd = at > end.byteLength - ADTS_HEADER_BYTES;
  return isAtEnd && count >= leastFrames ? at : undefined;
}
