import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { withTempDir } from '../support/models.ts';
import { createRealCore, textOf } from '../support/real-core.ts';

it('a short conversation after a long one is answered by a new engine in the same process, from a cache that is kept', async () => {
  await withTempDir(async (dir) => {
    const { core, processes } = createRealCore(dir);
    const ask = async (text: string) => {
      const { id } = await core.chat.clear();
      const events = [];
      const settings = { temperature: 0, maxTokens: 24 };
      const input = { chatId: id, action: { type: 'ask', text } as const, settings };
      for await (const event of core.chat.send(input, new AbortController().signal)) events.push(event);
      return events;
    };
    try {
      // The very first answer makes the cache of weights, and moves it to its place.
      await ask('What is the capital of France?');
      const long = await ask(`Which word comes next? ${'The boat and the sea. '.repeat(180)}`);
      expect(long.at(-1)).toMatchObject({ type: 'done' });
      const done = long.find((event) => event.type === 'done');
      expect(done?.stats.contextTokens).toBeGreaterThan(900);
      const short = await ask('What is the capital of France?');
      expect(textOf(short)).toContain('Paris');
      expect(processes).toHaveLength(1);
      const kept = await readdir(dir);
      expect(kept.filter((name) => name.endsWith('.cache'))).toHaveLength(1);
      expect(kept.filter((name) => name.includes('building'))).toEqual([]);
    } finally {
      await core.dispose();
    }
  });
});
