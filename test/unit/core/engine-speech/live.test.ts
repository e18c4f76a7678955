import { describe, expect, it } from 'vitest';
import { decodeWithFallback } from '../../../../core/engine/speech/fallback.ts';
import {
  createVoiceFinder,
  SHORT_VOICE_RUN_SAMPLES,
  VOICE_RUN_SAMPLES,
} from '../../../../core/engine/speech/voice-finder.ts';
import type { DecodeResult, TensorModel } from '../../../../native/binding-types.ts';

/** Tells which signature was asked, and hands on a state that counts the runs. */
function countingModel() {
  const runs: { signature: string; samples: number; state: number }[] = [];
  const run: TensorModel['run'] = async (signature, inputs) => {
    runs.push({ signature, samples: inputs.audio?.length ?? 0, state: inputs.h?.[0] ?? -1 });
    const state = new Float32Array(128).fill(runs.length);
    return {
      probability: new Float32Array(Number(signature.split('_')[1])).fill(0.5),
      h_out: state,
      c_out: state,
    };
  };
  return { model: { run } as TensorModel, runs };
}

describe('the voice finder', () => {
  it('takes short pieces by themselves, and carries the state from one to the next', async () => {
    const { model, runs } = countingModel();
    const finder = createVoiceFinder(model);
    expect((await finder.find(new Float32Array(SHORT_VOICE_RUN_SAMPLES))).length).toBe(4);
    expect(
      (await finder.find(new Float32Array(VOICE_RUN_SAMPLES + 2 * SHORT_VOICE_RUN_SAMPLES))).length,
    ).toBe(40);
    expect((await finder.find(new Float32Array(700))).length).toBe(2);
    expect(runs.map(({ signature }) => signature)).toEqual([
      'voice_4',
      'voice_32',
      'voice_4',
      'voice_4',
      'voice_4',
    ]);
    expect(runs.map(({ state }) => state)).toEqual([0, 1, 2, 3, 4]);
    expect(runs.map(({ samples }) => samples)).toEqual([2112, 16_448, 2112, 2112, 2112]);
  });
});

describe('a window that is heard live', () => {
  it('is decoded once, good or bad', async () => {
    const guess: DecodeResult = {
      tokens: Int32Array.of(1),
      logProbabilities: Float32Array.of(-3),
      meanLogProbability: -3,
      noSpeechProbability: 0,
      cut: false,
      cancelled: false,
    };
    const temperatures: number[] = [];
    const attempt = await decodeWithFallback(
      async ({ temperature }) => {
        temperatures.push(temperature);
        return guess;
      },
      () => 'well',
      { temperatures: [0] },
    );
    expect(temperatures).toEqual([0]);
    expect(attempt?.result).toBe(guess);
  });
});
