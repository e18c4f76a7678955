/**
 * The journal of a recording: a header, then records one after the other, everything little endian.
 *
 *   header, 32 bytes: "SOTTOPCM" | version u16 | flags u16, 0 | samples a second u32 | created f64 | 0 u32 | CRC u32
 *   record, 24 bytes: sequence u32 | kind u16 | 0 u16 | samples u32 | CRC u32 | written f64, then the samples, i16
 *
 * Times are milliseconds since 1970. A record's CRC covers its header without the CRC, and its samples; the
 * sequence counts the records from 0. So whatever a kill or a full disk leaves behind, the end of what is good
 * can be told from the file alone.
 */
import { crc32 } from 'node:zlib';

export const RATE_HZ = 16_000;
export const SAMPLES_PER_MS = RATE_HZ / 1000;
export const BYTES_PER_SAMPLE = 2;
export const HEADER_BYTES = 32;
export const RECORD_HEADER_BYTES = 24;
/** A longer record is none of ours: a second of sound. */
const MAX_RECORD_SAMPLES = RATE_HZ;

export const JOURNAL_VERSION = 1;
const MAGIC = 'SOTTOPCM';
const CRC_AT = 12;
const FULL_SCALE = 32_768;

/** Where the user paused, and where it went on: marks without sound. */
export type RecordKind = 'sound' | 'pause' | 'resume';
const KINDS: readonly RecordKind[] = ['sound', 'pause', 'resume'];

export interface JournalHeader {
  version: number;
  createdMs: number;
}

export interface JournalRecord {
  sequence: number;
  kind: RecordKind;
  samples: Int16Array;
  /** When it was written. */
  writtenMs: number;
}

/** What a record's first bytes say, before its samples are read. */
export interface RecordFrame extends Omit<JournalRecord, 'samples'> {
  byteLength: number;
  crc: number;
}

export function encodeHeader(createdMs: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(MAGIC, 'latin1');
  bytes.writeUInt16LE(JOURNAL_VERSION, 8);
  bytes.writeUInt32LE(RATE_HZ, 12);
  bytes.writeDoubleLE(createdMs, 16);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, HEADER_BYTES - 4)), HEADER_BYTES - 4);
  return bytes;
}

/** Undefined: it is damaged. */
export function decodeHeader(bytes: Buffer): JournalHeader | undefined {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  if (bytes.readUInt32LE(HEADER_BYTES - 4) !== crc32(bytes.subarray(0, HEADER_BYTES - 4))) return undefined;
  return { version: bytes.readUInt16LE(8), createdMs: bytes.readDoubleLE(16) };
}

export function encodeRecord({ sequence, kind, samples, writtenMs }: JournalRecord): Buffer {
  const bytes = Buffer.alloc(RECORD_HEADER_BYTES + samples.length * BYTES_PER_SAMPLE);
  bytes.writeUInt32LE(sequence, 0);
  bytes.writeUInt16LE(KINDS.indexOf(kind), 4);
  bytes.writeUInt32LE(samples.length, 8);
  bytes.writeDoubleLE(writtenMs, 16);
  // Every machine that Sotto runs on is little endian itself.
  Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).copy(bytes, RECORD_HEADER_BYTES);
  bytes.writeUInt32LE(checksumOf(bytes), CRC_AT);
  return bytes;
}

/** @param bytes at least RECORD_HEADER_BYTES. Undefined: no record of ours begins here. */
export function decodeFrame(bytes: Buffer): RecordFrame | undefined {
  const kind = KINDS[bytes.readUInt16LE(4)];
  const count = bytes.readUInt32LE(8);
  if (kind === undefined || count > MAX_RECORD_SAMPLES || (kind === 'sound') !== count > 0) return undefined;
  return {
    sequence: bytes.readUInt32LE(0),
    kind,
    writtenMs: bytes.readDoubleLE(16),
    byteLength: RECORD_HEADER_BYTES + count * BYTES_PER_SAMPLE,
    crc: bytes.readUInt32LE(CRC_AT),
  };
}

/** @param bytes one whole record. Undefined: its checksum is wrong. */
export function decodeRecord(bytes: Buffer, frame: RecordFrame): JournalRecord | undefined {
  if (checksumOf(bytes) !== frame.crc) return undefined;
  // A copy: the bytes may lie at an odd place, and are used again for the next record.
  const samples = new Int16Array((frame.byteLength - RECORD_HEADER_BYTES) / BYTES_PER_SAMPLE);
  bytes.copy(new Uint8Array(samples.buffer), 0, RECORD_HEADER_BYTES, frame.byteLength);
  const { sequence, kind, writtenMs } = frame;
  return { sequence, kind, samples, writtenMs };
}

function checksumOf(record: Buffer): number {
  return crc32(record.subarray(CRC_AT + 4), crc32(record.subarray(0, CRC_AT)));
}

/** Full scale is ±1; louder is cut off, and what is no number is silence. */
export function toPcm(samples: Float32Array, target: Int16Array, at: number): void {
  for (let i = 0; i < samples.length; i += 1) {
    target[at + i] = Math.max(
      -FULL_SCALE,
      Math.min(FULL_SCALE - 1, Math.round((samples[i] ?? 0) * FULL_SCALE)),
    );
  }
}

export function fromPcm(samples: Int16Array): Float32Array {
  const sound = new Float32Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) sound[i] = (samples[i] ?? 0) / FULL_SCALE;
  return sound;
}
