import type { PcmBlock } from '../pcm.ts';
import { OutOfBytes } from './bit-reader.ts';
import { decodeFlacFrame, type FlacInfo } from './flac-frame.ts';
import { FlacDamage } from './flac-subframe.ts';

/** One frame out of a container; a damaged one becomes silence of its length, so that later words keep their times. */
export function decodeFlacPacket(packet: Uint8Array, info: FlacInfo): PcmBlock {
  try {
    return decodeFlacFrame(packet, info);
  } catch (error) {
    if (!(error instanceof FlacDamage || error instanceof OutOfBytes)) throw error;
    return { channels: [new Float32Array(info.maxBlockSize)], rateHz: info.rateHz };
  }
}
