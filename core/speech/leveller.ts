import type { ErrorInfo } from '../../contract/errors.ts';
import {
  BEYOND_FULL_SCALE,
  type Frame,
  framesOf,
  MOST_AFTER_LOUD,
  NOTHING,
  QUIET,
  scaled,
  USUAL_LEVEL,
} from './level.ts';

/** 50 ms at 16 kHz. */
const FRAME_SAMPLES = 800;
/** What is looked at to find how loud the sound is: the past, and chunks that are still to come. */
const PAST_FRAMES = 600;
const CHUNKS_AHEAD = 5;
/** Clicks may be cut off: as many frames as a click has. */
const CLICK_FRAMES = 2;
/** Share of the sound that must have been changed to be told; and with so much of the usual level it is not soft. */
const TOLD_SHARE = 0.5;
const USUAL_FRAMES = 10;

interface Waiting {
  samples: Float32Array;
  frames: Frame[];
}

/**
 * Brings sound to the level that the models expect where it is far from it: floating-point sound beyond full scale or
 * with the values of integers, and sound that is hardly there. All other sound stays as it is, cut off at full scale.
 * Holds a few seconds.
 */
export class Leveller {
  #past: Frame[] = [];
  #ceiling = Number.POSITIVE_INFINITY;
  #soundMs = 0;
  #louderMs = 0;
  #softerMs = 0;
  #usualFrames = 0;
  #gain = 1;

  async *run(chunks: AsyncIterable<Float32Array>): AsyncGenerator<Float32Array, void, void> {
    const waiting: Waiting[] = [];
    for await (const samples of chunks) {
      waiting.push({ samples, frames: framesOf(samples, FRAME_SAMPLES) });
      if (waiting.length > CHUNKS_AHEAD) yield this.#next(waiting);
    }
    while (waiting.length > 0) yield this.#next(waiting);
  }

  /** What was done, for who wants to know. */
  get notice(): ErrorInfo | undefined {
    const decibels = Math.round(Math.abs(20 * Math.log10(this.#gain)));
    if (this.#louderMs > TOLD_SHARE * this.#soundMs && this.#usualFrames < USUAL_FRAMES) {
      return {
        code: 'AUDIO_QUIET',
        message: `The sound is very quiet and was amplified by ${decibels} dB.`,
        hint: 'Words may be missing; record closer to the microphone.',
      };
    }
    if (this.#softerMs > TOLD_SHARE * this.#soundMs) {
      return {
        code: 'AUDIO_LOUD',
        message: `The sound goes beyond full scale and was lowered by ${decibels} dB.`,
        hint: 'Nothing is lost by it.',
      };
    }
    return undefined;
  }

  #next(waiting: Waiting[]): Float32Array {
    const [chunk] = waiting;
    if (chunk === undefined) return new Float32Array(0);
    const gain = this.#gainFor(waiting.flatMap(({ frames }) => frames));
    this.#count(chunk, gain);
    this.#past = [...this.#past, ...chunk.frames].slice(-PAST_FRAMES);
    waiting.shift();
    return scaled(chunk.samples, gain);
  }

  #gainFor(ahead: readonly Frame[]): number {
    const heard = [...this.#past, ...ahead].filter(({ rms }) => rms > NOTHING);
    const loudness = quantile(
      heard.map(({ rms }) => rms),
      0.95,
    );
    if (
      quantile(
        heard.map(({ peak }) => peak),
        0.98,
      ) > BEYOND_FULL_SCALE
    ) {
      const gain = Math.min(1, USUAL_LEVEL / loudness);
      this.#ceiling = gain * MOST_AFTER_LOUD;
      return gain;
    }
    if (heard.length === 0 || loudness >= QUIET) return Math.min(1, this.#ceiling);
    const peaks = ahead.map(({ peak }) => peak).sort((a, b) => b - a);
    const peak = peaks[Math.min(CLICK_FRAMES, peaks.length - 1)] ?? 0;
    return Math.min(this.#ceiling, Math.max(1, Math.min(USUAL_LEVEL / loudness, 1 / peak)));
  }

  #count({ samples, frames }: Waiting, gain: number): void {
    if (!frames.some(({ rms }) => rms > NOTHING)) return;
    const ms = samples.length / 16;
    this.#usualFrames += frames.filter(({ rms }) => rms >= QUIET).length;
    this.#soundMs += ms;
    if (gain > 1) this.#louderMs += ms;
    if (gain < 1) this.#softerMs += ms;
    if (gain !== 1) this.#gain = gain;
  }
}

function quantile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
}
