import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatEngine } from '../../native/binding-types.ts';
import { TINY_GEMMA, taughtPairs } from '../support/tiny-gemma.ts';
import { ask, cacheDir, greedy, openRuntime } from './fixtures/support.ts';

let engine: ChatEngine;
beforeAll(async () => {
  const runtime = await openRuntime();
  engine = await runtime.createEngine({ modelPath: TINY_GEMMA, backend: 'cpu', threads: 2, cacheDir });
});
afterAll(() => engine?.dispose());

describe('an INT4 model of Gemma 3 shape', () => {
  it('knows every answer that it was taught', async () => {
    for (const [question, answer] of taughtPairs()) {
      const conversation = await engine.createConversation({ sampler: greedy });
      expect((await ask(conversation, question)).text).toBe(answer);
      await conversation.dispose();
    }
  });

  it('knows them in a conversation too', async () => {
    const conversation = await engine.createConversation({ sampler: greedy });
    for (const [question, answer] of taughtPairs().slice(0, 4)) {
      expect((await ask(conversation, question)).text).toBe(answer);
    }
    await conversation.dispose();
  });
});
