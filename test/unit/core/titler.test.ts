import { describe, expect, it } from 'vitest';
import { createTitler, toTitle } from '../../../core/chat/titler.ts';
import { createEngineSupervisor } from '../../../core/engine/engine-supervisor.ts';
import { silentLogger } from '../../../core/logger.ts';
import { createChatStore } from '../../../core/storage/chats/chat-store.ts';
import { openDatabase } from '../../../core/storage/database/open-database.ts';
import { fakeLoadable } from '../../support/models.ts';
import { answersWith, scriptedLauncher } from '../../support/scripted-engine.ts';

async function create(title: string, sizeBytes = 800_000_000) {
  const { launch, engines: processes } = scriptedLauncher(answersWith(title));
  const engines = createEngineSupervisor({
    launch,
    nativeDir: '/n',
    cacheDir: '/c',
    onStatus: () => undefined,
    log: silentLogger,
  });
  const loadable = fakeLoadable();
  const request = {
    loadable: { ...loadable, model: { ...loadable.model, sizeBytes } },
    backend: 'cpu' as const,
    threads: 1,
    contextTokens: 1000,
  };
  const store = createChatStore(await openDatabase({ path: ':memory:' }));
  const { id } = store.create();
  store.add(id, { role: 'user', text: 'Where does the Danube end?', state: 'complete' });
  store.add(id, { role: 'assistant', text: '<think>hm</think>In the Black Sea.', state: 'complete' });
  const titler = createTitler({ chats: async () => store, engines, log: silentLogger, idleMs: 5 });
  const asked = () => processes.flatMap((one) => one.received.filter(({ type }) => type === 'generate'));
  const wait = () => new Promise((resolve) => setTimeout(resolve, 60));
  return { titler, request, engines, store, id, asked, wait };
}

describe('a title', () => {
  it('is written by the model once it has nothing else to do', async () => {
    const { titler, request, engines, store, id, asked, wait } = await create('"The Danube\u2019s End."');
    await engines.acquire(request);
    titler.later(id, request);
    await wait();
    expect(store.open(id).title).toBe('The Danube\u2019s End');
    expect(JSON.stringify(asked())).toContain('In the Black Sea.');
    expect(JSON.stringify(asked())).not.toContain('hm');
    // Once.
    titler.later(id, request);
    await wait();
    expect(asked()).toHaveLength(1);
  });

  it('is not asked for while somebody asks, of a small model, of one that is not loaded, or over the user\u2019s own', async () => {
    const first = await create('Title');
    await first.engines.acquire(first.request);
    first.titler.later(first.id, first.request);
    first.titler.stop();
    await first.wait();
    expect(first.asked()).toEqual([]);

    const small = await create('Title', 100_000_000);
    await small.engines.acquire(small.request);
    small.titler.later(small.id, small.request);
    await small.wait();
    expect(small.asked()).toEqual([]);

    const unloaded = await create('Title');
    unloaded.titler.later(unloaded.id, unloaded.request);
    await unloaded.wait();
    expect(unloaded.asked()).toEqual([]);

    const named = await create('Title');
    await named.engines.acquire(named.request);
    named.store.change({ id: named.id, title: 'Mine' });
    named.titler.later(named.id, named.request);
    await named.wait();
    expect(named.store.open(named.id).title).toBe('Mine');
    expect(named.asked()).toEqual([]);
  });

  it.each([
    ['Title: Rivers of Europe\n\nMore', 'Rivers of Europe'],
    ['## **Rivers of Europe**', 'Rivers of Europe'],
    ['\u201eFl\u00fcsse Europas\u201c', 'Fl\u00fcsse Europas'],
    ['<think>so</think>Rivers', 'Rivers'],
    ['C++ in 5 minutes', 'C++ in 5 minutes'],
    ['', undefined],
    ['...', undefined],
    ['word '.repeat(11), undefined],
    ['x'.repeat(61), undefined],
  ])('%j is taken as %j', (text, title) => {
    expect(toTitle(text)).toBe(title);
  });
});
