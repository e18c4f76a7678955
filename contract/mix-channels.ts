/** A channel this far below the loudest one holds no sound of its own (40 dB). */
const DEAD_SHARE = 1e-4;
/** Below it two channels are the same sound, one of them upside down: their mean would be silence. */
const INVERTED_CORRELATION = -0.5;
/** Twice what integers of 32 bits can be. */
const MOST = 2 ** 32;
const ROUNDING = 1e-9;
/** How long the past counts. Two people on two channels take turns that are longer. */
const MEMORY_S = 5;
/** Share of the sound for which something must hold to be told. */
const TOLD_SHARE = 0.5;

/** What was done about the channels, where it is worth telling: some cancelled each other out, or held nothing. */
export type ChannelsFound = { inverted: number; dead: number; count: number };

/**
 * One channel of many, by their energy and correlation: those without sound do not make the others softer, and those
 * that are upside down do not silence them. Elsewhere it is the mean. What is no number, or on no scale, becomes silence.
 */
export class ChannelMixer {
  #energy: number[] = [];
  /** With the reference channel. */
  #product: number[] = [];
  #reference = 0;
  #samples = 0;
  /** Samples in which so many channels were inverted or dead, by "inverted dead". */
  #seen = new Map<string, number>();
  readonly #rateHz: number;

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
  }

  /** Takes the next samples, one array a channel, all of one length. */
  push(channels: readonly Float32Array[]): Float32Array {
    const [first] = channels;
    if (first === undefined) return new Float32Array(0);
    if (channels.length === 1) return first.map(plausible);
    this.#observe(channels);
    const weights = this.#weights();
    const mono = new Float32Array(first.length);
    for (const [index, channel] of channels.entries()) {
      const weight = weights[index] ?? 0;
      if (weight === 0) continue;
      for (let at = 0; at < mono.length; at += 1) {
        mono[at] = (mono[at] ?? 0) + weight * plausible(channel[at] ?? 0);
      }
    }
    this.#remember(weights, first.length);
    return mono;
  }

  /** What held for most of the sound. */
  get found(): ChannelsFound | undefined {
    for (const [key, samples] of this.#seen) {
      const [inverted = 0, dead = 0] = key.split(' ').map(Number);
      if (inverted + dead > 0 && samples > TOLD_SHARE * this.#samples)
        return { inverted, dead, count: this.#energy.length };
    }
    return undefined;
  }

  #observe(channels: readonly Float32Array[]): void {
    if (channels.length !== this.#energy.length) {
      this.#energy = channels.map(() => 0);
      this.#product = channels.map(() => 0);
    }
    const kept = Math.exp(-(channels[0]?.length ?? 0) / (MEMORY_S * this.#rateHz));
    this.#energy = this.#energy.map(
      (energy, index) => energy * kept + product(channels[index], channels[index]),
    );
    const loudest = this.#energy.indexOf(Math.max(...this.#energy));
    // What is compared with changes only where another channel is clearly louder.
    if ((this.#energy[loudest] ?? 0) > 4 * (this.#energy[this.#reference] ?? 0)) {
      this.#reference = loudest;
      this.#product = channels.map(() => 0);
    }
    const reference = channels[this.#reference];
    this.#product = this.#product.map((sum, index) => sum * kept + product(channels[index], reference));
  }

  /** With their sign; those that hold no sound have none. */
  #weights(): number[] {
    const most = Math.max(...this.#energy);
    const alive = this.#energy.map((energy) => most === 0 || energy >= most * DEAD_SHARE);
    const share = 1 / alive.filter(Boolean).length;
    return alive.map((isAlive, index) => {
      if (!isAlive) return 0;
      const scale = Math.sqrt((this.#energy[index] ?? 0) * (this.#energy[this.#reference] ?? 0));
      const isInverted = scale > 0 && (this.#product[index] ?? 0) / scale < INVERTED_CORRELATION;
      return isInverted ? -share : share;
    });
  }

  #remember(weights: readonly number[], samples: number): void {
    // Silence says nothing about the channels.
    if (Math.max(...this.#energy) === 0) return;
    const key = `${weights.filter((one) => one < 0).length} ${weights.filter((one) => one === 0).length}`;
    this.#seen.set(key, (this.#seen.get(key) ?? 0) + samples);
    this.#samples += samples;
  }
}

/** Silence for what is no number, or on no scale. */
function plausible(sample: number): number {
  return Math.abs(sample) <= MOST ? sample : 0;
}

/** Sum of the products without the constant parts, which are no sound. */
function product(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) return 0;
  let sum = 0;
  let sumA = 0;
  let sumB = 0;
  for (let at = 0; at < a.length; at += 1) {
    const [left, right] = [plausible(a[at] ?? 0), plausible(b[at] ?? 0)];
    sum += left * right;
    sumA += left;
    sumB += right;
  }
  const result = sum - (sumA * sumB) / a.length;
  // What is left of a constant is rounding.
  return Math.abs(result) > ROUNDING * Math.abs(sum) ? result : 0;
}
