import type { ByteReader } from './mending.ts';

/** One read of the disk; parsers peek into it many times. */
const READ_BYTES = 128 * 1024;

/** A file read from front to back with a look ahead, holding no more than what was peeked. */
export class ByteStream {
  /** Of the next byte, from the start of the file. */
  position: number;
  readonly #file: ByteReader;
  #buffer: Uint8Array = new Uint8Array(0);
  #bufferStart: number;

  constructor(file: ByteReader, position = 0) {
    this.#file = file;
    this.position = position;
    this.#bufferStart = position;
  }

  get remainingBytes(): number {
    return Math.max(0, this.#file.sizeBytes - this.position);
  }

  /** The next bytes without moving on; fewer only at the end. Valid until the next peek. */
  async peek(lengthBytes: number): Promise<Uint8Array> {
    const start = this.position - this.#bufferStart;
    const held = this.#buffer.length - start;
    if (start >= 0 && held >= Math.min(lengthBytes, this.remainingBytes)) {
      return this.#buffer.subarray(start, start + lengthBytes);
    }
    this.#buffer = await this.#file.read(this.position, Math.max(lengthBytes, READ_BYTES));
    this.#bufferStart = this.position;
    return this.#buffer.subarray(0, lengthBytes);
  }

  /** The next bytes, moving past them. */
  async take(lengthBytes: number): Promise<Uint8Array> {
    const bytes = await this.peek(lengthBytes);
    this.position += bytes.length;
    return bytes;
  }
}
