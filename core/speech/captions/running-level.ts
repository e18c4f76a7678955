import {
  BEYOND_FULL_SCALE,
  type Frame,
  framesOf,
  MOST_AFTER_LOUD,
  NOTHING,
  QUIET,
  scaled,
  USUAL_LEVEL,
} from '../level.ts';

/** 32 ms at 16 kHz: pieces for the voice detector are multiples of it. */
const FRAME_SAMPLES = 512;
/** 10 s: in a pause of a voice that is loud enough nothing is raised. */
const PAST_FRAMES = 312;
/** 2 s, in which soft sound shows whether it goes up and down as a voice does, or stays as a room does. */
const RECENT_FRAMES = 62;
/** How many frames are as loud as the sound is said to be: a twentieth of them, more than a click has, a quarter of a second. */
const LOUD_SHARE = 0.05;
const LEAST_LOUD_FRAMES = 3;
const MOST_LOUD_FRAMES = 8;
/** A voice stands out by 10 dB from the softest moments, between its sounds. */
const VOICE_RATIO = 3.2;
const FLOOR_SHARE = 0.05;

/**
 * Brings live sound to the level that the models expect where it is far from it, as Leveller does for files, but without
 * looking ahead: nothing waits. Very soft speech is raised from its first tenth of a second on, sound beyond full scale or
 * with the values of integers is lowered at once. All other sound stays as it is, cut off at full scale.
 */
export class RunningLevel {
  #past: Frame[] = [];
  #gain = 1;
  #ceiling = Number.POSITIVE_INFINITY;

  /** The next sound at its level, as long as before. */
  apply(samples: Float32Array): Float32Array {
    const levelled = new Float32Array(samples.length);
    framesOf(samples, FRAME_SAMPLES).forEach((frame, index) => {
      const start = index * FRAME_SAMPLES;
      levelled.set(scaled(samples.subarray(start, start + FRAME_SAMPLES), this.#next(frame)), start);
    });
    return levelled;
  }

  #next(frame: Frame): number {
    this.#past.push(frame);
    if (this.#past.length > PAST_FRAMES) this.#past.shift();
    this.#adapt();
    const own = USUAL_LEVEL / frame.rms;
    if (frame.peak > BEYOND_FULL_SCALE) return Math.min(1, this.#gain, own);
    // What is suddenly louder must not be cut off.
    return this.#gain > 1 ? Math.max(1, Math.min(this.#gain, own, 1 / frame.peak)) : this.#gain;
  }

  #adapt(): void {
    const loudness = loudOf(this.#past.map(({ rms }) => rms));
    if (loudOf(this.#past.map(({ peak }) => peak)) > BEYOND_FULL_SCALE) {
      this.#gain = Math.min(1, USUAL_LEVEL / loudness);
      this.#ceiling = this.#gain * MOST_AFTER_LOUD;
    } else if (loudness >= QUIET) this.#gain = Math.min(1, this.#ceiling);
    else if (this.#isVoice()) this.#gain = Math.min(this.#ceiling, USUAL_LEVEL / loudness);
  }

  #isVoice(): boolean {
    const recent = this.#past.slice(-RECENT_FRAMES).map(({ rms }) => rms);
    const loud = loudOf(recent);
    recent.sort((a, b) => a - b);
    const floor = recent[Math.floor(FLOOR_SHARE * recent.length)] ?? 0;
    return loud > NOTHING && loud > VOICE_RATIO * floor;
  }
}

/** What the loudest frames reach; 0 while there are too few to tell. */
function loudOf(values: readonly number[]): number {
  const count = Math.max(
    LEAST_LOUD_FRAMES,
    Math.min(MOST_LOUD_FRAMES, Math.floor(LOUD_SHARE * values.length)),
  );
  return [...values].sort((a, b) => b - a)[count - 1] ?? 0;
}
