import { describe, expect, it } from 'vitest';
import type { SpeechEngineEvent } from '../../../../core/engine/protocol.ts';
import { createRequestQueue } from '../../../../core/engine/request-queue.ts';
import type { SpeechEngineRequest, SpeechEngines } from '../../../../core/engine/speech/speech-engines.ts';
import { AppError } from '../../../../core/errors.ts';
import { createCaptionEngine } from '../../../../core/speech/captions/caption-engine.ts';
import { HearingEngine } from '../../../../core/speech/hearing-engine.ts';

const LOAD = {} as SpeechEngineRequest;
const never = new AbortController().signal;
const VOICE: SpeechEngineEvent = { type: 'voice', probabilities: Float32Array.of(0.5) };
const failed = (code: 'ENGINE_CRASHED' | 'ENGINE_HUNG' | 'INTERNAL'): SpeechEngineEvent => ({
  type: 'failed',
  error: new AppError(code, 'It failed.').toInfo(),
});

/** Engines that answer with these events, one each time; a new generation after every failure. */
function answering(...answers: SpeechEngineEvent[]) {
  const resets: boolean[] = [];
  let generation = 1;
  const findVoice = async function* (_: Float32Array, reset: boolean) {
    resets.push(reset);
    const answer = answers.shift() ?? VOICE;
    if (answer.type === 'failed') generation += 1;
    yield answer;
  };
  const engines = {
    turns: createRequestQueue(),
    acquire: async () => ({ engine: { generation, findVoice }, loadMs: 0 }),
    dispose: async () => undefined,
  } as unknown as SpeechEngines;
  return { engines, resets };
}

describe('work that an engine died over', () => {
  it.each(['ENGINE_CRASHED', 'ENGINE_HUNG'] as const)(
    'is done once more after %s, not for ever',
    async (code) => {
      const once = new HearingEngine(answering(failed(code)).engines, LOAD, never);
      expect(await once.findVoice(new Float32Array(1), true)).toEqual(Float32Array.of(0.5));
      const twice = new HearingEngine(answering(failed(code), failed(code)).engines, LOAD, never);
      await expect(twice.findVoice(new Float32Array(1), true)).rejects.toMatchObject({ code });
    },
  );

  it('is not done again where the engine said why it cannot be done', async () => {
    const { engines, resets } = answering(failed('INTERNAL'));
    const engine = new HearingEngine(engines, LOAD, never);
    await expect(engine.findVoice(new Float32Array(1), true)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(resets).toHaveLength(1);
  });
});

describe('captions', () => {
  it('begin anew with their sound and with every new engine, and leave out what one died over', async () => {
    const { engines, resets } = answering(VOICE, VOICE, failed('ENGINE_HUNG'));
    const deaths: string[] = [];
    const engine = createCaptionEngine(engines, LOAD, {}, never, ({ code }) => deaths.push(code));
    const heard: boolean[] = [];
    for (let piece = 0; piece < 5; piece += 1) {
      heard.push((await engine.findVoice(new Float32Array(1))) !== undefined);
    }
    expect(resets).toEqual([true, false, false, true, false]);
    expect(heard).toEqual([true, true, false, true, true]);
    expect(deaths).toEqual(['ENGINE_HUNG']);
  });
});
