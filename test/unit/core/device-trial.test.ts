import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDeviceBench } from '../../../core/engine/device-bench.ts';
import { tryDevices } from '../../../core/engine/device-trial.ts';
import { fakeLoadable, withTempDir } from '../../support/models.ts';
import { answersWith, type Behaviour, STATS, scriptedLauncher } from '../../support/scripted-engine.ts';

const signal = new AbortController().signal;

/** Answers with a text at a speed, in tokens a second. */
function answersAt(text: string, decodeTokensPerSecond: number): Behaviour {
  return (engine, message) => {
    if (message.type === 'load') engine.say({ type: 'loaded', loadMs: 7, contextLimit: 2048 });
    if (message.type !== 'generate') return;
    const { requestId } = message;
    engine.say({ type: 'event', requestId, event: { type: 'delta', text } });
    const stats = { ...STATS, decodeTokensPerSecond };
    engine.say({ type: 'event', requestId, event: { type: 'done', reason: 'stop', stats } });
  };
}

const crashes: Behaviour = (engine, message) => {
  if (message.type !== 'load') return;
  engine.stderr('ERROR: No adapters found');
  engine.die();
};

const PARIS = 'The capital of France is Paris.';
const CPU = answersAt(PARIS, 50);

function tryOn(gpu: Behaviour, excluded = {}) {
  const { launch, engines } = scriptedLauncher([CPU, gpu]);
  const options = { launch, loadable: fakeLoadable(), threads: 2, cacheDir: '/c', nativeDir: '/n', signal };
  return { trials: tryDevices(['cpu', 'gpu'], excluded, options), engines };
}

describe('a model tried on a device', () => {
  it.each([
    ['works', answersAt(PARIS, 200), undefined],
    ['slower', answersAt(PARIS, 20), /quicker/],
    ['wrong', answersAt('#### ???? 0000 ....', 500), /something else/],
    ['wrong', answersAt('', 500), /something else/],
    ['refused', crashes, /No graphics adapter/],
  ] as const)('%s', async (verdict, gpu, reason) => {
    const { trials, engines } = tryOn(gpu);
    const [cpu, tried] = await trials;
    expect(cpu).toMatchObject({ device: 'cpu', verdict: 'works', decodeTokensPerSecond: 50, loadMs: 7 });
    expect(tried).toMatchObject({ device: 'gpu', verdict });
    if (reason === undefined) expect(tried?.reason).toBeUndefined();
    else expect(tried?.reason).toMatch(reason);
    // Thrown away, whatever came of it.
    expect(engines.every((engine) => engine.killed)).toBe(true);
  });

  it('refuses a software adapter, though it works', async () => {
    const { trials } = tryOn((engine, message) => {
      if (message.type === 'load') engine.stderr('Selected adapter: llvmpipe adapterType=CPU');
      answersAt(PARIS, 300)(engine, message);
    });
    expect((await trials)[1]).toMatchObject({
      verdict: 'refused',
      reason: expect.stringMatching(/software/),
    });
  });

  it('starts nothing for a device that is not there', async () => {
    const { trials, engines } = tryOn(answersWith('never'), {
      gpu: 'No Vulkan graphics driver is installed.',
    });
    expect((await trials)[1]).toEqual({
      device: 'gpu',
      verdict: 'refused',
      reason: 'No Vulkan graphics driver is installed.',
    });
    expect(engines).toHaveLength(1);
  });
});

describe('what was found of a model', () => {
  it('is kept until the driver is another, and decides which device is taken', async () => {
    await withTempDir(async (dir) => {
      let driver = 'one';
      const { launch } = scriptedLauncher([CPU, answersAt(PARIS, 200)]);
      const make = () =>
        createDeviceBench({
          launch,
          cacheDir: '/c',
          nativeDir: '/n',
          path: join(dir, 'devices.json'),
          threads: () => 2,
          excluded: async () => ({ npu: 'none' }),
          driver: () => driver,
        });
      const model = fakeLoadable();
      expect(await make().best(model)).toBe('cpu');
      await make().run(model, signal);
      expect(await make().best(model)).toBe('gpu');
      expect(await make().best({ ...model, path: '/models/other.litertlm' })).toBe('cpu');
      driver = 'two';
      expect(await make().best(model)).toBe('cpu');
      expect(await make().known(model)).toBeUndefined();
    });
  });
});
