import { MPEGDecoder } from 'mpg123-decoder';
import { audioEmpty, audioFormat } from './audio-errors.ts';
import type { AudioFile } from './audio-file.ts';
import {
  endsWithinMp3Frame,
  findMp3Frame,
  MP3_HEADER_BYTES,
  readFrameCount,
  readMp3Frame,
} from './mp3-frame.ts';
import type { Ending, PcmBlock, SoundDecoder } from './pcm.ts';
import { withoutConsole } from './without-console.ts';

const READ_BYTES = 32 * 1024;
/** How far junk before the first frame may reach. */
const SEARCH_BYTES = 512 * 1024;
/** Enough for a row of frames, and for what stands between them. */
const END_BYTES = 64 * 1024;
/** Encoders count frames with and without the one that holds their table, and pad the last. */
const COUNT_TOLERANCE_FRAMES = 2;

/** Where the first frame is, what it is and, when the file says, how many there are. */
async function findStart(file: AudioFile, soundOffset: number) {
  const bytes = await file.read(soundOffset, SEARCH_BYTES);
  const start = findMp3Frame(bytes, soundOffset + bytes.length >= file.sizeBytes);
  const frame = start === undefined ? undefined : readMp3Frame(bytes, start);
  if (start === undefined || frame === undefined) {
    throw bytes.length <= MP3_HEADER_BYTES
      ? audioEmpty()
      : audioFormat('No sound was found in the MP3 file.');
  }
  return { offset: soundOffset + start, frame, frameCount: readFrameCount(bytes, start, frame) };
}

async function isLastFrameCut(file: AudioFile, start: number): Promise<boolean> {
  const from = Math.max(start, file.sizeBytes - END_BYTES);
  return endsWithinMp3Frame(await file.read(from, END_BYTES));
}

/**
 * MPEG audio, layers I to III, by mpg123. Junk between frames is skipped.
 *
 * @param soundOffset first byte after the tags at the beginning.
 * @throws AppError AUDIO_EMPTY or AUDIO_FORMAT when there is no frame.
 */
export async function openMp3(file: AudioFile, soundOffset: number): Promise<SoundDecoder> {
  const { offset: start, frame, frameCount } = await findStart(file, soundOffset);
  // Without a count, from the first frame's size: exact for constant bit rates.
  const frames = frameCount ?? (file.sizeBytes - start) / frame.lengthBytes;
  async function* blocks(): AsyncGenerator<PcmBlock, Ending, void> {
    const decoder = new MPEGDecoder();
    await decoder.ready;
    let samples = 0;
    try {
      for (let offset = start; offset < file.sizeBytes; offset += READ_BYTES) {
        const bytes = await file.read(offset, READ_BYTES);
        const decoded = withoutConsole(() => decoder.decode(bytes));
        samples += decoded.samplesDecoded;
        if (decoded.samplesDecoded > 0) yield { channels: decoded.channelData, rateHz: decoded.sampleRate };
      }
    } finally {
      decoder.free();
    }
    // Without a count only a last frame that is not whole tells.
    if (frameCount === undefined) return (await isLastFrameCut(file, start)) ? 'cut' : 'whole';
    const missing = frameCount * frame.samples - samples;
    return missing > COUNT_TOLERANCE_FRAMES * frame.samples * 2 ? 'cut' : 'whole';
  }
  return { durationMs: ((frames * frame.samples) / frame.rateHz) * 1000, blocks };
}
