/** Nearer than this to where it should be, sound follows without a gap: containers round their times. */
const TOLERANCE_S = 0.1;
/** A longer gap is a damaged time, not silence. */
const MAX_GAP_S = 12 * 3600;

/** One block of decoded sound, mixed down to mono. */
export interface MonoBlock {
  samples: Float32Array;
  /** When it is to be heard, in seconds from the start of the file; negative for what a decoder needs to start. */
  timestamp: number;
}

/**
 * Small blocks become pieces of one second. Sound keeps the times that its container tells: what lies before
 * the start is left out, gaps become silence, so that a word is found again where a player plays it.
 */
export class PieceGatherer {
  readonly #rateHz: number;
  #piece: Float32Array;
  #filled = 0;
  #frames = 0;

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
    this.#piece = new Float32Array(rateHz);
  }

  /** Sound so far, in seconds. */
  get seconds(): number {
    return this.#frames / this.#rateHz;
  }

  /** @throws RangeError when the times jump as no recording's do. */
  *push({ samples, timestamp }: MonoBlock): Generator<Float32Array> {
    const early = Math.max(0, Math.round(-timestamp * this.#rateHz));
    const gapSeconds = Math.max(0, timestamp) - this.seconds;
    if (gapSeconds > MAX_GAP_S) throw new RangeError('the times of the file jump');
    if (gapSeconds > TOLERANCE_S) yield* this.#silence(Math.round(gapSeconds * this.#rateHz));
    yield* this.#add(samples.subarray(early));
  }

  *flush(): Generator<Float32Array> {
    if (this.#filled > 0) yield this.#piece.slice(0, this.#filled);
    this.#filled = 0;
  }

  *#silence(frames: number): Generator<Float32Array> {
    for (let left = frames; left > 0; left -= this.#rateHz) {
      yield* this.#add(new Float32Array(Math.min(left, this.#rateHz)));
    }
  }

  *#add(samples: Float32Array): Generator<Float32Array> {
    this.#frames += samples.length;
    for (let rest = samples; rest.length > 0; ) {
      const part = rest.subarray(0, this.#rateHz - this.#filled);
      this.#piece.set(part, this.#filled);
      this.#filled += part.length;
      rest = rest.subarray(part.length);
      if (this.#filled < this.#rateHz) continue;
      yield this.#piece;
      this.#piece = new Float32Array(this.#rateHz);
      this.#filled = 0;
    }
  }
}
