import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../../core/logger.ts';
import { createRecordingStore } from '../../../../../core/speech/recording/recording-store.ts';
import { testKeys } from '../../../../support/item-keys.ts';
import { withTempDir } from '../../../../support/models.ts';
import { pcmOf, ramp, soundIn } from '../../../../support/recordings.ts';

const ignored = { onSaved: () => undefined, onFailed: () => undefined };
const journalIn = (dir: string, id: string) => join(dir, id, 'sound.pcm-journal');

describe('a recording that is called something else', () => {
  it('is so for good, with its sound untouched', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const { id, recorder } = await store.start({ title: 'Round', ...ignored });
      recorder.add(ramp(0, 16_000));
      await expect(store.rename(id, 'Too early')).rejects.toMatchObject({ code: 'RECORDING_BUSY' });
      await recorder.finish();
      await store.rename(id, 'Room 4');
      const [recording] = await createRecordingStore(dir, testKeys, silentLogger).list();
      expect(recording).toMatchObject({ id, title: 'Room 4', durationMs: 1000, state: 'complete' });
      expect(await soundIn(journalIn(dir, id))).toEqual(pcmOf(0, 16_000));
    });
  });
});

describe('the outline of a recording', () => {
  it('is that of its sound, to the last sample', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const { id, recorder } = await store.start({ title: 'Round', ...ignored });
      recorder.add(new Float32Array(16_000));
      recorder.add(new Float32Array(16_000).fill(0.25));
      recorder.add(new Float32Array(800).fill(-1));
      await recorder.finish();
      const { lows, highs } = await store.outline(id);
      expect(highs).toHaveLength(21);
      // Square roots, of 127.
      expect([highs[9], highs[10], highs[20]]).toEqual([0, 64, 0]);
      expect([lows[9], lows[10], lows[20]]).toEqual([0, 0, -127]);
    });
  });

  it('of one that there is not is refused', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      await expect(store.outline(randomUUID())).rejects.toMatchObject({ code: 'RECORDING_UNKNOWN' });
    });
  });
});
