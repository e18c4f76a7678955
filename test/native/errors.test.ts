import { closeSync, copyFileSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Addon } from '../../native/addon.ts';
import type { ChatEngine, EngineOptions } from '../../native/binding-types.ts';
import { isNativeError, loadRuntime } from '../../native/index.ts';
import { runChild } from './fixtures/run-child.ts';
import {
  ask,
  cacheDir,
  failureOf,
  greedy,
  modelPath,
  nativeDir,
  openAddon,
  openEngine,
  openRuntime,
  temporaryFolder,
  user,
} from './fixtures/support.ts';

let engine: ChatEngine;
beforeAll(async () => {
  engine = await openEngine();
}, 60_000);
afterAll(() => engine.dispose());

async function createFailure(options: Partial<Record<keyof EngineOptions, unknown>>): Promise<string> {
  const runtime = await openRuntime();
  const complete = { modelPath, backend: 'cpu', cacheDir, ...options } as EngineOptions;
  return (await failureOf(() => runtime.createEngine(complete))).code;
}

describe('an engine that cannot be', () => {
  test('names the reason', async () => {
    expect(await createFailure({ modelPath: '/does/not/exist.litertlm' })).toBe('ENGINE_CREATE');
    expect(await createFailure({ modelPath: temporaryFolder() })).toBe('ENGINE_CREATE');
    expect(await createFailure({ backend: 'tpu' })).toBe('ENGINE_CREATE');
    expect(await createFailure({ cacheDir: join(modelPath, 'below-a-file') })).toBe('ENGINE_CREATE');
    expect(await createFailure({ threads: Number.NaN })).toBe('ARGUMENT');
    expect(await createFailure({ threads: 0 })).toBe('ARGUMENT');
    expect(await createFailure({ maxTokens: 1.5 })).toBe('ARGUMENT');
    expect(await createFailure({ modelPath: 'with\0nul' })).toBe('ARGUMENT');
    expect(await createFailure({ activationType: 'f64' })).toBe('ARGUMENT');
  });

  test('on a GPU that is not there leaves the reason on stderr', async () => {
    const result = await runChild('gpu.ts');
    expect(result.signal).toBeNull();
    expect(result.status).toBe(0);
    expect(result.stdout).toContain('ENGINE_CREATE');
    expect(result.stderr).toMatch(/No adapters found|only supports CPU|GPU/);
  }, 60_000);
});

describe('a conversation', () => {
  test('that answers is BUSY for everything but cancel', async () => {
    const conversation = await engine.createConversation({ sampler: greedy });
    const codes: string[] = [];
    await ask(conversation, 'Tell me a long story.', { maxOutputTokens: 40 }, (count) => {
      if (count !== 2) return;
      const calls = [
        () => ask(conversation, 'Me too'),
        () => conversation.clone(),
        () => conversation.tokenCount(),
        () => conversation.render(user('hi')),
        () => conversation.benchmark(),
        () => engine.detokenize([1, 2]),
      ];
      for (const call of calls) void failureOf(call).then((error) => codes.push(error.code));
    });
    expect(codes).toEqual(Array.from({ length: 6 }, () => 'BUSY'));
    await conversation.dispose();
  });

  test('that is gone is a dead handle, and so is its engine', async () => {
    const other = await openEngine();
    const conversation = await other.createConversation({ sampler: greedy });
    await conversation.dispose();
    const calls = [
      () => ask(conversation, 'hi'),
      () => conversation.clone(),
      () => conversation.tokenCount(),
      () => conversation.render(user('hi')),
      () => conversation.benchmark(),
    ];
    for (const call of calls) expect((await failureOf(call)).code).toBe('DEAD_HANDLE');
    conversation.cancel();
    await other.dispose();
    expect((await failureOf(() => other.createConversation({ sampler: greedy }))).code).toBe('DEAD_HANDLE');
    expect((await failureOf(() => other.tokenize('a'))).code).toBe('DEAD_HANDLE');
    expect((await failureOf(() => other.detokenize([1]))).code).toBe('DEAD_HANDLE');
  }, 60_000);

  test('refuses sampling and sending options that make no sense', async () => {
    const samplers = [
      { temperature: -1 },
      { temperature: Number.NaN },
      { topK: 0 },
      { topP: 1.1 },
      { seed: 0.5 },
    ];
    for (const sampler of samplers) {
      const making = () => engine.createConversation({ sampler: { ...greedy, ...sampler } });
      expect((await failureOf(making)).code).toBe('ARGUMENT');
    }
    const conversation = await engine.createConversation({ sampler: greedy });
    for (const options of [
      { maxOutputTokens: 0 },
      { maxOutputTokens: Number.NaN },
      { repetitionPenalty: 0.5 },
    ]) {
      expect((await failureOf(() => ask(conversation, 'hi', options))).code).toBe('ARGUMENT');
    }
    expect((await ask(conversation, 'hi', { maxOutputTokens: 1 })).last).toEqual({ type: 'end' });
    await conversation.dispose();
  });
});

