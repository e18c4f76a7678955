import { SAMPLES_PER_MS } from './journal-format.ts';

/** -60 dB of full scale: the noise of a quiet room through a plain microphone lies above. */
const SILENT_LEVEL = 0.001;
const BLOCK_SAMPLES = 100 * SAMPLES_PER_MS;
/** How long it must be silent before it is told, and from one time to the next. */
const TELL_EVERY_MS = 10_000;

/** Notices a microphone that hears nothing: muted, unplugged, or the wrong one. */
export class SilenceWatch {
  #silentSamples = 0;
  #toldTimes = 0;

  /** Takes the next sound. @returns how long it has been silent, when that is to be told; 0: not any more. */
  add(samples: Float32Array): number | undefined {
    let told: number | undefined;
    for (let at = 0; at < samples.length; at += BLOCK_SAMPLES) {
      told = this.#addBlock(samples.subarray(at, at + BLOCK_SAMPLES)) ?? told;
    }
    return told;
  }

  #addBlock(block: Float32Array): number | undefined {
    if (deviation(block) < SILENT_LEVEL) {
      this.#silentSamples += block.length;
      const silentMs = this.#silentSamples / SAMPLES_PER_MS;
      if (silentMs <= (this.#toldTimes + 1) * TELL_EVERY_MS) return undefined;
      this.#toldTimes += 1;
      return silentMs;
    }
    const wasTold = this.#toldTimes > 0;
    this.#silentSamples = 0;
    this.#toldTimes = 0;
    return wasTold ? 0 : undefined;
  }
}

/** Root of the mean square around the mean: some sound cards add a constant to silence. */
function deviation(block: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const sample of block) {
    sum += sample;
    squares += sample * sample;
  }
  const mean = sum / block.length;
  return Math.sqrt(Math.max(0, squares / block.length - mean * mean));
}
