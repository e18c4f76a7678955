import { audioCutBeforeSound, audioEmpty, audioFormat, audioNeedsWindow } from './audio-errors.ts';
import type { AudioFile } from './audio-file.ts';
import { findMp3Frame } from './mp3-frame.ts';

export type AudioFormat = 'wav' | 'mp3' | 'flac' | 'ogg' | 'matroska' | 'mp4';

/** What a file is, and where its sound begins after the tags. */
export interface DetectedFormat {
  format: AudioFormat;
  soundOffset: number;
}

const TAG_HEADER_BYTES = 10;
/** Several tags in a row happen when programs add without looking. */
const MAX_TAGS = 16;
const PROBE_BYTES = 512 * 1024;

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

/** First byte after ID3v2 tags (id3.org, "ID3 tag version 2.4.0", 3.1), which stand before MP3, FLAC and AAC. */
async function skipTags(file: AudioFile): Promise<number> {
  let offset = 0;
  for (let i = 0; i < MAX_TAGS; i += 1) {
    const bytes = await file.read(offset, TAG_HEADER_BYTES);
    if (bytes.length < TAG_HEADER_BYTES || textAt(bytes, 0, 3) !== 'ID3') break;
    const size = bytes.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    const hasFooter = ((bytes[5] ?? 0) & 0x10) !== 0;
    offset += TAG_HEADER_BYTES + size + (hasFooter ? TAG_HEADER_BYTES : 0);
  }
  return offset;
}

function byMagic(bytes: Uint8Array): AudioFormat | undefined {
  const start = textAt(bytes, 0, 4);
  if (['RIFF', 'RF64', 'BW64'].includes(start) && textAt(bytes, 8, 4) === 'WAVE') return 'wav';
  if (start === 'fLaC') return 'flac';
  if (start === 'OggS') return 'ogg';
  if (start === '\x1a\x45\xdf\xa3') return 'matroska';
  if (['ftyp', 'moov', 'mdat', 'wide', 'skip', 'free'].includes(textAt(bytes, 4, 4))) return 'mp4';
  return undefined;
}

/** ADTS, the bare form of AAC: the sync word with layer 0 (ISO/IEC 13818-7, 6.2). */
function isAdts(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0;
}

/** Known formats that are not read here, by their first bytes. */
function refuseKnown(bytes: Uint8Array): void {
  if (isAdts(bytes)) throw audioNeedsWindow('AAC');
  const known: readonly (readonly [string, string])[] = [
    ['FORM', 'an AIFF file'],
    ['caff', 'a CAF file'],
    ['#!AMR', 'an AMR file'],
    ['\x30\x26\xb2\x75', 'a Windows Media file'],
    ['RIFF', 'a RIFF file without WAVE sound'],
    ['FLV', 'a Flash video'],
  ];
  for (const [magic, name] of known) {
    if (textAt(bytes, 0, magic.length) === magic)
      throw audioFormat(`This is ${name}, which Sotto cannot read.`);
  }
}

/** Whether a file that begins like this holds sound, or could: also of kinds that only the window decodes. */
export function mayBeSound(start: Uint8Array): boolean {
  return (
    byMagic(start) !== undefined ||
    isAdts(start) ||
    textAt(start, 0, 3) === 'ID3' ||
    findMp3Frame(start, true) !== undefined
  );
}

/**
 * Tells a file's format from its content; names lie.
 *
 * @throws AppError AUDIO_EMPTY for nothing at all, AUDIO_FORMAT for what cannot be read here.
 */
export async function detectFormat(file: AudioFile): Promise<DetectedFormat> {
  if (file.sizeBytes === 0) throw audioEmpty();
  const soundOffset = await skipTags(file);
  if (soundOffset > file.sizeBytes) throw audioCutBeforeSound();
  const bytes = await file.read(soundOffset, PROBE_BYTES);
  if (bytes.length === 0) throw audioEmpty();
  const format = byMagic(bytes);
  if (format !== undefined) return { format, soundOffset };
  refuseKnown(bytes);
  if (findMp3Frame(bytes, soundOffset + bytes.length >= file.sizeBytes) !== undefined) {
    return { format: 'mp3', soundOffset };
  }
  throw audioFormat('This is not audio that Sotto can read.');
}
