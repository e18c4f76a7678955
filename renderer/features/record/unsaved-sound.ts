import { RATE_HZ } from './rate.ts';

const SAMPLES_PER_MS = RATE_HZ / 1000;

/** Sound that was sent and of which it is not yet known that it is on the disk. A second or two of it. */
export class UnsavedSound {
  #pieces: Float32Array[] = [];
  /** Samples before the first piece: all of them are on the disk. */
  #savedSamples = 0;
  #samples = 0;

  /** All that was ever added, in milliseconds. */
  get totalMs(): number {
    return this.#samples / SAMPLES_PER_MS;
  }

  get savedMs(): number {
    return this.#savedSamples / SAMPLES_PER_MS;
  }

  add(samples: Float32Array): void {
    this.#pieces.push(samples);
    this.#samples += samples.length;
  }

  /** Sound up to there is on the disk. */
  saved(savedMs: number): void {
    let left = Math.round(savedMs * SAMPLES_PER_MS) - this.#savedSamples;
    while (left > 0) {
      const piece = this.#pieces.shift();
      if (piece === undefined) return;
      const taken = Math.min(left, piece.length);
      if (taken < piece.length) this.#pieces.unshift(piece.subarray(taken));
      this.#savedSamples += taken;
      left -= taken;
    }
  }

  /** What is to be sent once more. */
  pieces(): readonly Float32Array[] {
    return this.#pieces;
  }

  /** A recording of its own begins with what is left: times count from there. */
  startOver(): void {
    this.#samples -= this.#savedSamples;
    this.#savedSamples = 0;
  }
}
