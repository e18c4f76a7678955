import { OpusDecoder } from 'opus-decoder';
import { audioFormat } from './audio-errors.ts';
import { type PcmBlock, SPEECH_RATE_HZ } from './pcm.ts';
import { withoutConsole } from './without-console.ts';

/** Opus counts everything at this rate, whatever went in and comes out (RFC 7845, section 4). */
export const OPUS_RATE_HZ = 48_000;
const HEAD_BYTES = 19;

export interface OpusHead {
  channelCount: number;
  /** Samples at 48 kHz to drop at the start. */
  preSkip: number;
  streamCount: number;
  coupledStreamCount: number;
  channelMapping: number[];
}

/** Reads "OpusHead" (RFC 7845, section 5.1), which Ogg, Matroska and WebM share. */
export function readOpusHead(bytes: Uint8Array): OpusHead {
  if (bytes.length < HEAD_BYTES) throw audioFormat('The Opus header is damaged.');
  const channelCount = bytes[9] ?? 0;
  const preSkip = (bytes[10] ?? 0) + (bytes[11] ?? 0) * 256;
  const family = bytes[18];
  if (family === 0 || bytes.length < HEAD_BYTES + 2 + channelCount) {
    if (channelCount < 1 || channelCount > 2) throw audioFormat('The Opus header is damaged.');
    const coupledStreamCount = channelCount - 1;
    const channelMapping = channelCount === 1 ? [0] : [0, 1];
    return { channelCount, preSkip, streamCount: 1, coupledStreamCount, channelMapping };
  }
  const [streamCount = 0, coupledStreamCount = 0] = bytes.subarray(HEAD_BYTES);
  const channelMapping = Array.from(bytes.subarray(HEAD_BYTES + 2, HEAD_BYTES + 2 + channelCount));
  if (channelCount < 1 || streamCount < 1 || coupledStreamCount > streamCount) {
    throw audioFormat('The Opus header is damaged.');
  }
  return { channelCount, preSkip, streamCount, coupledStreamCount, channelMapping };
}

/** Decodes Opus packets straight to 16 kHz: libopus leaves out what is above 8 kHz itself. */
export class OpusPackets {
  readonly #decoder: OpusDecoder<typeof SPEECH_RATE_HZ>;

  constructor(head: OpusHead) {
    this.#decoder = new OpusDecoder({
      sampleRate: SPEECH_RATE_HZ,
      channels: head.channelCount,
      preSkip: Math.round((head.preSkip * SPEECH_RATE_HZ) / OPUS_RATE_HZ),
      streamCount: head.streamCount,
      coupledStreamCount: head.coupledStreamCount,
      channelMappingTable: head.channelMapping,
    });
  }

  /** A packet that cannot be decoded leaves a gap; the others are not touched by it. */
  async decode(packets: Uint8Array[]): Promise<PcmBlock> {
    await this.#decoder.ready;
    const { channelData } = withoutConsole(() => this.#decoder.decodeFrames(packets));
    return { channels: channelData, rateHz: SPEECH_RATE_HZ };
  }

  async free(): Promise<void> {
    await this.#decoder.ready;
    this.#decoder.free();
  }
}
