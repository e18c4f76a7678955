import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type ProfileEvent, type ProfilePlan, profilePlanSchema } from '../../../../contract/profile.ts';
import { ENGINE_LIMITS } from '../../../../core/engine/engine.ts';
import { createRequestQueue } from '../../../../core/engine/request-queue.ts';
import { AppError } from '../../../../core/errors.ts';
import type { ModelLibrary } from '../../../../core/models/model-library.ts';
import { createProfileService } from '../../../../core/profile/profile-service.ts';
import { createProfileStore } from '../../../../core/profile/profile-store.ts';
import type { LoadableSpeechModel } from '../../../../core/speech/speech-models.ts';
import { BUILT_IN_DIR, fakeLoadable, withTempDir } from '../../../support/models.ts';
import { profileRow, profileRun } from '../../../support/profiles.ts';
import { type Behaviour, loadsAtOnce, STATS, scriptedLauncher } from '../../../support/scripted-engine.ts';

/** Answers with the speeds given, one after the other; the last one stays. */
function answersAt(...speeds: number[]): Behaviour {
  let answers = 0;
  return (engine, message) => {
    loadsAtOnce(engine, message);
    if (message.type !== 'generate') return;
    const speed = speeds[Math.min(answers, speeds.length - 1)] ?? 0;
    answers += 1;
    const stats = { ...STATS, ttftMs: 1000 / speed, decodeTokensPerSecond: speed };
    const { requestId } = message;
    engine.say({ type: 'event', requestId, event: { type: 'delta', text: 'Once' } });
    engine.say({ type: 'event', requestId, event: { type: 'done', reason: 'length', stats } });
  };
}

function hearingParts() {
  return {
    models: { find: async () => SPEECH },
    places: { voicePath: '/v', speakerPath: '/s', nativeDir: '/n', cacheDir: '/c' },
    engines: { turns: createRequestQueue(), unload: async () => undefined },
  };
}

function serviceIn(dir: string, behaviours: Behaviour | Behaviour[], change = {}) {
  const { launch, engines } = scriptedLauncher(behaviours);
  const unload = vi.fn(async () => undefined);
  const hearing = hearingParts();
  const unloadHearing = vi.fn(async () => undefined);
  const onChange = vi.fn();
  const service = createProfileService({
    launch,
    nativeDir: '/n',
    cacheDir: '/c',
    models: { find: async () => fakeLoadable() } as unknown as ModelLibrary,
    hearing: { ...hearing, engines: { ...hearing.engines, unload: unloadHearing } },
    sample: async () => ({ samples: new Float32Array(30 * 16_000), language: 'en' }),
    engines: { isBusy: false, unload },
    store: createProfileStore(join(dir, 'speed')),
    threads: () => 2,
    excluded: () => ({ gpu: 'No Vulkan graphics driver is installed.' }),
    facts: async () => profileRun().machine,
    onChange,
    machine: () => ({ totalBytes: 64e9, freeBytes: 64e9 }),
    ...change,
  });
  return { service, engines, unload, unloadHearing, onChange };
}

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
const SPEECH = {
  modelPath: '/m/whisper.tflite',
  tokenizerPath: '/m/tokenizer.json',
  multilingual: true,
  settings: {
    ...JSON.parse(readFileSync(join(BUILT_IN_DIR, 'whisper-base', 'speech.json'), 'utf8')),
    accuracy: { changedWordsPercent: 0.5, klDivergence: 0.0025, top1Percent: 99.3 },
  },
} satisfies LoadableSpeechModel;
const NO_SUCH = async () => {
  throw new AppError('MODEL_MISSING', 'There is no model of that name.');
};

const plan = (change: Partial<ProfilePlan> = {}) =>
  profilePlanSchema.parse({ promptTokens: [64], rounds: 3, ...change });

async function all(run: AsyncIterable<ProfileEvent>): Promise<ProfileEvent[]> {
  const events = [];
  for await (const event of run) events.push(event);
  return events;
}

function doneIn(events: ProfileEvent[]) {
  const last = events.at(-1);
  if (last?.type !== 'done') throw new Error(`It ended with ${JSON.stringify(last)}`);
  return last.run;
}

const signal = () => new AbortController().signal;

