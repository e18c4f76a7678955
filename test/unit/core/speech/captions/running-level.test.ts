import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../../core/engine/engine.ts';
import { createRequestQueue } from '../../../../../core/engine/request-queue.ts';
import { createCaptioner } from '../../../../../core/speech/captions/captioner.ts';
import { createSpeechModelLibrary } from '../../../../../core/speech/speech-models.ts';
import { BUILT_IN_DIR } from '../../../../support/models.ts';
import { loudness, toDb, tone } from '../../../../support/sound.ts';

const PIECE_SAMPLES = 2048;
const PIECES_A_SECOND = 16_000 / PIECE_SAMPLES;

/** Speech as far as its level goes: syllables, and pauses in a quiet room. */
function voice(seconds: number, scale: number): Float32Array {
  return tone(300, 16_000, seconds, 0.18).map((sample, at) => {
    const isSyllable = at % 4_000 < 2_800 && at % 48_000 < 32_000;
    return (isSyllable ? sample : sample / 100) * scale;
  });
}
/** What a room sounds like in which nobody speaks. */
const room = (seconds: number, scale: number) => tone(120, 16_000, seconds, scale);
const joined = (...parts: Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));

/** What the engine is given of sound that a microphone sends, piece by piece. */
async function given(sound: Float32Array): Promise<Float32Array[]> {
  const pieces: Float32Array[] = [];
  const engine = {
    generation: 1,
    async *findVoice(samples: Float32Array) {
      pieces.push(samples);
      yield { type: 'voice', probabilities: new Float32Array(samples.length / 512) };
    },
  };
  const captioner = createCaptioner({
    engines: {
      turns: createRequestQueue(),
      acquire: async () => ({ engine: engine as unknown as Engine, loadMs: 0 }),
      unload: async () => undefined,
      forget: async () => undefined,
    },
    models: createSpeechModelLibrary(BUILT_IN_DIR),
    defaultThreads: () => 1,
  });
  const captions = captioner.start({}, (event) => expect(event.type).toBe('partial'));
  for (let at = 0; at < sound.length; at += 1600) captions.add(sound.subarray(at, at + 1600));
  await captions.end(60_000);
  return pieces;
}
const after = (pieces: Float32Array[], seconds: number) =>
  joined(...pieces.slice(Math.ceil(seconds * PIECES_A_SECOND)));
const inDb = (samples: Float32Array) => toDb(loudness(samples));
const USUAL = inDb(voice(6, 1));

describe('live sound', () => {
  it.each([1, 0.5, 0.1, 0.05])('of a usual level reaches the engine bit by bit (scale %d)', async (scale) => {
    const sound = joined(voice(6, scale), room(5, 1e-3), voice(3, scale));
    expect(joined(...(await given(sound)))).toEqual(sound);
  });

  it.each([-40, -50, -60])('%d dB too soft reaches it at the usual level within a second', async (db) => {
    const pieces = await given(voice(6, 10 ** (db / 20)));
    expect(Math.abs(inDb(after(pieces, 1)) - USUAL)).toBeLessThan(6);
  });

  it('that is soft only at first is raised only then', async () => {
    const loud = voice(6, 1);
    const pieces = await given(joined(voice(3, 0.01), loud));
    expect(inDb(after(pieces.slice(0, 3 * PIECES_A_SECOND), 1))).toBeGreaterThan(USUAL - 6);
    const rest = after(pieces, 3.5);
    expect(rest).toEqual(loud.subarray(-rest.length));
    expect(joined(...pieces).every((sample) => Math.abs(sample) < 0.99)).toBe(true);
  });

  it.each([
    ['12 dB beyond full scale', 4 / 0.18],
    ['36 dB beyond full scale', 64 / 0.18],
    ['with the values of 16-bit numbers', 32_768],
    ['with the values of 32-bit numbers', 2 ** 31],
  ])('%s reaches it at the usual level at once', async (_, scale) => {
    const pieces = await given(voice(6, scale));
    expect(Math.abs(inDb(joined(...pieces)) - USUAL)).toBeLessThan(9);
    expect(Math.abs(inDb(after(pieces, 1)) - USUAL)).toBeLessThan(9);
  });

  it('of a room in which nobody speaks is not raised, nor changed by a click', async () => {
    const sound = room(8, 1e-3);
    sound.fill(0.9, 30_000, 30_040);
    expect(joined(...(await given(sound)))).toEqual(sound);
  });
});
