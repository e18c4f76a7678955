/** How much sound one pair of peaks stands for. */
export const PEAK_MS = 100;
const PEAKS_PER_SECOND = 1000 / PEAK_MS;
const FIRST_CAPACITY = 60 * PEAKS_PER_SECOND;
const FULL = 127;

/** Peaks as bytes: one of each for every 100 ms. */
export interface Outline {
  lows: Int8Array;
  highs: Int8Array;
}

/** How far a piece of sound reaches: -1 to 1, as it is drawn. */
export interface Extent {
  low: number;
  high: number;
}

/**
 * The outline of a recording, taken along while its sound passes by: two bytes for every 100 ms, so 72 kB an hour,
 * in arrays that grow by doubling. Values are square roots of amplitudes, with their sign: speech is mostly far below
 * full scale and would be a flat line, and single bytes have their finest steps where they are needed.
 */
export class Peaks {
  readonly #rateHz: number;
  #lows = new Int8Array(FIRST_CAPACITY);
  #highs = new Int8Array(FIRST_CAPACITY);
  #count = 0;
  /** Of the piece that is not yet full. */
  #low = 0;
  #high = 0;
  #frames = 0;
  readonly #listeners = new Set<() => void>();

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
  }

  /** An outline that was taken elsewhere. */
  static of({ lows, highs }: Outline): Peaks {
    const peaks = new Peaks(PEAKS_PER_SECOND);
    peaks.#lows = Int8Array.from(lows);
    peaks.#highs = Int8Array.from(highs);
    peaks.#count = peaks.#lows.length;
    return peaks;
  }

  /** A copy of what there is so far. */
  outline(): Outline {
    return { lows: this.#lows.slice(0, this.#count), highs: this.#highs.slice(0, this.#count) };
  }

  /** Pairs so far: full ones only, until it is finished. */
  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#lows.byteLength + this.#highs.byteLength;
  }

  /** Takes the next mono samples, -1 to 1; what is no number counts as silence. */
  add(samples: Float32Array): void {
    const before = this.#count;
    let nextAt = this.#endOf(this.#count);
    for (const sample of samples) {
      if (sample < this.#low) this.#low = sample;
      else if (sample > this.#high) this.#high = sample;
      this.#frames += 1;
      if (this.#frames < nextAt) continue;
      this.#close();
      nextAt = this.#endOf(this.#count);
    }
    if (this.#count > before) this.#tell();
  }

  /** The sound is over: what is left is shorter than a piece, and counts as one. */
  finish(): void {
    if (this.#frames <= this.#endOf(this.#count - 1)) return;
    this.#close();
    this.#tell();
  }

  /** The furthest that any piece from one place to another (exclusive) reaches; undefined beyond the last. */
  extent(from: number, to: number): Extent | undefined {
    const end = Math.min(to, this.#count);
    if (from >= end) return undefined;
    let [low, high] = [0, 0];
    for (let at = from; at < end; at += 1) {
      low = Math.min(low, this.#lows[at] ?? 0);
      high = Math.max(high, this.#highs[at] ?? 0);
    }
    return { low: low / FULL, high: high / FULL };
  }

  /** Hears whenever there is more. Returns the function that ends it. */
  onMore(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The frame at which a piece ends. From the start each time: rates that ten does not divide must not drift. */
  #endOf(place: number): number {
    return Math.round(((place + 1) * this.#rateHz) / PEAKS_PER_SECOND);
  }

  #close(): void {
    if (this.#count === this.#lows.length) {
      this.#lows = doubled(this.#lows);
      this.#highs = doubled(this.#highs);
    }
    this.#lows[this.#count] = -toByte(-this.#low);
    this.#highs[this.#count] = toByte(this.#high);
    this.#count += 1;
    this.#low = 0;
    this.#high = 0;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** @param amplitude not negative; louder than full scale is cut off. */
function toByte(amplitude: number): number {
  return Math.round(FULL * Math.sqrt(Math.min(1, amplitude)));
}

function doubled(bytes: Int8Array<ArrayBuffer>): Int8Array<ArrayBuffer> {
  const longer = new Int8Array(2 * bytes.length);
  longer.set(bytes);
  return longer;
}
