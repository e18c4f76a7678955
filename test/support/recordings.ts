import {
  HEADER_BYTES,
  RECORD_HEADER_BYTES,
  recordBytes,
} from '../../core/speech/recording/journal-format.ts';
import { readJournal } from '../../core/speech/recording/journal-reader.ts';
import { createJournalFile, type JournalFile } from '../../core/speech/recording/journal-writer.ts';
import type { RecordingStore } from '../../core/speech/recording/recording-store.ts';
import { wavPieces } from '../../core/speech/recording/wav-pieces.ts';
import { SEALED_KEY_BYTES } from '../../core/storage/vault/recipient.ts';
import { exportWhole } from '../../core/system/whole-file.ts';
import { testKeys } from './item-keys.ts';

/**
 * The sample at an index of a known recording: a saw-tooth through all 16-bit values, whose period of 65,521 (a
 * prime) is no multiple of any record's length, so that no piece can stand for another.
 */
const pcmAt = (index: number): number => (index % 65_521) - 32_768;

/** Bytes of a journal before its first sound: the header and the key. */
export const BEFORE_SOUND = HEADER_BYTES + RECORD_HEADER_BYTES + SEALED_KEY_BYTES;
/** Bytes of a full record, a quarter of a second. */
export const GROUP_BYTES = recordBytes(4000);

/** What must be in the journal. */
export function pcmOf(from: number, count: number): Int16Array {
  const samples = new Int16Array(count);
  for (let index = 0; index < count; index += 1) samples[index] = pcmAt(from + index);
  return samples;
}

/** The same as a microphone gives it. */
export function ramp(from: number, count: number): Float32Array {
  const samples = new Float32Array(count);
  for (let index = 0; index < count; index += 1) samples[index] = pcmAt(from + index) / 32_768;
  return samples;
}

/** As the window and the terminal write a recording to a file. */
export async function exportWav(store: RecordingStore, id: string, target: string): Promise<void> {
  const pieces = wavPieces(id, ({ offset, byteLength }) => store.read(id, offset, byteLength));
  await exportWhole(target, pieces);
}

/** All sound of a journal; for short ones. */
export async function soundIn(path: string): Promise<Int16Array> {
  const parts: Int16Array[] = [];
  for await (const { samples } of readJournal(path, testKeys.open)) parts.push(samples);
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A file on a disk that takes only so many bytes, and the part of a piece that still fits. */
export async function fullDisk(path: string, sizeBytes: number): Promise<JournalFile> {
  const file = await createJournalFile(path);
  let left = sizeBytes;
  return {
    ...file,
    append: async (bytes) => {
      await file.append(bytes.subarray(0, left));
      left -= bytes.length;
      if (left < 0) {
        left = 0;
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      }
    },
  };
}
