import { describe, expect, it, vi } from 'vitest';
import type { EngineStatus } from '../../../contract/engine.ts';
import { createEngineSupervisor } from '../../../core/engine/engine-supervisor.ts';
import { silentLogger } from '../../../core/logger.ts';
import { fakeLoadable } from '../../support/models.ts';
import { type Behaviour, loadsAtOnce, scriptedLauncher } from '../../support/scripted-engine.ts';

function create(behaviours: Behaviour | Behaviour[] = loadsAtOnce, idleMs = 600_000) {
  const { launch, engines } = scriptedLauncher(behaviours);
  const statuses: EngineStatus[] = [];
  const supervisor = createEngineSupervisor({
    launch,
    nativeDir: '/n',
    cacheDir: '/c',
    onStatus: (status) => statuses.push(status),
    log: silentLogger,
    idleMs: async () => idleMs,
  });
  return { supervisor, engines, statuses };
}

const request = { loadable: fakeLoadable(), backend: 'auto', threads: 2, contextTokens: 2048 } as const;
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

const failsToLoad: Behaviour = (engine, message) => {
  if (message.type !== 'load') return;
  engine.stderr('No adapters found');
  engine.say({
    type: 'load-failed',
    error: { code: 'MODEL_LOAD_FAILED', message: 'The engine could not load the model.' },
  });
};

