import { audioCutBeforeSound, audioNoIndex, audioProtected } from './audio-errors.ts';
import type { AudioFile } from './audio-file.ts';

/** Sample entries of Apple's FairPlay, of Common Encryption and of Audible. */
const PROTECTED_ENTRIES = new Set(['drms', 'enca', 'aavd']);
const PROTECTED_BRANDS = new Set(['aax ', 'aaxc', 'M4P ']);
/** From "stsd" to the name of the first sample entry (ISO/IEC 14496-12, 8.5.2). */
const ENTRY_NAME_OFFSET = 16;
const PIECE_BYTES = 1024 * 1024;
const MAX_BOXES = 10_000;

function nameAt(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

/** Looks for protected tracks in the movie box, piece by piece with some overlap. */
async function refuseProtected(file: AudioFile, start: number, end: number): Promise<void> {
  for (let offset = start; offset < end; offset += PIECE_BYTES) {
    const bytes = await file.read(offset, Math.min(PIECE_BYTES + 64, end - offset));
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = text.indexOf('stsd'); at >= 0; at = text.indexOf('stsd', at + 4)) {
      if (PROTECTED_ENTRIES.has(nameAt(bytes, at + ENTRY_NAME_OFFSET))) throw audioProtected();
    }
  }
}

/**
 * Two states in which an MP4 file cannot be read, which a demuxer would only call damaged.
 *
 * @throws AppError AUDIO_PROTECTED, or AUDIO_CUT when the box that says where the sound lies is missing or cut.
 */
export async function checkMp4(file: AudioFile): Promise<void> {
  let offset = 0;
  for (let i = 0; i < MAX_BOXES && offset + 8 <= file.sizeBytes; i += 1) {
    const header = await file.read(offset, 16);
    const view = new DataView(header.buffer);
    const name = nameAt(header, 4);
    const size32 = view.getUint32(0);
    const size64 = size32 === 1 && header.length === 16 ? Number(view.getBigUint64(8)) : size32;
    const sizeBytes = size32 === 0 ? file.sizeBytes - offset : size64;
    if (name === 'ftyp' && PROTECTED_BRANDS.has(nameAt(header, 8))) throw audioProtected();
    if (name === 'moov') {
      if (offset + sizeBytes > file.sizeBytes) throw audioCutBeforeSound();
      return refuseProtected(file, offset, offset + sizeBytes);
    }
    if (sizeBytes < 8) break;
    offset += sizeBytes;
  }
  throw audioNoIndex();
}
