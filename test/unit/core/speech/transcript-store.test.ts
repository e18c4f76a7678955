import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Segment, SpeechEvent, Transcript } from '../../../../contract/speech.ts';
import { silentLogger } from '../../../../core/logger.ts';
import { createTranscriptFiles } from '../../../../core/speech/transcripts/transcript-files.ts';
import { createTranscriptStore } from '../../../../core/speech/transcripts/transcript-store.ts';
import { withTempDir } from '../../../support/models.ts';

const emptyTranscript = (id: string, createdAt = '2026-11-24T09:00:00.000Z'): Transcript => ({
  id,
  title: `Round ${id}`,
  createdAt,
  durationMs: 0,
  translated: false,
  modelId: 'whisper-base',
  segments: [],
  speakers: [],
});

const segment = (n: number): Segment => ({
  id: `s${n}`,
  startMs: 1000 * n,
  endMs: 1000 * n + 900,
  text: `Sentence ${n}.`,
  words: [],
  confidence: 0.9,
  doubts: [],
});
const heard = (n: number): SpeechEvent => ({ type: 'segment', segment: segment(n) });
const DONE: SpeechEvent = {
  type: 'done',
  reason: 'complete',
  stats: {
    audioMs: 5000,
    speechMs: 4000,
    tookMs: 100,
    loadMs: 10,
    timesRealtime: 50,
    peakRssBytes: 1,
    model: 'whisper-base',
    language: 'en',
  },
};

const storeIn = (dir: string) => createTranscriptStore(createTranscriptFiles(dir, silentLogger));

describe('transcripts', () => {
  it('are there again at the next start, oldest first, as they were edited last', async () => {
    await withTempDir(async (dir) => {
      const store = storeIn(dir);
      const later = store.begin(emptyTranscript('b', '2026-11-24T10:00:00.000Z'));
      later.take(heard(1));
      later.take(heard(2));
      later.take(DONE);
      await later.end();
      await store.save({ ...emptyTranscript('a'), title: 'Edited' });
      const again = storeIn(dir);
      const list = await again.list();
      expect(list.map(({ transcript, state }) => [transcript.id, transcript.title, state])).toEqual([
        ['a', 'Edited', 'complete'],
        ['b', 'Round b', 'complete'],
      ]);
      expect(list[1]?.transcript).toMatchObject({
        durationMs: 5000,
        language: 'en',
        segments: [segment(1), segment(2)],
      });
      await again.save({ ...emptyTranscript('b'), title: 'Again' });
      expect((await storeIn(dir).list()).map(({ transcript }) => transcript.title)).toContain('Again');
    });
  });

  it('are on the disk while they are made: a kill leaves the segments that came', async () => {
    await withTempDir(async (dir) => {
      const store = storeIn(dir);
      const being = store.begin(emptyTranscript('a'));
      for (let n = 0; n < 5; n += 1) being.take(heard(n));
      await store.flush();
      // Nobody ends it: the process is gone.
      const [kept] = await storeIn(dir).list();
      expect(kept?.state).toBe('stopped');
      expect(kept?.transcript.segments.map(({ id }) => id)).toEqual(['s0', 's1', 's2', 's3', 's4']);
      await being.end();
    });
  });

  it('that were removed stay away, whatever still comes', async () => {
    await withTempDir(async (dir) => {
      const store = storeIn(dir);
      const being = store.begin(emptyTranscript('a'));
      being.take(heard(1));
      await store.flush();
      await store.remove('a');
      being.take(heard(2));
      being.take(DONE);
      await being.end();
      await store.flush();
      expect(await store.list()).toEqual([]);
      expect(await readdir(dir)).toEqual([]);
      // Had back.
      await store.save(emptyTranscript('a'));
      expect(await storeIn(dir).list()).toHaveLength(1);
    });
  });

  it('that cannot be read are left alone, and the others are there', async () => {
    await withTempDir(async (dir) => {
      await mkdir(dir, { recursive: true });
      await storeIn(dir).save(emptyTranscript('good'));
      const newer = JSON.stringify({ format: 2, whatever: true });
      await writeFile(join(dir, 'newer.json'), newer);
      await writeFile(join(dir, 'cut.json'), '{"format":1,"transcr');
      // What a kill leaves while a file is written.
      await writeFile(join(dir, 'good.json.next'), '{"format"');
      const store = storeIn(dir);
      expect((await store.list()).map(({ transcript }) => transcript.id)).toEqual(['good']);
      await store.save({ ...emptyTranscript('good'), title: 'Edited' });
      expect(await readFile(join(dir, 'newer.json'), 'utf8')).toBe(newer);
      expect(await readFile(join(dir, 'cut.json'), 'utf8')).toBe('{"format":1,"transcr');
    });
  });

  it('have ids that are no paths', async () => {
    await withTempDir(async (dir) => {
      const store = storeIn(join(dir, 'transcripts'));
      for (const id of ['../escaped', 'a/b', 'a\\b', '', '.', 'x'.repeat(65)]) {
        await expect(store.save(emptyTranscript(id)), id).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
        await expect(store.remove(id), id).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
      }
      expect(await readdir(dir)).toEqual([]);
    });
  });

  it('of a full disk are an error with a code, and are saved with the next change', async () => {
    await withTempDir(async (dir) => {
      const files = createTranscriptFiles(dir, silentLogger);
      let isFull = true;
      const store = createTranscriptStore({
        ...files,
        write: async (kept) => {
          if (isFull) throw Object.assign(new Error('full'), { code: 'DISK_FULL' });
          await files.write(kept);
        },
      });
      const being = store.begin(emptyTranscript('a'));
      being.take(heard(1));
      being.take(DONE);
      await being.end();
      await expect(store.save({ ...emptyTranscript('a'), title: 'Edited' })).rejects.toMatchObject({
        code: 'DISK_FULL',
      });
      expect((await store.list())[0]?.transcript.title).toBe('Edited');
      isFull = false;
      await store.save({ ...emptyTranscript('a'), title: 'Edited once more' });
      expect((await storeIn(dir).list())[0]?.transcript.title).toBe('Edited once more');
    });
  });

  it('of many segments are not written for each of them', async () => {
    let writes = 0;
    const store = createTranscriptStore({
      read: async () => [],
      write: async () => {
        writes += 1;
      },
      remove: async () => undefined,
    });
    const being = store.begin(emptyTranscript('a'));
    for (let n = 0; n < 2000; n += 1) being.take(heard(n));
    await being.end();
    expect(writes).toBeLessThan(5);
    expect((await store.list())[0]?.transcript.segments).toHaveLength(2000);
  });

  it('without a word that failed are not kept', async () => {
    await withTempDir(async (dir) => {
      const store = storeIn(dir);
      await store.begin(emptyTranscript('a')).end();
      expect(await store.list()).toEqual([]);
      expect(await storeIn(dir).list()).toEqual([]);
    });
  });
});
