import { describe, expect, it } from 'vitest';
import type { Segment, SpeechEvent, Transcript } from '../../../../contract/speech.ts';
import { AppError } from '../../../../core/errors.ts';
import { silentLogger } from '../../../../core/logger.ts';
import {
  createTranscriptStore,
  type TranscriptStore,
} from '../../../../core/speech/transcripts/transcript-store.ts';
import { type OpenDatabase, openDatabase } from '../../../../core/storage/database/open-database.ts';
import {
  createTranscriptShelf,
  type TranscriptShelf,
} from '../../../../core/storage/transcripts/transcript-shelf.ts';
import { createTranscriptTable } from '../../../../core/storage/transcripts/transcript-table.ts';

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

const SOUND = { path: '/sounds/visit.m4a', sizeBytes: 5, sha256: 'ab', identity: '5 1 1 1' };

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
    coverage: 0.9,
    tookMs: 100,
    loadMs: 10,
    timesRealtime: 50,
    peakRssBytes: 1,
    model: 'whisper-base',
    language: 'en',
  },
};

/** What each start of Sotto would have of the same database. */
async function withShelf(
  use: (start: () => TranscriptStore, db: OpenDatabase, shelf: TranscriptShelf) => Promise<void>,
): Promise<void> {
  const db = await openDatabase({ path: ':memory:' });
  const table = createTranscriptTable(db, silentLogger);
  const shelf = createTranscriptShelf({
    transcripts: async () => table,
    deleteTranscript: async (id) => table.remove(id),
  });
  await use(() => createTranscriptStore(shelf), db, shelf);
  db.close();
}

