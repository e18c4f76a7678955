/** As loud as people speak into a good microphone, in the loudest part of the time: -18 dB of full scale. */
export const USUAL_LEVEL = 0.125;
/** Below it (-45 dB) the voice detector misses words, and below -90 dB there is nothing but rounding. */
export const QUIET = 0.0056;
export const NOTHING = 3.2e-5;
/** Decoders overshoot full scale by a little; more is another scale. */
export const BEYOND_FULL_SCALE = 1.5;
/** After sound beyond full scale what seems soft is soft: it is amplified at most by this. */
export const MOST_AFTER_LOUD = 8;

/** How loud a moment is. */
export interface Frame {
  rms: number;
  peak: number;
}

/** How loud sound is, frame by frame; the last one may be shorter. */
export function framesOf(samples: Float32Array, frameSamples: number): Frame[] {
  const frames: Frame[] = [];
  for (let start = 0; start < samples.length; start += frameSamples) {
    const frame = samples.subarray(start, start + frameSamples);
    let sum = 0;
    let peak = 0;
    for (const sample of frame) {
      sum += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    frames.push({ rms: Math.sqrt(sum / frame.length), peak });
  }
  return frames;
}

/** Louder or softer by a factor, cut off at full scale. */
export function scaled(samples: Float32Array, gain: number): Float32Array {
  return samples.map((sample) => Math.max(-1, Math.min(1, sample * gain)));
}
