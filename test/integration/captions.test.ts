import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RecordEvent, RecordPiece } from '../../contract/recording.ts';
import type { AttachedEvent, RunId } from '../../contract/runs.ts';
import type { SpeechEvent } from '../../contract/speech.ts';
import { createEventQueue } from '../../core/event-queue.ts';
import { createRouter } from '../../core/router.ts';
import { type RealCore, withRealCore } from '../support/real-core.ts';
import { ROOT } from '../support/run-cli.ts';

/** Public-domain speech; see the README beside it. */
const CLIP = join(ROOT, 'test', 'native', 'fixtures', 'speech', 'amiable.wav');
const TEXT = 'He might even have been made amiable himself.';
const PIECE_MS = 64;
const RATE = 16;

/** The sentence, some times over, with a pause after each. */
async function speech(times: number, pauseMs: number): Promise<Float32Array> {
  const bytes = (await readFile(CLIP)).subarray(44);
  const one = new Float32Array(bytes.length / 2 + pauseMs * RATE);
  for (let i = 0; i < bytes.length / 2; i += 1) one[i] = bytes.readInt16LE(2 * i) / 32_768;
  const all = new Float32Array(one.length * times);
  for (let time = 0; time < times; time += 1) all.set(one, time * one.length);
  return all;
}

/** Records in real time through the contract, as the page does. */
async function record(
  real: RealCore,
  sound: Float32Array,
  captions: boolean,
  onEvent: (event: RecordEvent) => void = () => undefined,
): Promise<RecordEvent[]> {
  const upstream = createEventQueue<RecordPiece>();
  const events: RecordEvent[] = [];
  const input = { title: 'Amiable', settings: {}, captions };
  const startedAt = performance.now();
  let at = 0;
  const timer = setInterval(() => {
    const due = Math.floor(performance.now() - startedAt) * RATE;
    if (due > at) upstream.push({ type: 'samples', samples: sound.slice(at, due) });
    at = due;
    if (at < sound.length) return;
    clearInterval(timer);
    upstream.push({ type: 'end' });
  }, PIECE_MS);
  const stream = createRouter(real.core).open(
    'speech.record',
    input,
    new AbortController().signal,
    upstream.iterate(),
  );
  for await (const event of stream as AsyncIterable<RecordEvent>) {
    events.push(event);
    onEvent(event);
  }
  clearInterval(timer);
  return events;
}

const textsOf = (events: Array<RecordEvent | SpeechEvent>): string[] =>
  events.flatMap((event) => (event.type === 'segment' ? [event.segment.text.trim()] : []));

describe('a recording with captions', () => {
  it('shows the words while they are said, and is transcribed from its journal', async () => {
    await withRealCore(async (real) => {
      const sound = await speech(2, 2500);
      const events = await record(real, sound, true);
      expect(textsOf(events)).toEqual([TEXT, TEXT]);
      const first = events.findIndex((event) => event.type === 'segment');
      const partials = events.slice(0, first).filter((event) => event.type === 'partial');
      expect(partials.length).toBeGreaterThan(3);
      expect(events.at(-1)).toMatchObject({ type: 'done', savedMs: sound.length / RATE });
      const router = createRouter(real.core);
      const list = await router.call('recordings.list', undefined);
      expect(list).toMatchObject({ ok: true, value: [{ title: 'Amiable', state: 'complete' }] });
      const id = events[0]?.type === 'started' ? events[0].recordingId : '';
      const heard: SpeechEvent[] = [];
      const started = await router.call('recordings.transcribe', { id, settings: {} });
      const { runId } = (started as { value: RunId }).value;
      const stream = router.open('runs.attach', { runId, from: 0 }, new AbortController().signal);
      for await (const told of stream as AsyncIterable<AttachedEvent>) {
        if (told.type === 'transcription') heard.push(told.event);
      }
      expect(textsOf(heard).join(' ')).toBe(`${TEXT} ${TEXT}`);
      expect(heard.at(-1)).toMatchObject({ type: 'done', reason: 'complete' });
      expect(await router.call('recordings.delete', { id })).toMatchObject({ ok: true });
      expect(await real.core.recordings.list()).toEqual([]);
    });
  });

  it('goes on when the engine dies: the sound is whole, and captions come again', async () => {
    await withRealCore(async (real) => {
      const sound = await speech(4, 1000);
      let isKilled = false;
      const events = await record(real, sound, true, (event) => {
        if (event.type !== 'segment' || isKilled) return;
        isKilled = true;
        real.signal('SIGKILL');
      });
      // A death between two hearings costs nothing, so nothing is said of it; one within a hearing is told.
      for (const event of events)
        if (event.type === 'notice') expect(event.notice.code).toBe('ENGINE_CRASHED');
      expect(isKilled).toBe(true);
      expect(textsOf(events)[0]).toBe(TEXT);
      expect(textsOf(events).at(-1)).toBe(TEXT);
      expect(real.processes.length).toBe(2);
      expect(events.at(-1)).toMatchObject({ type: 'done', savedMs: sound.length / RATE });
    });
  });

  it('is whole without a model, which a notice tells', async () => {
    await withRealCore(async (real) => {
      const upstream = createEventQueue<RecordPiece>();
      upstream.push({ type: 'samples', samples: new Float32Array(16_000) });
      upstream.push({ type: 'end' });
      const input = { settings: { modelId: 'no-such-model' }, captions: true };
      const events: RecordEvent[] = [];
      for await (const event of real.core.recordings.record(
        input,
        upstream.iterate(),
        new AbortController().signal,
      ))
        events.push(event);
      expect(events).toContainEqual({
        type: 'notice',
        notice: expect.objectContaining({ code: 'MODEL_MISSING' }),
      });
      expect(events.at(-1)).toMatchObject({ type: 'done', savedMs: 1000 });
    });
  });
});