describe('transcripts', () => {
  it('are there again at the next start, oldest first, as they were edited last', async () => {
    await withShelf(async (start) => {
      const store = start();
      const later = store.begin(emptyTranscript('b', '2026-11-24T10:00:00.000Z'));
      later.take(heard(1));
      later.take(heard(2));
      later.take(DONE);
      await later.end();
      await store.save({ ...emptyTranscript('a'), title: 'Edited' });
      const again = start();
      const list = await again.list();
      expect(list.map(({ transcript, state }) => [transcript.id, transcript.title, state])).toEqual([
        ['a', 'Edited', 'complete'],
        ['b', 'Round b', 'complete'],
      ]);
      expect(list[1]?.transcript).toMatchObject({
        durationMs: 5000,
        language: 'en',
        coverage: 0.9,
        segments: [segment(1), segment(2)],
      });
      await again.save({ ...emptyTranscript('b'), title: 'Again' });
      expect((await start().list()).map(({ transcript }) => transcript.title)).toContain('Again');
    });
  });

  it('keep what was said of their sound, once each, and an edit does not take it away', async () => {
    await withShelf(async (start) => {
      const cut = {
        code: 'AUDIO_CUT',
        message: 'The first 5 s could be read.',
        hint: 'Copy it again.',
      } as const;
      const mixed = { code: 'AUDIO_CHANNELS', message: 'The channels cancel out.' } as const;
      const store = start();
      const being = store.begin(emptyTranscript('a'));
      for (const notice of [cut, mixed, cut]) being.take({ type: 'notice', notice });
      being.take(heard(1));
      being.take(DONE);
      await being.end();
      expect((await start().list())[0]?.transcript.notices).toEqual([cut, mixed]);
      await store.save({ ...emptyTranscript('a'), title: 'Edited' });
      await store.save({ ...emptyTranscript('a'), title: 'Edited', notices: [mixed] });
      expect((await start().list())[0]?.transcript).toMatchObject({ title: 'Edited', notices: [cut, mixed] });
    });
  });

  it('are on the disk while they are made: a kill leaves the segments that came', async () => {
    await withShelf(async (start) => {
      const store = start();
      const being = store.begin(emptyTranscript('a'));
      for (let n = 0; n < 5; n += 1) being.take(heard(n));
      await store.flush();
      // Nobody ends it: the process is gone.
      const [kept] = await start().list();
      expect(kept?.state).toBe('stopped');
      expect(kept?.transcript.segments.map(({ id }) => id)).toEqual(['s0', 's1', 's2', 's3', 's4']);
      await being.end();
    });
  });

  it('that were removed stay away, whatever still comes', async () => {
    await withShelf(async (start) => {
      const store = start();
      const being = store.begin(emptyTranscript('a'));
      being.take(heard(1));
      await store.flush();
      await store.remove('a');
      being.take(heard(2));
      being.take(DONE);
      await being.end();
      await store.flush();
      expect(await store.list()).toEqual([]);
      expect(await start().list()).toEqual([]);
      // Had back.
      await store.save(emptyTranscript('a'));
      expect(await start().list()).toHaveLength(1);
    });
  });

  it('that cannot be read are left alone, and the others are there', async () => {
    await withShelf(async (start, db) => {
      await start().save(emptyTranscript('good'));
      await start().save(emptyTranscript('newer'));
      const newer = JSON.stringify({ whatever: true });
      db.run(db.query.updateTable('transcripts').set({ kept_json: newer }).where('id', '=', 'newer'));
      const store = start();
      expect((await store.list()).map(({ transcript }) => transcript.id)).toEqual(['good']);
      await store.save({ ...emptyTranscript('good'), title: 'Edited' });
      const left = db.get(db.query.selectFrom('transcripts').selectAll().where('id', '=', 'newer'));
      expect(left?.kept_json).toBe(newer);
    });
  });

  it('of a full disk, or while Sotto is locked, are an error with a code, and are saved when it is possible', async () => {
    await withShelf(async (start, _db, shelf) => {
      let isFull = true;
      const store = createTranscriptStore({
        ...shelf,
        write: async (kept) => {
          if (isFull) throw new AppError('DISK_FULL', 'full');
          await shelf.write(kept);
        },
      });
      const being = store.begin(emptyTranscript('a'));
      being.take(heard(1));
      being.take(DONE);
      await being.end();
      await expect(store.save({ ...emptyTranscript('a'), title: 'Edited' })).rejects.toMatchObject({
        code: 'DISK_FULL',
      });
      // What is nowhere else does not leave memory.
      store.forget();
      expect((await store.list())[0]?.transcript.title).toBe('Edited');
      isFull = false;
      store.catchUp();
      await store.flush();
      expect((await start().list())[0]?.transcript.title).toBe('Edited');
    });
  });

  it('leave memory when they are told to, but for what is being written, and are read again', async () => {
    await withShelf(async (start, _db, shelf) => {
      let isLocked = false;
      const refuse = () => {
        if (isLocked) throw new AppError('STORAGE_LOCKED', 'locked');
      };
      const store = createTranscriptStore({
        ...shelf,
        read: async () => {
          refuse();
          return shelf.read();
        },
        write: async (kept) => {
          refuse();
          await shelf.write(kept);
        },
      });
      await store.save(emptyTranscript('done'));
      const being = store.begin(emptyTranscript('running'));
      being.take(heard(1));
      isLocked = true;
      store.forget();
      await expect(store.list()).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
      being.take(heard(2));
      being.take(DONE);
      await being.end();
      isLocked = false;
      store.catchUp();
      await store.flush();
      for (const one of [store, start()]) {
        const kept = await one.list();
        expect(kept.map(({ transcript, state }) => [transcript.id, state]).sort()).toEqual([
          ['done', 'complete'],
          ['running', 'complete'],
        ]);
        expect(kept.find(({ transcript }) => transcript.id === 'running')?.transcript.segments).toHaveLength(
          2,
        );
      }
    });
  });

  it('keep where their file lies, also from before the first line on, and tell no page', async () => {
    await withShelf(async (start, db) => {
      const store = start();
      const being = store.begin(emptyTranscript('a'));
      await store.saveSoundFile('a', SOUND);
      expect(await store.sound('a')).toEqual(SOUND);
      being.take(heard(1));
      being.take(DONE);
      await being.end();
      const moved = { ...SOUND, path: '/moved/visit.m4a' };
      await start().saveSoundFile('a', moved);
      const [kept] = await start().list();
      await start().save({ ...emptyTranscript('a'), title: 'Edited' });
      expect(await start().sound('a')).toEqual(moved);
      expect(JSON.stringify(kept)).not.toContain('visit.m4a');
      await start().remove('a');
      expect(await start().sound('a')).toBeUndefined();
      db.run(db.query.deleteFrom('transcripts'));
    });
  });

  it('whose removal is taken back have their file again', async () => {
    await withShelf(async (start) => {
      const store = start();
      await store.save(emptyTranscript('a'));
      await store.saveSoundFile('a', SOUND);
      await store.remove('a');
      await store.saveSoundFile('a', SOUND);
      expect(await store.sound('a')).toBeUndefined();
      await store.save(emptyTranscript('a'));
      expect(await store.sound('a')).toEqual(SOUND);
    });
  });

  it('of many segments are not written for each of them', async () => {
    let writes = 0;
    const store = createTranscriptStore({
      read: async () => [],
      write: async () => {
        writes += 1;
      },
      sound: async () => undefined,
      writeSound: async () => undefined,
      remove: async () => undefined,
    });
    const being = store.begin(emptyTranscript('a'));
    for (let n = 0; n < 2000; n += 1) being.take(heard(n));
    await being.end();
    expect(writes).toBeLessThan(5);
    expect((await store.list())[0]?.transcript.segments).toHaveLength(2000);
  });

  it('without a word that failed are not kept', async () => {
    await withShelf(async (start) => {
      const store = start();
      await store.begin(emptyTranscript('a')).end();
      expect(await store.list()).toEqual([]);
      expect(await start().list()).toEqual([]);
    });
  });
});

it('a transcription that waits for its turn is there after a restart, still waiting', async () => {
  await withShelf(async (start) => {
    const store = start();
    const waiting = store.begin(emptyTranscript('waits'));
    waiting.take({ type: 'progress', stage: 'waiting', doneMs: 0 });
    const running = store.begin(emptyTranscript('runs'));
    running.take({ type: 'progress', stage: 'loading', doneMs: 0 });
    await store.flush();
    const states = (await start().list()).map(({ transcript, state }) => [transcript.id, state]);
    expect(states).toEqual([
      ['waits', 'waiting'],
      ['runs', 'stopped'],
    ]);
  });
});

it('a transcription that fails while it waits leaves nothing', async () => {
  await withShelf(async (start) => {
    const store = start();
    const waiting = store.begin(emptyTranscript('waits'));
    await store.flush();
    await waiting.end();
    expect(await store.list()).toEqual([]);
    expect(await start().list()).toEqual([]);
  });
});
