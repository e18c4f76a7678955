import { copyFile, open, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../core/errors.ts';
import { BUILT_IN_DIR, withTempDir } from '../support/models.ts';
import { createRealCore } from '../support/real-core.ts';
import { ROOT } from '../support/run-cli.ts';

/** The whole run is `npm run test:faults`, with new damage each time. */
const isFull = process.env.SOTTO_FAULTS === 'full';
const CASES = isFull ? 200 : 6;
const SEED = isFull ? Date.now() % 2 ** 31 : 20_261_129;
const SOUND = join(ROOT, 'test', 'native', 'fixtures', 'speech', 'amiable.wav');
const SOURCE = join(BUILT_IN_DIR, 'whisper-base');

/** Lehmer's generator: the same damage for the same seed. */
function createRandom(seed: number): (below: number) => number {
  let state = seed || 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Loads the model and transcribes a sentence; "heard" or a code. */
async function tryModel(folder: string, dir: string): Promise<string> {
  const { core } = createRealCore(join(dir, 'cache'));
  try {
    const events = core.speech.transcribeFile(SOUND, { modelId: folder }, new AbortController().signal);
    for await (const event of events) if (event.type === 'failed') return event.error.code;
    return 'heard';
  } catch (error) {
    return toErrorInfo(error).code;
  } finally {
    await core.dispose();
  }
}

describe('damaged speech models', () => {
  it(`${CASES} of them (seed ${SEED}): each is heard with or has a code, and nothing outside the engine ends`, {
    timeout: CASES * 60_000,
  }, async () => {
    await withTempDir(async (dir) => {
      const path = join(dir, 'whisper-base.tflite');
      await copyFile(join(SOURCE, 'whisper-base.tflite'), path);
      for (const name of ['speech.json', 'tokenizer.json'])
        await symlink(join(SOURCE, name), join(dir, name));
      const file = await open(path, 'r+');
      const { size } = await file.stat();
      const random = createRandom(SEED);
      const outcomes: string[] = [];
      for (let i = 0; i < CASES; i += 1) {
        // The tables of a FlatBuffer lie at its ends; what is between are weights.
        const at = [random(4096), size - 1 - random(200_000), random(size)][i % 3] ?? 0;
        const before = (await file.read(Buffer.alloc(8), 0, 8, at)).buffer;
        await file.write(Buffer.from(Array.from({ length: 8 }, () => random(256))), 0, 8, at);
        outcomes.push(await tryModel(dir, dir));
        await file.write(before, 0, 8, at);
      }
      await file.close();
      expect(outcomes).toHaveLength(CASES);
      expect(outcomes.filter((one) => one === 'INTERNAL' || one === 'REQUEST_INVALID')).toEqual([]);
    });
  });
});
