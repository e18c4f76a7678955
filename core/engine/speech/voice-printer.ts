import type { TensorModel } from '../../../native/binding-types.ts';

/** Stretches that one run of the model hears, and the frames of 10 ms in each; models/recipes/speakers/graph.py. */
const BATCH = 4;
const FRAMES = 160;
const FRAMES_PER_STEP = 4;
const MELS = 40;
const STATE = 3 * BATCH * 256;
const STRETCH_SAMPLES = 159 * 160 + 400;
/** Stretches overlap by half, as in the paper (Wan et al. 2018, section 3.2). */
const HOP_SAMPLES = 12_800;
/** A last stretch that is mostly missing says more of the silence than of the voice: Resemblyzer's min_coverage. */
const MIN_COVERAGE = 0.75;
/** A voice is known after this many stretches (about 10 s); more of them only take time. */
const MAX_STRETCHES = 12;
/** Loudness of the sound that the model learnt from, as a root mean square: -30 dB of full scale. */
const LOUDNESS = 10 ** (-30 / 20);

/** Numbers of one voice. */
export const VOICE_PRINT_SIZE = 256;

/** Describes a voice by 256 numbers: the more alike two voices, the closer to 1 their product. */
export interface VoicePrinter {
  /** @param samples 16 kHz mono, speech of one person. Gives a vector of length 1. */
  print(samples: Float32Array): Promise<Float32Array>;
}

export function createVoicePrinter(model: TensorModel): VoicePrinter {
  const hear = async (stretches: Float32Array[]): Promise<Float32Array> => {
    const audio = new Float32Array(BATCH * STRETCH_SAMPLES);
    for (const [index, stretch] of stretches.entries()) audio.set(stretch, index * STRETCH_SAMPLES);
    const { mel = new Float32Array() } = await model.run('spectrum', { audio }, ['mel']);
    let h: Float32Array = new Float32Array(STATE);
    let c: Float32Array = new Float32Array(STATE);
    for (let frame = 0; frame < FRAMES; frame += FRAMES_PER_STEP) {
      const result = await model.run('listen', { mel: framesOf(mel, frame), h, c }, ['h_out', 'c_out']);
      h = result.h_out ?? h;
      c = result.c_out ?? c;
    }
    const { voice = new Float32Array() } = await model.run('voice', { h }, ['voice']);
    return voice.subarray(0, stretches.length * VOICE_PRINT_SIZE);
  };
  return {
    print: async (samples) => {
      const stretches = stretchesOf(samples);
      const sum = new Float32Array(VOICE_PRINT_SIZE);
      for (let at = 0; at < stretches.length; at += BATCH) {
        const voices = await hear(stretches.slice(at, at + BATCH));
        for (const [index, value] of voices.entries()) addAt(sum, index % VOICE_PRINT_SIZE, value);
      }
      return toLengthOne(sum);
    },
  };
}

/** The frames of every stretch in the batch, from one on. */
function framesOf(mel: Float32Array, from: number): Float32Array {
  const frames = new Float32Array(BATCH * FRAMES_PER_STEP * MELS);
  for (let stretch = 0; stretch < BATCH; stretch += 1) {
    const start = (stretch * FRAMES + from) * MELS;
    frames.set(mel.subarray(start, start + FRAMES_PER_STEP * MELS), stretch * FRAMES_PER_STEP * MELS);
  }
  return frames;
}

function stretchesOf(samples: Float32Array): Float32Array[] {
  const loud = amplified(samples);
  const starts = [0];
  const lastUseful = loud.length - MIN_COVERAGE * STRETCH_SAMPLES;
  for (let start = HOP_SAMPLES; start <= lastUseful; start += HOP_SAMPLES) starts.push(start);
  // Of a long speech, stretches from all of it.
  const step = Math.max(1, starts.length / MAX_STRETCHES);
  const chosen = Array.from(
    { length: Math.min(starts.length, MAX_STRETCHES) },
    (_, i) => starts[Math.floor(i * step)] ?? 0,
  );
  return chosen.map((start) => loud.subarray(start, start + STRETCH_SAMPLES));
}

/** Soft speech as loud as the model expects; loud speech is left as it is (Resemblyzer, normalize_volume). */
function amplified(samples: Float32Array): Float32Array {
  let power = 0;
  for (const sample of samples) power += sample * sample;
  const rms = Math.sqrt(power / Math.max(1, samples.length));
  if (rms === 0 || rms >= LOUDNESS) return samples;
  return samples.map((sample) => (sample * LOUDNESS) / rms);
}

function toLengthOne(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

function addAt(array: Float32Array, index: number, value: number): void {
  array[index] = (array[index] ?? 0) + value;
}