describe('measuring', () => {
  it('leaves the first answer out, takes medians, and keeps the run', () =>
    withTempDir(async (dir) => {
      const { service, engines, unload, onChange } = serviceIn(dir, answersAt(1, 50, 100, 200));
      const events = await all(service.run(plan(), signal()));
      const run = doneIn(events);
      expect(run).toMatchObject({ isWhole: true, machine: { cpu: 'Acme 3000' } });
      expect(run.rows).toHaveLength(1);
      expect(run.rows[0]?.figures).toMatchObject({
        rounds: 3,
        decodeTokensPerSecond: 100,
        tokenMs: { p50: 10, p95: 19 },
        firstTextMs: { p50: 10, p95: 19 },
        promptTokens: 10,
        loadMs: 1,
        peakRssBytes: 1000,
      });
      const progress = events
        .filter((event) => event.type === 'progress')
        .map(({ done, total }) => [done, total]);
      expect(progress).toEqual([
        [0, 4],
        [1, 4],
        [2, 4],
        [3, 4],
        [4, 4],
      ]);
      expect(await service.list()).toEqual([run]);
      expect(engines.every((engine) => engine.killed)).toBe(true);
      // The model that answers otherwise would be measured against.
      expect(unload).toHaveBeenCalledOnce();
      expect(onChange).toHaveBeenCalledOnce();
    }));

  it('has a process for every combination; threads are the processor’s', () =>
    withTempDir(async (dir) => {
      const { service, engines } = serviceIn(dir, answersAt(50), { excluded: () => ({}) });
      const wanted = plan({ devices: ['cpu', 'gpu'], threads: [1, 2], promptTokens: [64, 256], rounds: 1 });
      const run = doneIn(await all(service.run(wanted, signal())));
      expect(
        run.rows.map((row) => [row.device, row.threads, row.task === 'chat' && row.promptTokens]),
      ).toEqual([
        ['cpu', 1, 64],
        ['cpu', 1, 256],
        ['cpu', 2, 64],
        ['cpu', 2, 256],
        ['gpu', 1, 64],
        ['gpu', 1, 256],
      ]);
      expect(engines).toHaveLength(6);
      const questions = engines.map(({ received }) => {
        const asked = received.filter((message) => message.type === 'generate');
        return asked.map(({ prompt }) => prompt.question);
      });
      // Longer is longer, and no answer is helped by what was read for the one before.
      expect(questions[1]?.[0]?.length).toBeGreaterThan(3 * (questions[0]?.[0]?.length ?? 0));
      expect(questions[0]?.[0]?.slice(0, 40)).not.toBe(questions[0]?.[1]?.slice(0, 40));
    }));

  it('measures what hears, on the processor, by what it was given', () =>
    withTempDir(async (dir) => {
      const { service, engines, unload, unloadHearing } = serviceIn(dir, hearsIn(1000, 100, 200, 400), {
        models: { find: NO_SUCH },
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

  it('refuses a number out of range by its name, before anything is unloaded', () =>
    withTempDir(async (dir) => {
      const { service, engines, unload } = serviceIn(dir, answersAt(50));
      for (const [name, value] of [
        ['rounds', 0],
        ['threads', [0]],
        ['promptTokens', [5]],
        ['soundSeconds', [31]],
        ['devices', ['tpu']],
      ]) {
        const events = await all(service.run({ [name as string]: value }, signal()));
        expect(events).toMatchObject([{ type: 'failed', error: { code: 'PARAM_RANGE' } }]);
        expect(JSON.stringify(events)).toContain(`The value of ${name} is not allowed.`);
      }
      expect(engines).toHaveLength(0);
      expect(unload).not.toHaveBeenCalled();
    }));

  it('says of each what could not be measured, and goes on', () =>
    withTempDir(async (dir) => {
      const dies: Behaviour = (engine, message) => {
        loadsAtOnce(engine, message);
        if (message.type === 'generate') engine.die();
      };
      const { service } = serviceIn(dir, [dies, answersAt(50)]);
      const wanted = plan({ devices: ['cpu', 'gpu'], promptTokens: [64, 256, 100_000], rounds: 1 });
      const { rows } = doneIn(await all(service.run(wanted, signal())));
      expect(rows.map(({ error }) => error?.code)).toEqual([
        'ENGINE_CRASHED',
        undefined,
        'CONTEXT_FULL',
        'BACKEND_FAILED',
        'BACKEND_FAILED',
        'BACKEND_FAILED',
      ]);
      expect(rows[1]?.figures?.decodeTokensPerSecond).toBe(50);
    }));

  it('does not load what there is no memory for', () =>
    withTempDir(async (dir) => {
      const { service, engines } = serviceIn(dir, answersAt(50), {
        machine: () => ({ totalBytes: 1e6, freeBytes: 1e6 }),
      });
      const { rows } = doneIn(await all(service.run(plan(), signal())));
      expect(rows[0]?.error?.code).toBe('MODEL_MEMORY');
      expect(engines).toHaveLength(0);
    }));

  it('keeps what was measured when it is stopped, and ends the process', () =>
    withTempDir(async (dir) => {
      const abort = new AbortController();
      const stops: Behaviour = (engine, message) => {
        loadsAtOnce(engine, message);
        if (message.type === 'generate') abort.abort();
      };
      const { service, engines } = serviceIn(dir, [answersAt(50), stops]);
      const run = doneIn(await all(service.run(plan({ promptTokens: [64, 256, 512] }), abort.signal)));
      expect(run).toMatchObject({ isWhole: false, rows: [{ promptTokens: 64 }] });
      expect(await service.list()).toEqual([run]);
      expect(engines).toHaveLength(2);
      expect(engines[1]?.killed).toBe(true);
    }));

  it('is stopped at once while a model still loads', () =>
    withTempDir(async (dir) => {
      const abort = new AbortController();
      const neverLoads: Behaviour = (_, message) => {
        if (message.type === 'load') abort.abort();
      };
      // Nor is it ended as one that hangs.
      const limits = { ...ENGINE_LIMITS, silence: 600_000 };
      const { service, engines } = serviceIn(dir, neverLoads, { limits });
      expect(doneIn(await all(service.run(plan(), abort.signal))).rows).toEqual([]);
      expect(engines[0]?.killed).toBe(true);
    }));

  it('keeps nothing of a run that was stopped at once', () =>
    withTempDir(async (dir) => {
      const { service, onChange } = serviceIn(dir, answersAt(50));
      const run = doneIn(await all(service.run(plan(), AbortSignal.abort())));
      expect(run.rows).toEqual([]);
      expect(await service.list()).toEqual([]);
      expect(onChange).not.toHaveBeenCalled();
    }));

  it('is refused while an answer is written, or another measurement runs', () =>
    withTempDir(async (dir) => {
      const busy = serviceIn(dir, answersAt(50), {
        engines: { isBusy: true, unload: async () => undefined },
      });
      const refused = [{ type: 'failed', error: { code: 'ENGINE_BUSY' } }];
      expect(await all(busy.service.run(plan(), signal()))).toMatchObject(refused);
      expect(busy.engines).toHaveLength(0);
      const { service } = serviceIn(dir, answersAt(50));
      const first = service.run(plan(), signal());
      await first.next();
      expect(await all(service.run(plan(), signal()))).toMatchObject(refused);
      doneIn(await all(first));
      doneIn(await all(service.run(plan(), signal())));
    }));

  it('does not tell where a file lies that was named by its path', () =>
    withTempDir(async (dir) => {
      const loadable = fakeLoadable();
      const path = '/home/anna/secret/m.litertlm';
      const named = { ...loadable, path, model: { ...loadable.model, id: path, name: 'm' } };
      const { service } = serviceIn(dir, answersAt(50), { models: { find: async () => named } });
      doneIn(await all(service.run(plan({ models: [path] }), signal())));
      const { bytes } = await service.export([], 'json');
      expect(new TextDecoder().decode(bytes)).not.toContain('anna');
    }));
});

describe('what was measured', () => {
  it('is read as it was kept before models that hear were measured', () =>
    withTempDir(async (dir) => {
      const { service } = serviceIn(dir, []);
      const { task: _, ...row } = profileRow();
      const { soundSeconds: __, ...older } = profileRun().plan;
      const run = { ...profileRun(), plan: older, rows: [row] };
      expect(await service.import(JSON.stringify({ kind: 'sotto-profile', runs: [run] }))).toBe(1);
      expect((await service.list())[0]?.rows).toEqual([profileRow()]);
    }));

  it('goes to another machine and back', () =>
    withTempDir(async (dir) => {
      const from = serviceIn(join(dir, 'a'), answersAt(50)).service;
      const to = serviceIn(join(dir, 'b'), answersAt(50)).service;
      const run = doneIn(await all(from.run(plan(), signal())));
      const file = await from.export([run.id], 'json');
      expect(file.name).toBe('sotto-speed.json');
      const text = new TextDecoder().decode(file.bytes);
      expect(await to.import(text)).toBe(1);
      // The same once more changes nothing.
      expect(await to.import(text)).toBe(1);
      expect(await to.list()).toEqual([run]);
      await to.remove(run.id);
      expect(await to.list()).toEqual([]);
      await expect(to.export([], 'md')).rejects.toMatchObject({ code: 'PROFILE_UNKNOWN' });
    }));

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['another file', '{"kind":"sotto-personas","runs":[]}'],
    [
      'a run that leads elsewhere',
      JSON.stringify({ kind: 'sotto-profile', runs: [profileRun({ id: '../../x' })] }),
    ],
    ['a newer version', JSON.stringify({ kind: 'sotto-profile', runs: [{ ...profileRun(), version: 2 }] })],
  ])('is not read from %s', (_, text) =>
    withTempDir(async (dir) => {
      const { service } = serviceIn(dir, answersAt(50));
      await expect(service.import(text)).rejects.toMatchObject({ code: 'IMPORT_FORMAT' });
      expect(await service.list()).toEqual([]);
    }),
  );
});
