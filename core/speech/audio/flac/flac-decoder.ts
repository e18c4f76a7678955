import { ByteStream } from '../../../../contract/byte-stream.ts';
import { audioCutBeforeSound, audioFormat } from '../audio-errors.ts';
import type { AudioFile } from '../audio-file.ts';
import type { Ending, PcmBlock, SoundDecoder } from '../pcm.ts';
import { OutOfBytes } from './bit-reader.ts';
import {
  decodeFlacFrame,
  type FlacFrame,
  type FlacInfo,
  readStreamInfo,
  STREAM_INFO_BYTES,
} from './flac-frame.ts';
import { FlacDamage } from './flac-subframe.ts';

/** Most frames are below; larger ones are read again with more. */
const FRAME_BYTES = 32 * 1024;
/** Above the largest frame there can be: 65,536 samples of 8 channels with 32 bits and their headers. */
const MAX_FRAME_BYTES = 3 * 1024 * 1024;
/** Lost frames become silence, so that later words keep their times; more than this is a wrong number. */
const MAX_GAP_S = 60;

/** Moves past the metadata blocks. */
async function readMetadata(stream: ByteStream): Promise<FlacInfo> {
  stream.position += 4;
  let info: FlacInfo | undefined;
  for (;;) {
    const header = await stream.take(4);
    if (header.length < 4) throw audioCutBeforeSound();
    const [flags = 0, high = 0, middle = 0, low = 0] = header;
    const lengthBytes = high * 65_536 + middle * 256 + low;
    if ((flags & 0x7f) === 0) {
      const body = await stream.peek(STREAM_INFO_BYTES);
      if (body.length < STREAM_INFO_BYTES) throw audioCutBeforeSound();
      info = readStreamInfo(body);
    }
    stream.position += lengthBytes;
    if (flags >= 0x80) break;
  }
  if (info === undefined) throw audioFormat("The FLAC file's header is damaged.");
  return info;
}

/** The frame at the stream's position; undefined when the file ends within it. */
async function nextFrame(stream: ByteStream, info: FlacInfo): Promise<FlacFrame | 'damaged' | undefined> {
  for (let lengthBytes = FRAME_BYTES; ; lengthBytes *= 4) {
    const bytes = await stream.peek(lengthBytes);
    try {
      return decodeFlacFrame(bytes, info);
    } catch (error) {
      if (error instanceof FlacDamage) return 'damaged';
      if (!(error instanceof OutOfBytes)) throw error;
      if (bytes.length < lengthBytes) return undefined;
      // A damaged frame can pretend to have no end.
      if (lengthBytes > MAX_FRAME_BYTES) return 'damaged';
    }
  }
}

/** Moves to the next place that may begin a frame; false at the end of the file. */
async function resync(stream: ByteStream): Promise<boolean> {
  stream.position += 1;
  for (;;) {
    const bytes = await stream.peek(FRAME_BYTES);
    if (bytes.length < 2) return false;
    for (let at = bytes.indexOf(0xff); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
      if (((bytes[at + 1] ?? 0) & 0xfe) !== 0xf8) continue;
      stream.position += at;
      return true;
    }
    stream.position += bytes.length - 1;
  }
}

/** Sound with its gaps filled, and how much of it there was. */
export class FlacTimeline {
  #nextSample: number | undefined;

  get samples(): number {
    return this.#nextSample ?? 0;
  }

  /** Silence for what is missing before the frame, then the frame. */
  *place(frame: FlacFrame): Generator<PcmBlock> {
    const { channels, rateHz, firstSample } = frame;
    const gap = firstSample - (this.#nextSample ?? firstSample);
    if (gap > 0 && gap < MAX_GAP_S * rateHz) {
      for (let left = gap; left > 0; left -= rateHz) {
        const silence = new Float32Array(Math.min(left, rateHz));
        yield { channels: channels.map(() => silence), rateHz };
      }
    }
    yield { channels, rateHz };
    this.#nextSample = firstSample + (channels[0]?.length ?? 0);
  }
}

/**
 * @param soundOffset of the "fLaC" mark.
 * @throws AppError AUDIO_CUT or AUDIO_FORMAT when the metadata cannot be read.
 */
export async function openFlac(file: AudioFile, soundOffset: number): Promise<SoundDecoder> {
  const stream = new ByteStream(file, soundOffset);
  const info = await readMetadata(stream);
  async function* blocks(): AsyncGenerator<PcmBlock, Ending, void> {
    const timeline = new FlacTimeline();
    while (stream.remainingBytes > 0) {
      const frame = await nextFrame(stream, info);
      if (frame !== undefined && frame !== 'damaged') {
        stream.position += frame.lengthBytes;
        yield* timeline.place(frame);
      } else if (!(await resync(stream))) break;
    }
    return timeline.samples < info.totalSamples ? 'cut' : 'whole';
  }
  const durationMs = (info.totalSamples / info.rateHz) * 1000;
  return { ...(info.totalSamples > 0 && info.rateHz > 0 && { durationMs }), blocks };
}
