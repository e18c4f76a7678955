import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runEngineHost } from '../../../core/engine/engine-host.ts';
import type { FromEngine, ToEngine } from '../../../core/engine/protocol.ts';
import type { LoadRuntime } from '../../../native/binding-types.ts';
import { TINY_GEMMA } from '../../support/tiny-gemma.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sotto-host-'));
  vi.useFakeTimers({ toFake: ['setInterval'] });
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

const runtime = {
  version: '1',
  createEngine: async () => ({
    tokenize: () => [1],
    dispose: async () => undefined,
    createConversation: async () => ({
      tokenCount: () => 2,
      benchmark: () => undefined,
      cancel: () => undefined,
      dispose: async () => undefined,
      async *send() {
        yield { type: 'text', text: 'Paris.' };
        yield { type: 'end' };
      },
    }),
  }),
};

/** Starts a host on a runtime that answers everything; tells each message with the caches that are whole by then. */
function startHost(listen: (message: FromEngine, whole: string[]) => void) {
  const cacheDir = join(dir, 'engine');
  mkdirSync(cacheDir);
  const modelPath = join(dir, 'm.litertlm');
  copyFileSync(TINY_GEMMA, modelPath);
  let send: (message: ToEngine) => void = () => undefined;
  runEngineHost(
    {
      post: (message) =>
        listen(
          message,
          readdirSync(cacheDir).filter((name) => name.endsWith('.cache')),
        ),
      onMessage: (listener) => {
        send = listener;
      },
    },
    async () => runtime as unknown as Awaited<ReturnType<LoadRuntime>>,
    dir,
  );
  const load = { modelPath, backend: 'cpu' as const, threads: 1, maxTokens: 100, cacheDir, nativeDir: dir };
  send({ type: 'load', load });
  return (requestId: number) =>
    send({
      type: 'generate',
      requestId,
      prompt: {
        history: [],
        question: 'What is the capital of France?',
        sampling: { temperature: 0, topK: 1, topP: 1, repetitionPenalty: 1 },
        maxTokens: 20,
      },
    });
}

describe('an engine process', () => {
  it('keeps the weights before it tells the end of an answer, after which it may be ended', async () => {
    const whole = await new Promise<string[]>((resolve) => {
      const ask = startHost((message, caches) => {
        if (message.type === 'event' && message.event.type === 'done') resolve(caches);
      });
      ask(1);
    });
    expect(whole).toHaveLength(1);
  });
});
