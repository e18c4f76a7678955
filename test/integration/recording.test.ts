import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import { readJournal } from '../../core/speech/recording/journal-reader.ts';
import { createRecordingStore } from '../../core/speech/recording/recording-store.ts';
import { testKeys } from '../support/item-keys.ts';
import { withTempDir } from '../support/models.ts';
import { exportWav, pcmOf, ramp, soundIn } from '../support/recordings.ts';
import { ROOT } from '../support/run-cli.ts';

const KILLS = 300;
/** Children that record at the same time: each does next to nothing. */
const AT_ONCE = 16;
const LONGEST_LIFE_MS = 2000;
const MAX_LOST_MS = 1000;
const HOURS = process.env.SOTTO_FAULTS === 'full' ? 8 : 1;

const journalIn = (dir: string, id: string) => join(dir, id, 'sound.pcm-journal');

interface Killed {
  fedMs: number;
  savedMs: number;
}

/** Lets a process record, and kills it after a while. */
async function recordUntilKilled(dir: string, lifeMs: number): Promise<Killed> {
  const child = spawn(process.execPath, [join(ROOT, 'test', 'fixtures', 'record-child.ts'), dir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  let isDoomed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (isDoomed || !output.includes('started')) return;
    isDoomed = true;
    setTimeout(() => child.kill('SIGKILL'), lifeMs);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const signal = await new Promise((resolve) => child.on('close', (_code, name) => resolve(name)));
  expect(signal, errors).toBe('SIGKILL');
  const last = (word: string) => Number(output.match(new RegExp(`.*^${word} ([\\d.]+)$`, 'ms'))?.[1] ?? 0);
  return { fedMs: last('fed'), savedMs: last('saved') };
}

/** What is left of the recording in a folder, by the next process that looks: samples, checked one by one. */
async function recoveredMs(dir: string): Promise<number> {
  const [recording] = await createRecordingStore(dir, testKeys, silentLogger).list();
  if (recording === undefined) return 0;
  expect(recording.state).toBe('recovered');
  const sound = await soundIn(journalIn(dir, recording.id));
  expect(Buffer.from(sound.buffer).equals(Buffer.from(pcmOf(0, sound.length).buffer))).toBe(true);
  expect(sound.length / 16).toBe(recording.durationMs);
  return recording.durationMs;
}

describe('a recording that is killed', () => {
  it(`${KILLS} times: nothing that was told to be saved is lost, and never more than a second`, async () => {
    await withTempDir(async (dir) => {
      const lost: number[] = [];
      let next = 0;
      const work = async () => {
        while (next < KILLS) {
          next += 1;
          const folder = join(dir, String(next));
          // Every length of life, so that every place between two syncs is met, and more short ones than long.
          const lifeMs = (next / KILLS) ** 2 * LONGEST_LIFE_MS;
          const { fedMs, savedMs } = await recordUntilKilled(folder, lifeMs);
          const keptMs = await recoveredMs(folder);
          expect(keptMs).toBeGreaterThanOrEqual(savedMs);
          lost.push(fedMs - keptMs);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      expect(lost.length).toBe(KILLS);
      expect(Math.max(...lost)).toBeLessThanOrEqual(MAX_LOST_MS);
    });
  });
});

describe(`a recording of ${HOURS} h`, () => {
  it('has no gap, takes no memory, and is recovered and exported whole', async () => {
    await withTempDir(async (dir) => {
      const store = createRecordingStore(dir, testKeys, silentLogger);
      const saved: number[] = [];
      const { id, recorder } = await store.start({
        title: 'long',
        onSaved: (ms) => saved.push(ms),
        onFailed: () => undefined,
      });
      const before = process.memoryUsage().rss;
      for (let second = 0; second < HOURS * 3600; second += 1) {
        recorder.add(ramp(second * 16_000, 16_000));
        if (second % 10 === 9) await recorder.flush();
      }
      await recorder.finish();
      expect(saved.at(-1)).toBe(HOURS * 3_600_000);
      // As if it had been killed: the next start reads all of it.
      const path = join(dir, id, 'recording.json');
      const file = JSON.parse(await readFile(path, 'utf8')) as object;
      await writeFile(path, JSON.stringify({ ...file, durationMs: 0, state: 'recording' }));
      expect((await store.list())[0]).toMatchObject({ state: 'recovered', durationMs: HOURS * 3_600_000 });
      let at = 0;
      for await (const { samples } of readJournal(journalIn(dir, id), testKeys.open)) {
        const expected = pcmOf(at, samples.length);
        if (Buffer.compare(Buffer.from(samples.buffer), Buffer.from(expected.buffer)) !== 0) {
          expect.fail(`the sound differs after ${at / 16} ms`);
        }
        at += samples.length;
      }
      expect(at).toBe(HOURS * 3600 * 16_000);
      const wav = join(dir, 'long.wav');
      await exportWav(store, id, wav);
      expect((await stat(wav)).size).toBe(44 + at * 2);
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    });
  });
});
