import { type FileHandle, open } from 'node:fs/promises';
import type { RecordingBytes } from '../../../contract/recording.ts';
import { BYTES_PER_SAMPLE, RECORD_HEADER_BYTES } from './journal-format.ts';
import { JournalReader } from './journal-reader.ts';
import { WAV_HEADER_BYTES, wavHeader } from './wav-header.ts';

const PIECE_BYTES = 1 << 20;

/** Where the sound of one record lies: in the sound as a whole, and in the journal. Both in bytes. */
interface Place {
  soundAt: number;
  fileAt: number;
  byteLength: number;
}

/**
 * A journal as it would be as a WAV file (16 bit, mono, 16 kHz), readable from any place: a player jumps. What is
 * recorded after the view was made is not in it.
 */
export class WavView {
  readonly #path: string;
  /** Four a second: 115,000 for eight hours. */
  readonly #places: Place[];
  readonly #header: Buffer;
  readonly totalBytes: number;

  private constructor(path: string, places: Place[]) {
    this.#path = path;
    this.#places = places;
    const last = places.at(-1);
    const soundBytes = last === undefined ? 0 : last.soundAt + last.byteLength;
    this.#header = wavHeader(soundBytes);
    this.totalBytes = WAV_HEADER_BYTES + soundBytes;
  }

  /** Reads through the journal once. @throws what JournalReader.open throws. */
  static async of(path: string): Promise<WavView> {
    const reader = await JournalReader.open(path);
    const places: Place[] = [];
    let soundAt = 0;
    try {
      for (;;) {
        const fileAt = reader.goodBytes + RECORD_HEADER_BYTES;
        const record = await reader.next();
        if (record === undefined) return new WavView(path, places);
        const byteLength = record.samples.length * BYTES_PER_SAMPLE;
        if (byteLength > 0) places.push({ soundAt, fileAt, byteLength });
        soundAt += byteLength;
      }
    } finally {
      await reader.close();
    }
  }

  /** Bytes from there on; fewer at the end. @throws what the file system throws. */
  async read(offset: number, byteLength: number): Promise<RecordingBytes> {
    const end = Math.min(offset + byteLength, this.totalBytes);
    const bytes = new Uint8Array(Math.max(0, end - offset));
    bytes.set(this.#header.subarray(offset, end));
    const file = await open(this.#path, 'r');
    try {
      await this.#readSound(file, offset - WAV_HEADER_BYTES, bytes);
    } finally {
      await file.close();
    }
    return { bytes, totalBytes: this.totalBytes };
  }

  /** All of it, piece by piece. */
  async *pieces(): AsyncGenerator<Uint8Array, void, void> {
    for (let offset = 0; offset < this.totalBytes; offset += PIECE_BYTES) {
      yield (await this.read(offset, PIECE_BYTES)).bytes;
    }
  }

  /** @param from where `target` begins in the sound; negative where the header comes first */
  async #readSound(file: FileHandle, from: number, target: Uint8Array): Promise<void> {
    const to = from + target.length;
    for (let i = this.#placeOf(from); i < this.#places.length; i += 1) {
      const place = this.#places[i] as Place;
      if (place.soundAt >= to) return;
      const start = Math.max(from, place.soundAt);
      const length = Math.min(to, place.soundAt + place.byteLength) - start;
      await file.read(target, start - from, length, place.fileAt + start - place.soundAt);
    }
  }

  /** The record that holds a byte of the sound, found by halving. */
  #placeOf(soundAt: number): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { soundAt: at, byteLength } = this.#places[middle] as Place;
      if (at + byteLength <= soundAt) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
