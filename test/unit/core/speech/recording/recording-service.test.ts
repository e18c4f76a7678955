import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordEvent, RecordPiece } from '../../../../../contract/recording.ts';
import { createEventQueue } from '../../../../../core/event-queue.ts';
import { silentLogger } from '../../../../../core/logger.ts';
import type { Captioner } from '../../../../../core/speech/captions/captioner.ts';
import { createRecordingService } from '../../../../../core/speech/recording/recording-service.ts';
import { createRecordingStore } from '../../../../../core/speech/recording/recording-store.ts';
import { SilenceWatch } from '../../../../../core/speech/recording/silence-watch.ts';
import { createTranscriptionQueue } from '../../../../../core/speech/transcription-queue.ts';
import { testKeys } from '../../../../support/item-keys.ts';
import { withTempDir } from '../../../../support/models.ts';
import { pcmOf, ramp, soundIn } from '../../../../support/recordings.ts';
import { tone } from '../../../../support/sound.ts';

/** Captions that only remember what they were asked. */
function fakeCaptions() {
  const asked: string[] = [];
  const captioner: Captioner = {
    start: (_settings, tell) => {
      asked.push('start');
      tell({ type: 'notice', notice: { code: 'MODEL_MISSING', message: 'No model.' } });
      return {
        add: (samples) => asked.push(`add ${samples.length}`),
        pause: () => asked.push('pause'),
        end: async (withinMs) => void asked.push(`end ${withinMs}`),
      };
    },
  };
  return { captioner, asked };
}

function serviceIn(dir: string, captioner = fakeCaptions().captioner, queue = createTranscriptionQueue()) {
  const speech = {
    transcribe: () => {
      throw new Error('not asked');
    },
  };
  return createRecordingService({
    store: createRecordingStore(dir, testKeys, silentLogger),
    captioner,
    speech,
    queue,
  });
}

async function* sent(...pieces: RecordPiece[]): AsyncGenerator<RecordPiece> {
  yield* pieces;
}

const sound = (from: number, count: number): RecordPiece => ({ type: 'samples', samples: ramp(from, count) });
const WISHES = { title: 'Round', settings: {}, captions: false };
const live = () => new AbortController().signal;

async function collect(events: AsyncIterable<RecordEvent>): Promise<RecordEvent[]> {
  const all: RecordEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

async function only(dir: string) {
  const recordings = await createRecordingStore(dir, testKeys, silentLogger).list();
  expect(recordings.length).toBe(1);
  const id = recordings[0]?.id ?? '';
  return { recording: recordings[0], kept: await soundIn(join(dir, id, 'sound.pcm-journal')) };
}

describe('speech.record', () => {
  it('tells that it started, what is saved, and that it is done', async () => {
    await withTempDir(async (dir) => {
      const pieces = sent(sound(0, 8000), sound(8000, 8000), { type: 'end' });
      const events = await collect(serviceIn(dir).record(WISHES, pieces, live()));
      expect(events[0]?.type).toBe('started');
      expect(events.slice(1, -1).every(({ type }) => type === 'saved')).toBe(true);
      expect(events.at(-1)).toMatchObject({ type: 'done', savedMs: 1000 });
      expect((await only(dir)).recording).toMatchObject({
        title: 'Round',
        state: 'complete',
        durationMs: 1000,
      });
    });
  });

  it('lets no transcription begin until it has ended, however it ends', async () => {
    await withTempDir(async (dir) => {
      const queue = createTranscriptionQueue();
      const service = serviceIn(dir, fakeCaptions().captioner, queue);
      const recording = service.record(WISHES, sent(sound(0, 800), { type: 'end' }), live());
      await recording.next();
      expect(queue.isTaken).toBe(true);
      await collect(recording);
      expect(queue.isTaken).toBe(false);
      const unknown = { ...WISHES, continues: '3c7f9a52-9d0e-4f6b-8a3d-5b1c2e4f6a7b' };
      await collect(service.record(unknown, sent(), live())).catch(() => undefined);
      expect(queue.isTaken).toBe(false);
    });
  });

  it('leaves out pauses, for captions too', async () => {
    await withTempDir(async (dir) => {
      const { captioner, asked } = fakeCaptions();
      const pieces = sent(
        sound(0, 800),
        { type: 'pause' },
        sound(70_000, 500),
        { type: 'resume' },
        sound(800, 400),
        { type: 'end' },
      );
      const wishes = { ...WISHES, captions: true };
      const events = await collect(serviceIn(dir, captioner).record(wishes, pieces, live()));
      expect(asked).toEqual(['start', 'add 800', 'pause', 'add 400', 'end 5000']);
      expect(events).toContainEqual({
        type: 'notice',
        notice: { code: 'MODEL_MISSING', message: 'No model.' },
      });
      expect(events.at(-1)).toMatchObject({ type: 'done', savedMs: 75 });
      expect((await only(dir)).kept).toEqual(pcmOf(0, 1200));
    });
  });

  it('keeps what came when the port closes, and does not wait for captions then', async () => {
    await withTempDir(async (dir) => {
      const { captioner, asked } = fakeCaptions();
      const abort = new AbortController();
      const upstream = createEventQueue<RecordPiece>();
      upstream.push(sound(0, 16_000));
      for await (const event of serviceIn(dir, captioner).record(
        { ...WISHES, captions: true },
        upstream.iterate(),
        abort.signal,
      )) {
        if (event.type === 'saved') abort.abort();
      }
      expect(asked.at(-1)).toBe('end 0');
      const { recording, kept } = await only(dir);
      expect(recording).toMatchObject({ state: 'complete', durationMs: 1000 });
      expect(kept).toEqual(pcmOf(0, 16_000));
    });
  });

  it('keeps what came when whoever listened leaves', async () => {
    await withTempDir(async (dir) => {
      const upstream = createEventQueue<RecordPiece>();
      upstream.push(sound(0, 16_000));
      for await (const event of serviceIn(dir).record(WISHES, upstream.iterate(), live())) {
        if (event.type === 'saved') break;
      }
      expect((await only(dir)).recording).toMatchObject({ state: 'complete', durationMs: 1000 });
    });
  });

  it('keeps what came when what comes next is no sound', async () => {
    await withTempDir(async (dir) => {
      const broken = async function* () {
        yield sound(0, 16_000);
        throw new Error('not understood');
      };
      const events = await collect(serviceIn(dir).record(WISHES, broken(), live()));
      expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'INTERNAL' }, savedMs: 1000 });
      expect((await only(dir)).kept).toEqual(pcmOf(0, 16_000));
    });
  });

  it('says why it ended when the microphone was lost', async () => {
    await withTempDir(async (dir) => {
      const notice = { code: 'MIC_LOST', message: 'The microphone is gone.' } as const;
      const events = await collect(
        serviceIn(dir).record(WISHES, sent(sound(0, 1600), { type: 'end', notice }), live()),
      );
      expect(events.slice(-2)).toMatchObject([
        { type: 'notice', notice },
        { type: 'done', savedMs: 100 },
      ]);
      expect((await only(dir)).recording?.notice).toEqual(notice);
    });
  });

  it('warns when nothing is heard', async () => {
    await withTempDir(async (dir) => {
      const silence: RecordPiece = { type: 'samples', samples: new Float32Array(16_000 * 11) };
      const events = await collect(
        serviceIn(dir).record(WISHES, sent(silence, sound(0, 16_000), { type: 'end' }), live()),
      );
      const told = events.filter(({ type }) => type === 'silent');
      expect(told).toEqual([
        { type: 'silent', forMs: 10_100 },
        { type: 'silent', forMs: 0 },
      ]);
    });
  });
});