describe('createEngineSupervisor', () => {
  it('starts one engine for one model and keeps it', async () => {
    const { supervisor, engines, statuses } = create();
    const [first, second] = await Promise.all([supervisor.acquire(request), supervisor.acquire(request)]);
    expect(first.engine).toBe(second.engine);
    expect(engines).toHaveLength(1);
    expect(statuses.map((status) => status.state)).toEqual(['loading', 'ready']);
  });

  it('ends the engine of another model first', async () => {
    const { supervisor, engines } = create();
    await supervisor.acquire(request);
    await supervisor.acquire({ ...request, loadable: fakeLoadable('other') });
    await settle();
    expect(engines[0]?.killed).toBe(true);
    expect(engines).toHaveLength(2);
    expect(supervisor.status).toMatchObject({ state: 'ready', modelId: 'other' });
  });

  it('loads encoders when a conversation has something for them, and not before, and keeps them then', async () => {
    const { supervisor, engines } = create();
    const media = () =>
      engines
        .map(({ received }) => received.find((one) => one.type === 'load'))
        .map((one) => one?.load.media);
    await supervisor.acquire(request);
    expect(supervisor.needsLoading({ ...request, media: ['image'] })).toBe(true);
    await supervisor.acquire({ ...request, media: ['image'] });
    await supervisor.acquire(request);
    await supervisor.acquire({ ...request, media: ['image'] });
    expect(media()).toEqual([[], ['image']]);
    await supervisor.acquire({ ...request, media: ['image', 'audio'] });
    expect(media()).toEqual([[], ['image'], ['image', 'audio']]);
  });

  it('is ended by a lock, once the answer that is being written has come to its end', async () => {
    const { supervisor, engines } = create();
    const { queue } = await supervisor.acquire(request);
    const leave = await queue.enter(new AbortController().signal);
    const forgotten = supervisor.forget();
    await settle();
    expect(engines[0]?.killed).toBe(false);
    leave();
    await forgotten;
    expect(engines[0]?.killed).toBe(true);
    expect(supervisor.status).toEqual({ state: 'idle' });
  });

  it('lets the other model finish what it is writing', async () => {
    const { supervisor, engines } = create();
    const { queue } = await supervisor.acquire(request);
    const leave = await queue.enter(new AbortController().signal);
    const other = supervisor.acquire({ ...request, loadable: fakeLoadable('other') });
    await settle();
    expect(engines[0]?.killed).toBe(false);
    expect(engines).toHaveLength(1);
    leave();
    await other;
    expect(engines[0]?.killed).toBe(true);
    expect(engines).toHaveLength(2);
  });

  it('does not wait for an answer of an engine that died', async () => {
    const { supervisor, engines } = create();
    const { queue } = await supervisor.acquire(request);
    const leave = await queue.enter(new AbortController().signal);
    const other = supervisor.acquire({ ...request, loadable: fakeLoadable('other') });
    engines[0]?.die();
    // As the one who was answered does when its engine is gone.
    leave();
    await other;
    expect(supervisor.status).toMatchObject({ state: 'ready', modelId: 'other' });
  });

  it('restarts a dead engine with a new generation, so that the next prompt works', async () => {
    const { supervisor, engines } = create();
    const before = await supervisor.acquire(request);
    engines[0]?.die();
    await settle();
    // Before anybody asks: the next answer is not to wait for the model.
    expect(engines).toHaveLength(2);
    const after = await supervisor.acquire(request);
    expect(after.engine.generation).toBe(before.engine.generation + 1);
    expect(supervisor.status.state).toBe('ready');
  });

  it('gives up after three restarts within five minutes, with the reason', async () => {
    const { supervisor, engines } = create();
    await supervisor.acquire(request);
    for (let i = 0; i < 4; i += 1) {
      engines.at(-1)?.die();
      await settle();
    }
    expect(engines).toHaveLength(4);
    expect(supervisor.status).toMatchObject({ state: 'failed', error: { code: 'ENGINE_STOPPED' } });
    await expect(supervisor.acquire(request)).rejects.toMatchObject({ code: 'ENGINE_STOPPED' });
  });

  it('falls back to the CPU in a new process, names the reason, and does not try again', async () => {
    const { supervisor, engines } = create([failsToLoad, loadsAtOnce]);
    const gpu = { ...request, backend: 'gpu' } as const;
    const ready = await supervisor.acquire(gpu);
    expect(ready.device).toBe('cpu');
    expect(ready.notice).toMatchObject({
      code: 'BACKEND_FAILED',
      message: expect.stringContaining('No graphics adapter'),
    });
    expect(supervisor.status).toMatchObject({
      state: 'ready',
      device: 'cpu',
      notice: { code: 'BACKEND_FAILED' },
    });
    engines[1]?.die();
    await settle();
    expect((await supervisor.acquire(gpu)).device).toBe('cpu');
    const asked = engines.map(
      (engine) => engine.received.find((message) => message.type === 'load')?.load.backend,
    );
    expect(asked).toEqual(['gpu', 'cpu', 'cpu']);
  });

  it('tells a model that cannot be loaded and stays usable', async () => {
    const { supervisor } = create([failsToLoad, loadsAtOnce]);
    await expect(supervisor.acquire(request)).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' });
    expect(supervisor.status).toMatchObject({ state: 'failed' });
    expect((await supervisor.acquire(request)).device).toBe('cpu');
  });

  it('ends its engine when disposed and starts none after', async () => {
    const { supervisor, engines } = create();
    await supervisor.acquire(request);
    await supervisor.dispose();
    expect(engines[0]?.killed).toBe(true);
    await settle();
    expect(engines).toHaveLength(1);
  });

  it('starts none in place of one that was disposed while it loaded', async () => {
    const { supervisor, engines } = create(() => undefined);
    const loading = supervisor.acquire({ ...request, backend: 'gpu' });
    loading.catch(() => undefined);
    await supervisor.dispose();
    await expect(loading).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' });
    expect(engines).toHaveLength(1);
  });

  it('gives the memory back when nobody asks for a while, never in the middle of an answer', async () => {
    const { supervisor, engines, statuses } = create(loadsAtOnce, 30);
    const { queue } = await supervisor.acquire(request);
    const leave = await queue.enter(new AbortController().signal);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(engines[0]?.killed).toBe(false);
    leave();
    await vi.waitFor(() => expect(supervisor.status).toEqual({ state: 'idle' }), { timeout: 10_000 });
    expect(engines[0]?.killed).toBe(true);
    await supervisor.acquire(request);
    expect(engines).toHaveLength(2);
    expect(statuses.map(({ state }) => state).slice(0, 5)).toEqual([
      'loading',
      'ready',
      'idle',
      'loading',
      'ready',
    ]);
  });

  it('unloads a model that is to be removed, and no other', async () => {
    const { supervisor, engines } = create();
    await supervisor.acquire(request);
    await supervisor.unload('another');
    expect(engines[0]?.killed).toBe(false);
    await supervisor.unload(request.loadable.model.id);
    expect(engines[0]?.killed).toBe(true);
    expect(supervisor.status).toEqual({ state: 'idle' });
  });
});
