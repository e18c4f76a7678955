import type { TensorModel } from '../../../native/binding-types.ts';

/** Samples of one frame (32 ms at 16 kHz), and of the audio before it that the model looks at as well. */
const FRAME_SAMPLES = 512;
const CONTEXT_SAMPLES = 64;
/** Frames that one run of the model covers: about a second, or an eighth of it where somebody waits. */
const FRAMES_PER_RUN = 32;
const FRAMES_PER_SHORT_RUN = 4;
const STATE_SIZE = 128;

/** Samples that one run takes. */
export const VOICE_RUN_SAMPLES = FRAMES_PER_RUN * FRAME_SAMPLES;
/** Samples that a short run takes. Only the last piece of a recording may be shorter. */
export const SHORT_VOICE_RUN_SAMPLES = FRAMES_PER_SHORT_RUN * FRAME_SAMPLES;

/** Tells for every 32 ms of a recording how likely somebody speaks. Silero VAD; see models/recipes/speech. */
export interface VoiceFinder {
  /**
   * Probabilities of the next samples, one for every 512 begun.
   * @param samples 16 kHz mono, a multiple of SHORT_VOICE_RUN_SAMPLES, or the last piece of the recording
   */
  find(samples: Float32Array): Promise<Float32Array>;
  /** Forgets what came before: a new recording starts. */
  reset(): void;
}

export function createVoiceFinder(model: TensorModel): VoiceFinder {
  let h: Float32Array = new Float32Array(STATE_SIZE);
  let c: Float32Array = new Float32Array(STATE_SIZE);
  let context: Float32Array = new Float32Array(CONTEXT_SAMPLES);

  const run = async (audio: Float32Array, frames: number): Promise<Float32Array> => {
    const input = new Float32Array(CONTEXT_SAMPLES + frames * FRAME_SAMPLES);
    input.set(context);
    input.set(audio, CONTEXT_SAMPLES);
    const outputs = ['probability', 'h_out', 'c_out'] as const;
    const result = await model.run(`voice_${frames}`, { audio: input, h, c }, outputs);
    h = result.h_out ?? h;
    c = result.c_out ?? c;
    context = audio.slice(-CONTEXT_SAMPLES);
    return (result.probability ?? new Float32Array()).subarray(0, Math.ceil(audio.length / FRAME_SAMPLES));
  };

  return {
    reset: () => {
      h = new Float32Array(STATE_SIZE);
      c = new Float32Array(STATE_SIZE);
      context = new Float32Array(CONTEXT_SAMPLES);
    },
    find: async (samples) => {
      const found: number[] = [];
      for (let at = 0; at < samples.length; ) {
        // A run that is not full would carry silence into the state that the next one starts from.
        const frames = samples.length - at < VOICE_RUN_SAMPLES ? FRAMES_PER_SHORT_RUN : FRAMES_PER_RUN;
        const end = at + frames * FRAME_SAMPLES;
        found.push(...(await run(samples.subarray(at, end), frames)));
        at = end;
      }
      return Float32Array.from(found);
    },
  };
}
