import { BitReader } from './bit-reader.ts';
import { FlacDamage, readSubframe } from './flac-subframe.ts';

/** What the STREAMINFO block says of a whole stream (RFC 9639, 8.2). */
export interface FlacInfo {
  rateHz: number;
  channelCount: number;
  sampleBits: number;
  /** 0 when the encoder did not know. */
  totalSamples: number;
  /** Largest block in samples. */
  maxBlockSize: number;
}

export interface FlacFrame {
  /** Full scale at ±1. */
  channels: Float32Array[];
  rateHz: number;
  /** Of the frame's first sample, from the start of the stream. */
  firstSample: number;
  lengthBytes: number;
}

export const STREAM_INFO_BYTES = 34;
const BLOCK_SIZES = [0, 192, 576, 1152, 2304, 4608, 0, 0, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];
const RATES_HZ = [0, 88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];
const SAMPLE_BITS = [0, 8, 12, 0, 16, 20, 24, 32];

function crcTable(width: 8 | 16, polynomial: number): Uint16Array {
  const top = 2 ** (width - 1);
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let value = byte << (width - 8);
    for (let i = 0; i < 8; i += 1) value = value & top ? (value << 1) ^ polynomial : value << 1;
    return value;
  });
}

const CRC8 = crcTable(8, 0x07);
const CRC16 = crcTable(16, 0x8005);

function crc8(bytes: Uint8Array, end: number): number {
  let crc = 0;
  for (let i = 0; i < end; i += 1) crc = (CRC8[crc ^ (bytes[i] ?? 0)] ?? 0) & 0xff;
  return crc;
}

function crc16(bytes: Uint8Array, end: number): number {
  let crc = 0;
  for (let i = 0; i < end; i += 1) crc = ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ (bytes[i] ?? 0)] ?? 0);
  return crc;
}

/** @param bytes the body of a STREAMINFO block. */
export function readStreamInfo(bytes: Uint8Array): FlacInfo {
  const bits = new BitReader(bytes);
  bits.unsigned(16);
  const maxBlockSize = bits.unsigned(16);
  bits.unsigned(24);
  bits.unsigned(24);
  const rateHz = bits.unsigned(20);
  const channelCount = bits.unsigned(3) + 1;
  const sampleBits = bits.unsigned(5) + 1;
  const totalSamples = bits.unsigned(4) * 2 ** 32 + bits.unsigned(32);
  return { rateHz, channelCount, sampleBits, totalSamples, maxBlockSize };
}

/** A frame's or sample's number, coded like UTF-8 up to 36 bits. */
function readCodedNumber(bits: BitReader): number {
  const first = bits.unsigned(8);
  const ones = Math.clz32(~(first << 24));
  if (ones === 0) return first;
  if (ones === 1 || ones > 7) throw new FlacDamage('bad frame number');
  let value = first & (2 ** (7 - ones) - 1);
  for (let i = 1; i < ones; i += 1) {
    if (bits.unsigned(2) !== 2) throw new FlacDamage('bad frame number');
    value = value * 64 + bits.unsigned(6);
  }
  return value;
}

function readBlockSize(bits: BitReader, code: number): number {
  if (code === 6) return bits.unsigned(8) + 1;
  if (code === 7) return bits.unsigned(16) + 1;
  return BLOCK_SIZES[code] ?? 0;
}

function readRateHz(bits: BitReader, code: number, info: FlacInfo): number {
  if (code === 12) return bits.unsigned(8) * 1000;
  if (code === 13) return bits.unsigned(16);
  if (code === 14) return bits.unsigned(16) * 10;
  return code === 0 ? info.rateHz : (RATES_HZ[code] ?? 0);
}

function readHeader(bits: BitReader, bytes: Uint8Array, info: FlacInfo) {
  if (bits.unsigned(15) !== 0x7ffc) throw new FlacDamage('no frame');
  const hasVariableBlocks = bits.unsigned(1) === 1;
  const blockSizeCode = bits.unsigned(4);
  const rateCode = bits.unsigned(4);
  const channelCode = bits.unsigned(4);
  const bitsCode = bits.unsigned(3);
  bits.unsigned(1);
  const number = readCodedNumber(bits);
  const blockSize = readBlockSize(bits, blockSizeCode);
  const rateHz = readRateHz(bits, rateCode, info);
  const headerEnd = bits.bytePosition;
  if (bits.unsigned(8) !== crc8(bytes, headerEnd)) throw new FlacDamage('damaged header');
  const sampleBits = bitsCode === 0 ? info.sampleBits : (SAMPLE_BITS[bitsCode] ?? 0);
  if (blockSize === 0 || rateHz === 0 || sampleBits === 0 || channelCode > 10)
    throw new FlacDamage('reserved');
  const firstSample = hasVariableBlocks ? number : number * Math.max(info.maxBlockSize, 1);
  return { channelCode, blockSize, rateHz, sampleBits, firstSample };
}

/** Undoes stereo decorrelation (RFC 9639, 9.1.3): codes 8 left/side, 9 side/right, 10 mid/side. */
function restoreStereo(code: number, first: Float64Array, second: Float64Array): void {
  for (let i = 0; i < first.length; i += 1) {
    const a = first[i] ?? 0;
    const b = second[i] ?? 0;
    if (code === 8) second[i] = a - b;
    else if (code === 9) first[i] = a + b;
    else {
      const sum = a * 2 + (Math.abs(b) % 2);
      first[i] = (sum + b) / 2;
      second[i] = (sum - b) / 2;
    }
  }
}

/** A plain loop: Float32Array.from with a function takes longer than all the decoding. */
function scaled(samples: Float64Array, scale: number): Float32Array {
  const result = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) result[i] = (samples[i] ?? 0) * scale;
  return result;
}

/**
 * Decodes the frame at the start of `bytes` (RFC 9639, section 9).
 *
 * Our own, as the packaged WebAssembly decoder brings a parser under LGPL-3.0 into the bundle.
 *
 * @throws OutOfBytes when the frame goes on after `bytes`, FlacDamage when it is none or its checksum differs.
 */
export function decodeFlacFrame(bytes: Uint8Array, info: FlacInfo): FlacFrame {
  const bits = new BitReader(bytes);
  const { channelCode, blockSize, rateHz, sampleBits, firstSample } = readHeader(bits, bytes, info);
  const count = channelCode < 8 ? channelCode + 1 : 2;
  // The difference of two channels needs one bit more: it is the second channel, or the first for code 9.
  const sideChannel = channelCode < 8 ? -1 : channelCode === 9 ? 0 : 1;
  const decoded: Float64Array[] = [];
  for (let channel = 0; channel < count; channel += 1) {
    decoded.push(readSubframe(bits, blockSize, sampleBits + (channel === sideChannel ? 1 : 0)));
  }
  bits.alignToByte();
  const end = bits.bytePosition;
  if (bits.unsigned(16) !== crc16(bytes, end)) throw new FlacDamage('damaged frame');
  const [first, second] = decoded;
  if (channelCode >= 8 && first !== undefined && second !== undefined)
    restoreStereo(channelCode, first, second);
  const scale = 2 ** (1 - sampleBits);
  const channels = decoded.map((samples) => scaled(samples, scale));
  return { channels, rateHz, firstSample, lengthBytes: end + 2 };
}
