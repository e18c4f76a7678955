import { SPEECH_RATE_HZ } from './pcm.ts';

/**
 * Kaiser's rule for a stop band of 80 dB (Oppenheim & Schafer, "Discrete-Time Signal Processing", 7.5.3):
 * beta = 0.1102 (A - 8.7), length = (A - 7.95) / (14.36 * transition / rate). 80 dB is below the noise of
 * any microphone.
 */
const STOP_DB = 80;
const KAISER_BETA = 0.1102 * (STOP_DB - 8.7);
/** Shares of the lower of the two Nyquist frequencies: flat up to 6.9 kHz, gone from 8.5 kHz. */
const CUTOFF_SHARE = 0.9625;
const TRANSITION_SHARE = 0.1875;
/** Rates that share no large divisor with 16 kHz take the nearest of this many phases: error below -66 dB. */
const MAX_PHASES = 2048;

/** Modified Bessel function of the first kind, order 0, by its power series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Windowed-sinc taps, one row a phase; each row sums to 1, so that a constant stays that constant. */
function designTaps(rateHz: number, halfTaps: number, phases: number): Float64Array {
  const nyquistHz = Math.min(rateHz, SPEECH_RATE_HZ) / 2;
  const cutoff = (2 * CUTOFF_SHARE * nyquistHz) / rateHz;
  const width = 2 * halfTaps;
  const taps = new Float64Array(phases * width);
  for (let phase = 0; phase < phases; phase += 1) {
    const row = new Float64Array(width);
    let sum = 0;
    for (let j = 0; j < width; j += 1) {
      const t = j - halfTaps + 1 - phase / phases;
      const window = bessel0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - (t / halfTaps) ** 2)));
      const angle = Math.PI * cutoff * t;
      row[j] = window * (angle === 0 ? 1 : Math.sin(angle) / angle);
      sum += row[j] ?? 0;
    }
    for (let j = 0; j < width; j += 1) taps[phase * width + j] = (row[j] ?? 0) / sum;
  }
  return taps;
}

/** Two sums, as each addition waits for the one before, and doubles, as they need no conversion: twice as fast. */
function dotProduct(
  a: Float64Array,
  aStart: number,
  b: Float64Array,
  bStart: number,
  length: number,
): number {
  let even = 0;
  let odd = 0;
  for (let j = 0; j < length; j += 2) {
    even += (a[aStart + j] as number) * (b[bStart + j] as number);
    odd += (a[aStart + j + 1] as number) * (b[bStart + j + 1] as number);
  }
  return even + odd;
}

/**
 * Band-limited change of the sampling rate to 16 kHz, in pieces of any length, without delay or drift: output
 * n is the input at exactly n * rate / 16000, whatever the pieces were.
 *
 * Our own, because libsamplerate's WebAssembly form loses speech above 6.4 kHz at its fast setting, reaches
 * half of this speed at its middle one, cannot end a stream, and weighs 2 MB.
 */
export class Resampler {
  readonly rateHz: number;
  readonly #step: number;
  readonly #ratio: number;
  readonly #phases: number;
  readonly #halfTaps: number;
  readonly #taps: Float64Array;
  /** Input still needed, from `#firstIndex` on; begins with silence before the first sample. */
  #held: Float64Array;
  #firstIndex: number;
  #inputCount = 0;
  #outputCount = 0;

  constructor(rateHz: number) {
    const divisor = greatestDivisor(rateHz, SPEECH_RATE_HZ);
    this.rateHz = rateHz;
    this.#step = rateHz / divisor;
    this.#ratio = SPEECH_RATE_HZ / divisor;
    this.#phases = Math.min(this.#ratio, MAX_PHASES);
    const transition = (TRANSITION_SHARE * Math.min(rateHz, SPEECH_RATE_HZ)) / 2 / rateHz;
    this.#halfTaps = Math.ceil((STOP_DB - 7.95) / (14.36 * transition) / 2);
    this.#taps = designTaps(rateHz, this.#halfTaps, this.#phases);
    this.#held = new Float64Array(this.#halfTaps - 1);
    this.#firstIndex = 1 - this.#halfTaps;
  }

  /** Takes mono samples at `rateHz`, gives those at 16 kHz that need no later input. */
  push(input: Float32Array): Float32Array {
    this.#inputCount += input.length;
    return this.#run(input);
  }

  /** The rest; nothing may be pushed afterwards. */
  flush(): Float32Array {
    const total = Math.round((this.#inputCount * this.#ratio) / this.#step);
    const wanted = total - this.#outputCount;
    return this.#run(new Float32Array(this.#halfTaps + this.#step + 2)).subarray(0, Math.max(0, wanted));
  }

  #run(input: Float32Array): Float32Array {
    const buffer = new Float64Array(this.#held.length + input.length);
    buffer.set(this.#held);
    buffer.set(input, this.#held.length);
    const lastIndex = this.#firstIndex + buffer.length - 1;
    // The last output whose taps end within the input; one more, as the nearest phase may be the next sample's.
    const lastOutput = Math.floor(((lastIndex - this.#halfTaps - 1) * this.#ratio) / this.#step);
    const output = new Float32Array(Math.max(0, lastOutput - this.#outputCount + 1));
    for (let i = 0; i < output.length; i += 1) output[i] = this.#at(this.#outputCount + i, buffer);
    this.#outputCount += output.length;
    const nextCentre = Math.floor((this.#outputCount * this.#step) / this.#ratio);
    const keepFrom = Math.min(buffer.length, nextCentre - this.#halfTaps + 1 - this.#firstIndex);
    this.#held = buffer.slice(keepFrom);
    this.#firstIndex += keepFrom;
    return output;
  }

  #at(outputIndex: number, buffer: Float64Array): number {
    const position = outputIndex * this.#step;
    let centre = Math.floor(position / this.#ratio);
    let phase = Math.round(((position % this.#ratio) * this.#phases) / this.#ratio);
    if (phase === this.#phases) {
      phase = 0;
      centre += 1;
    }
    const from = centre - this.#halfTaps + 1 - this.#firstIndex;
    return dotProduct(this.#taps, phase * 2 * this.#halfTaps, buffer, from, 2 * this.#halfTaps);
  }
}