describe("the addon's surface", () => {
  const values: unknown[] = [
    undefined,
    null,
    true,
    -1,
    0,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 60,
    '',
    'text',
    'nul\0nul',
    '\ud800',
    [],
    {},
    [Number.NaN],
    Symbol('s'),
    10n,
    () => {},
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    ),
    Object.create(null),
    new Uint8Array(4),
  ];

  async function callAll(
    addon: Addon,
    name: keyof Addon,
    makeArgs: (value: unknown) => unknown[],
  ): Promise<void> {
    for (const value of values) {
      const failure = await failureOf(() => Reflect.apply(addon[name], undefined, makeArgs(value)));
      expect(failure).toBeInstanceOf(Error);
      expect(failure.message === 'trap' || isNativeError(failure)).toBe(true);
    }
  }

  test('answers hostile arguments with errors', async () => {
    await openRuntime();
    const addon = openAddon();
    // All but cancelAll, which takes no arguments that could be wrong.
    const names = (Object.keys(addon) as (keyof Addon)[]).filter((name) => name !== 'cancelAll');
    expect(names.length).toBe(27);
    for (const name of names) {
      expect((await failureOf(() => Reflect.apply(addon[name], undefined, []))).code).toBeDefined();
      await callAll(addon, name, (value) => [value, value, value, value, value]);
      await callAll(addon, name, (value) => [999_999, value, value, value, value]);
    }
  });

  test('and with real handles too', async () => {
    const addon = openAddon();
    const { id } = await addon.createEngine({
      modelPath,
      backend: 'cpu',
      cacheDir,
      dispatchLibDir: undefined,
      visionBackend: undefined,
      audioBackend: undefined,
      threads: 2,
      maxTokens: undefined,
      activationType: undefined,
      prefillChunkTokens: undefined,
      benchmark: false,
      growingCache: true,
    });
    const sampler = { temperature: 0, topK: 1, topP: 1 };
    const conversation = (await Reflect.apply(addon.createConversation, undefined, [id, sampler])) as number;
    await callAll(addon, 'send', (value) => [conversation, value, value, value, value]);
    await callAll(addon, 'send', (value) => [conversation, '{}', '[]', { maxOutputTokens: value ?? -1 }, 5]);
    for (const json of ['', 'nonsense', '42', '[]', '{"role":7}', '{"role":"user","content":{}}']) {
      await Reflect.apply(addon.send, undefined, [
        conversation,
        json,
        '[]',
        { maxOutputTokens: 1 },
        () => {},
      ])?.catch(isNativeError);
      while (true) {
        try {
          addon.tokenCount(conversation);
          break;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    }
    expect((await failureOf(() => addon.deleteEngine(id))).code).toBe('BUSY');
    expect((await failureOf(() => addon.deleteEngine(conversation))).code).toBe('DEAD_HANDLE');
    await addon.deleteConversation(conversation);
    expect((await failureOf(() => addon.deleteConversation(conversation))).code).toBe('DEAD_HANDLE');
    await addon.deleteEngine(id);
  }, 60_000);
});

describe('the library', () => {
  test('with one byte flipped is refused', async () => {
    const { libraryPath } = await openRuntime();
    const copy = join(temporaryFolder(), 'library');
    copyFileSync(libraryPath, copy);
    const file = openSync(copy, 'r+');
    const middle = Math.floor(statSync(copy).size / 2);
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, middle);
    writeSync(file, Buffer.from([byte.readUInt8(0) ^ 1]), 0, 1, middle);
    closeSync(file);
    expect((await failureOf(() => loadRuntime({ nativeDir, libraryPath: copy }))).code).toBe(
      'RUNTIME_UNTRUSTED',
    );
  });

  test('or the addon missing is told', async () => {
    const nowhere = join(temporaryFolder(), 'nowhere');
    expect((await failureOf(() => loadRuntime({ nativeDir: nowhere }))).code).toBe('RUNTIME_MISSING');
    expect((await failureOf(() => loadRuntime({ nativeDir, libraryPath: nowhere }))).code).toBe(
      'RUNTIME_MISSING',
    );
    expect((await failureOf(() => loadRuntime({ nativeDir, addonPath: nowhere }))).code).toBe(
      'RUNTIME_MISSING',
    );
  });
});