describe('dictation', () => {
  it('hands sound and pauses to the captions, tells what they tell, and keeps nothing', async () => {
    await withTempDir(async (dir) => {
      const { captioner, asked } = fakeCaptions();
      const pieces = sent(sound(0, 1600), { type: 'pause' }, sound(1600, 800), { type: 'end' });
      const events = [];
      for await (const event of serviceIn(dir, captioner).dictate({}, pieces, live())) events.push(event);
      expect(asked).toEqual(['start', 'add 1600', 'pause', 'add 800', 'end 5000']);
      expect(events).toEqual([
        { type: 'notice', notice: { code: 'MODEL_MISSING', message: 'No model.' } },
        { type: 'done' },
      ]);
      expect(await createRecordingStore(dir, testKeys, silentLogger).list()).toEqual([]);
    });
  });

  it('refuses settings that cannot be, and ends with a reason when the sender fails', async () => {
    await withTempDir(async (dir) => {
      const { captioner, asked } = fakeCaptions();
      const service = serviceIn(dir, captioner);
      const bad = service.dictate({ threads: 0 }, sent(), live());
      await expect(bad.next()).rejects.toMatchObject({ code: 'PARAM_RANGE' });
      expect(asked).toEqual([]);
      async function* broken(): AsyncGenerator<RecordPiece> {
        yield sound(0, 16);
        throw new Error('gone');
      }
      const events = [];
      for await (const event of service.dictate({}, broken(), live())) events.push(event.type);
      expect(events).toEqual(['notice', 'failed']);
      expect(asked.at(-1)).toBe('end 0');
    });
  });
});

describe('SilenceWatch', () => {
  const ms = (count: number, value = 0) => new Float32Array(count * 16).fill(value);

  it('tells after more than ten seconds, every ten, and when it is over', () => {
    const watch = new SilenceWatch();
    const told: unknown[] = [];
    for (let second = 0; second < 31; second += 1) told.push(watch.add(ms(1000)));
    expect(told.filter((one) => one !== undefined)).toEqual([11_000, 21_000, 31_000].map((one) => one - 900));
    expect(watch.add(tone(200, 16_000, 0.5, 0.01))).toBe(0);
    expect(watch.add(tone(200, 16_000, 0.5, 0.01))).toBeUndefined();
  });

  it('takes a constant for silence, and a voice far away for none', () => {
    const constant = new SilenceWatch();
    expect(constant.add(ms(10_500, 0.2))).toBeDefined();
    // -55 dB of full scale.
    const far = new SilenceWatch();
    expect(far.add(tone(200, 16_000, 20, 0.0025))).toBeUndefined();
    const muted = new SilenceWatch();
    // -65 dB.
    expect(muted.add(tone(200, 16_000, 10.5, 0.0008))).toBeDefined();
  });

  it('begins again after a sound', () => {
    const watch = new SilenceWatch();
    for (let round = 0; round < 5; round += 1) {
      expect(watch.add(ms(9000))).toBeUndefined();
      expect(watch.add(tone(200, 16_000, 0.2))).toBeUndefined();
    }
  });
});
