import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../contract/chat.ts';
import { askCore, type RealCore, textOf, withRealCore } from '../support/real-core.ts';

const SIGNALS = ['SIGKILL', 'SIGSEGV', 'SIGSTOP'] as const;
const LONG = 'Write a long story about the sea, the wind and an old boat.';

/** Waits until the dead engine was replaced: `count` processes started so far, the last one ready. */
async function untilReplaced({ core, processes }: RealCore, count: number): Promise<void> {
  for (let i = 0; i < 1200; i += 1) {
    if (processes.length === count && core.engines.status.state === 'ready') return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`engine is ${core.engines.status.state} after ${processes.length} starts`);
}

describe.each(SIGNALS)('an engine that gets %s', (signal) => {
  it('during an answer: what came stays, the next prompt works', async () => {
    await withRealCore(async (real) => {
      const events = await askCore(real.core, LONG, (count) => {
        if (count === 5) real.signal(signal);
      });
      const last = events.at(-1);
      expect(last).toMatchObject({
        type: 'failed',
        error: { code: signal === 'SIGSTOP' ? 'ENGINE_HUNG' : 'ENGINE_CRASHED' },
      });
      expect(textOf(events).length).toBeGreaterThan(3);
      expect((await real.core.chat.open()).messages[1]).toMatchObject({
        state: 'failed',
        text: textOf(events),
      });
      await real.core.chat.clear();
      const next = await askCore(real.core, 'What is the capital of France?');
      expect(textOf(next)).toContain('Paris');
      expect(real.processes.length).toBe(2);
    });
  });

  it('before an answer and after one: the next prompt works', async () => {
    await withRealCore(async (real) => {
      await real.core.chat.warm();
      real.signal(signal);
      await untilReplaced(real, 2);
      expect(textOf(await askCore(real.core, 'What is the capital of France?'))).toContain('Paris');
      real.signal(signal);
      await untilReplaced(real, 3);
      await real.core.chat.clear();
      expect(textOf(await askCore(real.core, 'What is the capital of Italy?'))).toContain('Rome');
      expect(real.processes.length).toBe(3);
    });
  });
});

function contextOf(events: ChatEvent[]): number {
  const last = events.at(-1);
  return last?.type === 'done' ? last.stats.contextTokens : Number.NaN;
}

describe('a conversation', () => {
  it('goes on after it was stopped, and remembers', async () => {
    await withRealCore(async ({ core }) => {
      const abort = new AbortController();
      const chatId = (await core.chat.open()).id;
      const input = { chatId, action: { type: 'ask', text: LONG } as const, settings: { temperature: 0 } };
      let pieces = 0;
      for await (const event of core.chat.send(input, abort.signal)) {
        if (event.type === 'delta') pieces += 1;
        if (pieces === 6) abort.abort();
        if (event.type === 'done') expect(event.reason).toBe('cancelled');
      }
      const next = await askCore(core, 'What is the capital of France?');
      expect(textOf(next)).toContain('Paris');
      const { messages } = await core.chat.open();
      await core.chat.clear();
      const alone = await askCore(core, 'What is the capital of France?');
      // The question and the stopped answer before it are what the model has read besides.
      expect(contextOf(next)).toBeGreaterThan(contextOf(alone) + 15);
      expect(messages.map((message) => message.state)).toEqual([
        'complete',
        'stopped',
        'complete',
        'complete',
      ]);
    });
  });

  it('reads only what is new on the next turn', async () => {
    await withRealCore(async ({ core }) => {
      const promptTokens = async (text: string) => {
        const done = (await askCore(core, text)).at(-1);
        return done?.type === 'done' ? done.stats.promptTokens : Number.NaN;
      };
      const first = await promptTokens(
        `${'The sea is wide and the boat is old. '.repeat(20)} Is the boat old?`,
      );
      const second = await promptTokens('Is the sea wide?');
      expect(first).toBeGreaterThan(150);
      expect(second).toBeLessThan(40);
    });
  });

  it('says when it is full, as an outcome', async () => {
    await withRealCore(async ({ core }) => {
      const filler = 'the old boat sails over the wide sea and the wind blows '.repeat(150);
      const events = await askCore(core, `${filler} Count from one to one thousand in words.`);
      const last = events.at(-1);
      if (last?.type === 'done') expect(['stop', 'length']).toContain(last.reason);
      // It goes on without its first turns, and says so.
      const next = await askCore(core, filler);
      expect(next.some((event) => event.type === 'notice' && event.notice.code === 'CONTEXT_TRIMMED')).toBe(
        true,
      );
      expect(next.at(-1)).toMatchObject({ type: 'done' });
      // A question that is too long by itself is refused.
      const tooLong = (await askCore(core, `${filler} ${filler}`)).at(-1);
      expect(tooLong).toMatchObject({ type: 'failed', error: { code: 'CONTEXT_FULL' } });
      await core.chat.clear();
      expect(textOf(await askCore(core, 'What is the capital of France?'))).toContain('Paris');
    });
  });
});
