import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../../core/errors.ts';
import { withTempDir } from '../../../support/models.ts';
import type { Behaviour } from '../../../support/scripted-engine.ts';
import { all, doneIn, hearingParts, plan, serviceIn, signal } from '../../../support/scripted-profile.ts';

/** Hears a window in so many milliseconds, of which the encoder takes a half; writes ten tokens. */
function hearsIn(...costs: number[]): Behaviour {
  let heard = 0;
  return (engine, message) => {
    if (message.type === 'load-speech') engine.say({ type: 'loaded', loadMs: 7 });
    if (message.type !== 'transcribe') return;
    const cost = costs[Math.min(heard, costs.length - 1)] ?? 0;
    heard += 1;
    const { requestId } = message;
    engine.say({ type: 'event', requestId, event: { type: 'partial', text: 'And' } });
    const window = { ...HEARD, cost: { encodeMs: cost / 2, decodeMs: cost / 2, tokens: 10 } };
    engine.say({ type: 'event', requestId, event: { type: 'heard', window, peakRssBytes: 2000 } });
  };
}
const HEARD = {
  segments: [],
  noSpeechProbability: 0,
  meanLogProbability: 0,
  compressionRatio: 1,
  temperature: 0,
};
const NO_SUCH = async () => {
  throw new AppError('MODEL_MISSING', 'There is no model of that name.');
};

describe('measuring what hears', () => {
  it('measures what hears, on the processor, by what it was given', () =>
    withTempDir(async (dir) => {
      const sample = vi.fn(async () => ({ samples: new Float32Array(30 * 16_000), language: 'en' }));
      const { service, engines, unload, unloadHearing } = serviceIn(dir, hearsIn(1000, 100, 200, 400), {
        models: { find: NO_SUCH },
        sample,
      });
      const wanted = plan({ models: ['whisper-base'], devices: ['gpu'], soundSeconds: [5, 30] });
      const run = doneIn(await all(service.run(wanted, signal())));
      expect(
        run.rows.map((row) => [row.task, row.device, row.task === 'speech' && row.soundSeconds]),
      ).toEqual([
        ['speech', 'cpu', 5],
        ['speech', 'cpu', 30],
      ]);
      expect(run.rows[0]).toMatchObject({ modelId: 'whisper-base', quantization: 'INT8', threads: 2 });
      expect(run.rows[0]).toMatchObject({ accuracy: { changedWordsPercent: 0.5 } });
      expect(run.rows[0]?.figures).toMatchObject({
        rounds: 3,
        loadMs: 7,
        answerTokens: 10,
        encodeMs: { p50: 100, p95: 190 },
        tokenMs: { p50: 10, p95: 19 },
        decodeTokensPerSecond: 100,
        peakRssBytes: 2000,
      });
      const given = engines.map(({ received }) =>
        received.flatMap((message) => (message.type === 'transcribe' ? [message.window.samples.length] : [])),
      );
      expect(given).toEqual([Array(4).fill(5 * 16_000), Array(4).fill(30 * 16_000)]);
      // Read once, whatever number of rows there is.
      expect(sample).toHaveBeenCalledOnce();
      expect(unload).toHaveBeenCalledOnce();
      expect(unloadHearing).toHaveBeenCalledOnce();
      expect(await service.list()).toEqual([run]);
    }));

  it('says in its row why a model that hears could not be measured', () =>
    withTempDir(async (dir) => {
      const dies: Behaviour = (engine, message) => {
        if (message.type === 'load-speech') engine.say({ type: 'loaded', loadMs: 7 });
        else engine.die();
      };
      const { service } = serviceIn(dir, [dies, hearsIn(10)]);
      const wanted = plan({ models: ['/m/whisper.tflite'], soundSeconds: [5, 30], rounds: 1 });
      const { rows } = doneIn(await all(service.run(wanted, signal())));
      expect(rows.map(({ error }) => error?.code)).toEqual(['ENGINE_CRASHED', undefined]);
    }));

  it('knows a model that is neither by the first reason', () =>
    withTempDir(async (dir) => {
      const find = NO_SUCH;
      const hearing = { ...hearingParts(), models: { find } };
      const { service, unload } = serviceIn(dir, [], { models: { find }, hearing });
      const events = await all(service.run(plan({ models: ['none'] }), signal()));
      expect(events).toMatchObject([{ type: 'failed', error: { code: 'MODEL_MISSING' } }]);
      expect(unload).not.toHaveBeenCalled();
    }));

  it('is refused while something is transcribed', () =>
    withTempDir(async (dir) => {
      const hearing = hearingParts();
      await hearing.engines.turns.enter(signal());
      const { service } = serviceIn(dir, [], { hearing });
      const events = await all(service.run(plan(), signal()));
      expect(events).toMatchObject([{ type: 'failed', error: { code: 'ENGINE_BUSY' } }]);
    }));
});
