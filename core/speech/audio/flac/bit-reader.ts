/** The bytes end within what was to be read: more of the file is needed. */
export class OutOfBytes extends Error {}

/** Reads bits from the highest on, as FLAC and most codecs of its age write them. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** Of the next bit, from the start of the bytes. */
  #bit: number;
  readonly #endBit: number;

  constructor(bytes: Uint8Array, startByte = 0) {
    this.#bytes = bytes;
    this.#bit = startByte * 8;
    this.#endBit = bytes.length * 8;
  }

  /** Of the byte that holds the next bit. */
  get bytePosition(): number {
    return Math.ceil(this.#bit / 8);
  }

  alignToByte(): void {
    this.#bit = this.bytePosition * 8;
  }

  /** The next 32 bits, zeros after the end. */
  #window(): number {
    const at = this.#bit >>> 3;
    const shift = this.#bit & 7;
    const bytes = this.#bytes;
    const high =
      ((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0);
    return shift === 0 ? high : (high << shift) | ((bytes[at + 4] ?? 0) >> (8 - shift));
  }

  /** @param count 0 to 32. */
  unsigned(count: number): number {
    if (count === 0) return 0;
    const value = this.#window() >>> (32 - count);
    this.#skip(count);
    return value;
  }

  /** Two's complement. @param count 0 to 33, for the side channel of 32-bit sound. */
  signed(count: number): number {
    if (count === 0) return 0;
    if (count <= 32) {
      const value = this.#window() >> (32 - count);
      this.#skip(count);
      return value;
    }
    const high = this.signed(count - 32);
    return high * 2 ** 32 + this.unsigned(32);
  }

  /** Number of zeros before the next one. */
  unary(): number {
    let zeros = 0;
    for (;;) {
      const leading = Math.clz32(this.#window());
      if (leading < 32) {
        this.#skip(leading + 1);
        return zeros + leading;
      }
      this.#skip(32);
      zeros += 32;
    }
  }

  #skip(count: number): void {
    this.#bit += count;
    if (this.#bit > this.#endBit) throw new OutOfBytes();
  }
}
