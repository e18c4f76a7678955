import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ENGINE_LIMITS, startEngine } from '../../../core/engine/engine.ts';
import type { EngineEvent, EngineLoadMessage, EnginePrompt } from '../../../core/engine/protocol.ts';
import { answersWith, createScriptedEngine, loadsAtOnce } from '../../support/scripted-engine.ts';

const LOAD: EngineLoadMessage = {
  type: 'load',
  load: {
    modelPath: '/m.litertlm',
    backend: 'cpu',
    threads: 2,
    maxTokens: 2048,
    cacheDir: '/c',
    nativeDir: '/n',
  },
};
const PROMPT: EnginePrompt = {
  history: [],
  question: 'Hello?',
  sampling: { temperature: 0, topK: 1, topP: 1, repetitionPenalty: 1 },
  maxTokens: 16,
};
const never = new AbortController().signal;

async function collect(events: AsyncIterable<EngineEvent>): Promise<EngineEvent[]> {
  const all = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('startEngine', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('loads and streams an answer', async () => {
    const scripted = createScriptedEngine(answersWith('Hi', '!'));
    const engine = startEngine(scripted.handle, LOAD, 1);
    expect(await engine.loaded).toEqual({ loadMs: 1, contextLimit: 2048 });
    const events = await collect(engine.generate(PROMPT, never));
    expect(events.map((event) => event.type)).toEqual(['delta', 'delta', 'done']);
  });

  it('ends an answer with ENGINE_CRASHED when the process dies, and keeps what came', async () => {
    const scripted = createScriptedEngine((engine, message) => {
      loadsAtOnce(engine, message);
      if (message.type !== 'generate') return;
      engine.delta('partial');
      engine.die();
    });
    const engine = startEngine(scripted.handle, LOAD, 1);
    await engine.loaded;
    const events = await collect(engine.generate(PROMPT, never));
    expect(events[0]).toEqual({ type: 'delta', text: 'partial' });
    expect(events[1]).toMatchObject({ type: 'failed', error: { code: 'ENGINE_CRASHED' } });
    expect(engine.alive).toBe(false);
    const after = await collect(engine.generate(PROMPT, never));
    expect(after).toMatchObject([{ type: 'failed', error: { code: 'ENGINE_CRASHED' } }]);
  });

  it('rejects loading with the reason that the process wrote before it died', async () => {
    const scripted = createScriptedEngine((engine) => {
      engine.stderr('terminate called: std::bad_alloc');
      engine.die({ code: null, signal: 'SIGABRT' });
    });
    const engine = startEngine(scripted.handle, LOAD, 1);
    await expect(engine.loaded).rejects.toMatchObject({
      code: 'MODEL_LOAD_FAILED',
      message: expect.stringContaining('not enough memory'),
    });
  });

  it('kills a process that stops beating within 15 seconds, and says so', async () => {
    const scripted = createScriptedEngine(loadsAtOnce);
    const engine = startEngine(scripted.handle, LOAD, 1);
    await engine.loaded;
    const events = collect(engine.generate(PROMPT, never));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(scripted.killed).toBe(true);
    expect((await events).at(-1)).toMatchObject({ type: 'failed', error: { code: 'ENGINE_HUNG' } });
  });

  it('leaves a process alone that beats, also after the machine slept', async () => {
    const scripted = createScriptedEngine(loadsAtOnce);
    const engine = startEngine(scripted.handle, LOAD, 1);
    await engine.loaded;
    for (let i = 0; i < 60; i += 1) {
      scripted.say({ type: 'beat' });
      await vi.advanceTimersByTimeAsync(1000);
    }
    // Asleep: timers stand still, then the first check finds no beat; the process beats right after.
    await vi.advanceTimersByTimeAsync(4500);
    scripted.say({ type: 'beat' });
    await vi.advanceTimersByTimeAsync(3000);
    expect(scripted.killed).toBe(false);
    engine.stop();
  });

  it('kills a process that beats but no longer writes', async () => {
    const scripted = createScriptedEngine(loadsAtOnce);
    const engine = startEngine(scripted.handle, LOAD, 1);
    await engine.loaded;
    const events = collect(engine.generate(PROMPT, never));
    await vi.advanceTimersByTimeAsync(0);
    scripted.delta('one');
    for (let ms = 0; ms <= ENGINE_LIMITS.nextText + 1000; ms += 1000) {
      scripted.say({ type: 'beat' });
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect((await events).at(-1)).toMatchObject({ type: 'failed', error: { code: 'ENGINE_HUNG' } });
  });

  it('cancels, and kills an engine that does not end its answer', async () => {
    const scripted = createScriptedEngine(loadsAtOnce);
    const engine = startEngine(scripted.handle, LOAD, 1);
    await engine.loaded;
    const abort = new AbortController();
    const events = collect(engine.generate(PROMPT, abort.signal));
    await vi.advanceTimersByTimeAsync(0);
    abort.abort();
    expect(scripted.received.at(-1)).toMatchObject({ type: 'cancel' });
    for (let ms = 0; ms <= ENGINE_LIMITS.cancel; ms += 1000) {
      scripted.say({ type: 'beat' });
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(scripted.killed).toBe(true);
    expect((await events).at(-1)?.type).toBe('failed');
  });

  it('ignores messages that are not of the protocol or of another request', async () => {
    const scripted = createScriptedEngine(loadsAtOnce);
    const engine = startEngine(scripted.handle, LOAD, 1);
    await engine.loaded;
    const events = collect(engine.generate(PROMPT, never));
    await vi.advanceTimersByTimeAsync(0);
    scripted.say({ type: 'event', requestId: 999, event: { type: 'delta', text: 'stale' } });
    scripted.say({ nonsense: true } as never);
    scripted.delta('right');
    scripted.done();
    expect(await events).toMatchObject([{ type: 'delta', text: 'right' }, { type: 'done' }]);
  });
});
