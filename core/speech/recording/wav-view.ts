import type { FileHandle } from 'node:fs/promises';
import type { RecordingBytes } from '../../../contract/recording.ts';
import { AppError } from '../../errors.ts';
import { openRegular } from '../../system/regular-file.ts';
import { BYTES_PER_SAMPLE, openSound, type RecordFrame, sealedKeyOf } from './journal-format.ts';
import { JournalReader, type KeyOpener } from './journal-reader.ts';
import { WAV_HEADER_BYTES, wavHeader } from './wav-header.ts';

/** Where the sound of one record lies: in the sound as a whole, and the record in the journal. Both in bytes. */
interface Place {
  soundAt: number;
  byteLength: number;
  fileAt: number;
  frame: RecordFrame;
  sealedKey: Buffer;
}

/**
 * A journal as it would be as a WAV file (16 bit, mono, 16 kHz), readable from any place: a player jumps. What is
 * recorded after the view was made is not in it.
 */
export class WavView {
  readonly #path: string;
  readonly #openKey: KeyOpener;
  /** Four a second: 115,000 for eight hours. */
  readonly #places: Place[];
  readonly #header: Buffer;
  readonly totalBytes: number;

  private constructor(path: string, openKey: KeyOpener, places: Place[]) {
    this.#path = path;
    this.#openKey = openKey;
    this.#places = places;
    const last = places.at(-1);
    const soundBytes = last === undefined ? 0 : last.soundAt + last.byteLength;
    this.#header = wavHeader(soundBytes);
    this.totalBytes = WAV_HEADER_BYTES + soundBytes;
  }

  /**
   * Reads through the journal once.
   *
   * @param openKey asked at every reading: a view holds no key, so that a lock ends it
   * @throws what JournalReader.open throws
   */
  static async of(path: string, openKey: KeyOpener): Promise<WavView> {
    const reader = await JournalReader.open(path);
    const places: Place[] = [];
    let sealedKey: Buffer = Buffer.alloc(0);
    let soundAt = 0;
    try {
      for (;;) {
        const fileAt = reader.goodBytes;
        const record = await reader.next();
        if (record === undefined) return new WavView(path, openKey, places);
        const { frame } = record;
        const byteLength = frame.sampleCount * BYTES_PER_SAMPLE;
        if (frame.kind === 'key') sealedKey = sealedKeyOf(record);
        if (byteLength > 0) places.push({ soundAt, byteLength, fileAt, frame, sealedKey });
        soundAt += byteLength;
      }
    } finally {
      await reader.close();
    }
  }

  /** Bytes from there on; fewer at the end. @throws what the key's opener and the file system throw. */
  async read(offset: number, byteLength: number): Promise<RecordingBytes> {
    const end = Math.min(offset + byteLength, this.totalBytes);
    const bytes = new Uint8Array(Math.max(0, end - offset));
    bytes.set(this.#header.subarray(offset, end));
    const file = await openRegular(this.#path, { isOurs: true });
    try {
      await this.#readSound(file, offset - WAV_HEADER_BYTES, bytes);
    } finally {
      await file.close();
    }
    return { bytes, totalBytes: this.totalBytes };
  }

  /** @param from where `target` begins in the sound; negative where the header comes first */
  async #readSound(file: FileHandle, from: number, target: Uint8Array): Promise<void> {
    const to = from + target.length;
    for (let i = this.#placeOf(from); i < this.#places.length; i += 1) {
      const place = this.#places[i] as Place;
      if (place.soundAt >= to) return;
      const start = Math.max(from, place.soundAt);
      const end = Math.min(to, place.soundAt + place.byteLength);
      const sound = await this.#open(file, place);
      target.set(sound.subarray(start - place.soundAt, end - place.soundAt), start - from);
    }
  }

  async #open(file: FileHandle, { fileAt, frame, sealedKey }: Place): Promise<Buffer> {
    const bytes = Buffer.alloc(frame.byteLength);
    await file.read(bytes, 0, frame.byteLength, fileAt);
    const key = await this.#openKey(sealedKey);
    const sound = key === undefined ? undefined : openSound({ bytes, frame }, key);
    if (sound === undefined) throw new AppError('KEY_UNAVAILABLE', 'The key of this recording is not yours.');
    return sound;
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
