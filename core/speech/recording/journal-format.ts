/**
 * The journal of a recording: a header, then records one after the other, everything little endian.
 *
 *   header, 32 bytes: "SOTTOPCM" | version u16 | flags u16, 0 | samples a second u32 | created f64 | 0 u32 | CRC u32
 *   record, 24 bytes: sequence u32 | kind u16 | 0 u16 | samples u32 | CRC u32 | written f64, then what it holds:
 *     sound: the samples, i16, sealed (nonce, text, tag) with the record's first bytes, CRC 0, as context
 *     key:   the key of the sound that follows, sealed to the owner of the vault; the first record is one
 *
 * Times are milliseconds since 1970. A record's CRC covers its header without the CRC, and what it holds as it is written;
 * the sequence counts the records from 0. So whatever a kill or a full disk leaves behind, the end of what is good can be
 * told from the file alone, and without any key.
 */
import { crc32 } from 'node:zlib';
import { openBytes, SEAL_BYTES, sealBytes } from '../../storage/sealed-bytes.ts';
import { SEALED_KEY_BYTES } from '../../storage/vault/recipient.ts';

export const RATE_HZ = 16_000;
export const SAMPLES_PER_MS = RATE_HZ / 1000;
export const BYTES_PER_SAMPLE = 2;
export const HEADER_BYTES = 32;
export const RECORD_HEADER_BYTES = 24;
/** A longer record is none of ours: a second of sound. */
const MAX_RECORD_SAMPLES = RATE_HZ;

export const JOURNAL_VERSION = 2;
const MAGIC = 'SOTTOPCM';
const CRC_AT = 12;
const FULL_SCALE = 32_768;

/** Where the user paused, and where it went on: marks without sound. */
export type RecordKind = 'sound' | 'pause' | 'resume' | 'key';
const KINDS: readonly RecordKind[] = ['sound', 'pause', 'resume', 'key'];

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

/** What a record's first bytes say. */
export interface RecordFrame {
  sequence: number;
  kind: RecordKind;
  writtenMs: number;
  sampleCount: number;
  byteLength: number;
  crc: number;
}

/** A whole record as it lies in the file. */
export interface SealedRecord {
  frame: RecordFrame;
  bytes: Buffer;
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

/** A mark, or sound. */
export function encodeRecord({ sequence, kind, samples, writtenMs }: JournalRecord, key: Buffer): Buffer {
  const header = headerOf(sequence, kind, samples.length, writtenMs);
  // Every machine that Sotto runs on is little endian itself.
  const sound = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return withChecksum(header, samples.length === 0 ? Buffer.alloc(0) : sealBytes(key, sound, header));
}

export function encodeKeyRecord(sequence: number, sealedKey: Buffer, writtenMs: number): Buffer {
  return withChecksum(headerOf(sequence, 'key', 0, writtenMs), sealedKey);
}

/** Its CRC is still 0. */
function headerOf(sequence: number, kind: RecordKind, samples: number, writtenMs: number): Buffer {
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.writeUInt32LE(sequence, 0);
  header.writeUInt16LE(KINDS.indexOf(kind), 4);
  header.writeUInt32LE(samples, 8);
  header.writeDoubleLE(writtenMs, 16);
  return header;
}

function withChecksum(header: Buffer, content: Buffer): Buffer {
  const record = Buffer.concat([header, content]);
  record.writeUInt32LE(checksumOf(record), CRC_AT);
  return record;
}

/** Bytes of a record that holds so many samples. */
export function recordBytes(sampleCount: number): number {
  return RECORD_HEADER_BYTES + SEAL_BYTES + sampleCount * BYTES_PER_SAMPLE;
}

/** @param bytes at least RECORD_HEADER_BYTES. Undefined: no record of ours begins here. */
export function decodeFrame(bytes: Buffer): RecordFrame | undefined {
  const kind = KINDS[bytes.readUInt16LE(4)];
  const sampleCount = bytes.readUInt32LE(8);
  if (kind === undefined || sampleCount > MAX_RECORD_SAMPLES) return undefined;
  if ((kind === 'sound') !== sampleCount > 0) return undefined;
  const marked = RECORD_HEADER_BYTES + (kind === 'key' ? SEALED_KEY_BYTES : 0);
  return {
    sequence: bytes.readUInt32LE(0),
    kind,
    writtenMs: bytes.readDoubleLE(16),
    sampleCount,
    byteLength: kind === 'sound' ? recordBytes(sampleCount) : marked,
    crc: bytes.readUInt32LE(CRC_AT),
  };
}

/** Whether it is as it was written. @param bytes one whole record */
export function isWhole(bytes: Buffer, frame: RecordFrame): boolean {
  return checksumOf(bytes) === frame.crc;
}

/** The sealed key of a record of that kind. */
export function sealedKeyOf({ bytes }: SealedRecord): Buffer {
  return Buffer.from(bytes.subarray(RECORD_HEADER_BYTES));
}

/** The sound of a record, 16-bit samples as bytes. Undefined: this key does not open it, or somebody changed it. */
export function openSound({ bytes }: SealedRecord, key: Buffer): Buffer | undefined {
  const header = Buffer.from(bytes.subarray(0, RECORD_HEADER_BYTES));
  header.writeUInt32LE(0, CRC_AT);
  return openBytes(key, bytes.subarray(RECORD_HEADER_BYTES), header);
}

/** Undefined as with openSound. */
export function openRecord(record: SealedRecord, key: Buffer): JournalRecord | undefined {
  const { sequence, kind, writtenMs, sampleCount } = record.frame;
  const samples = new Int16Array(sampleCount);
  if (sampleCount > 0) {
    const sound = openSound(record, key);
    if (sound === undefined) return undefined;
    sound.copy(new Uint8Array(samples.buffer));
  }
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
