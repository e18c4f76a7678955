import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENGINE_LIMITS } from '../../../../core/engine/engine.ts';
import { fakeLoadable, withTempDir } from '../../../support/models.ts';
import { profileRow, profileRun } from '../../../support/profiles.ts';
import { type Behaviour, loadsAtOnce, STATS } from '../../../support/scripted-engine.ts';
import { all, doneIn, plan, serviceIn, signal } from '../../../support/scripted-profile.ts';

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
