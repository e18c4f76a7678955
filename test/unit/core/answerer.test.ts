import { describe, expect, it } from 'vitest';
import { createAnswerer } from '../../../core/engine/answerer.ts';
import type { EngineEvent, EnginePrompt, Turn } from '../../../core/engine/protocol.ts';
import type { ChatEngine, ConversationOptions } from '../../../native/binding-types.ts';

/** An engine whose tokens are words, and which answers every question with "yes". */
function fakeEngine(failsBeyond = Number.POSITIVE_INFINITY) {
  const made: ConversationOptions[] = [];
  const asked: string[] = [];
  const engine = {
    tokenize: (text: string) => text.split(/\s+/).filter(Boolean),
    createConversation: async (options: ConversationOptions) => {
      made.push(options);
      // Nothing is read before the first question.
      let tokens = 0;
      return {
        tokenCount: () => tokens,
        benchmark: () => undefined,
        cancel: () => undefined,
        dispose: async () => undefined,
        async *send(message: { content: Array<{ text: string }> }) {
          asked.push(message.content[0]?.text ?? '');
          if (tokens > failsBeyond) {
            yield { type: 'error', error: new Error('beyond the end') };
            return;
          }
          tokens += 20 + 20 * (tokens === 0 ? (options.history ?? []).length : 0);
          yield { type: 'text', text: 'yes' };
          yield { type: 'end' };
        },
      };
    },
  };
  return { engine: engine as unknown as ChatEngine, made, asked };
}

const words = (count: number, word = 'word') => `${word} `.repeat(count).trim();
const turn = (role: Turn['role'], text: string): Turn => ({ role, text });
const SAMPLING = { temperature: 0, topK: 1, topP: 1, repetitionPenalty: 1 };

function prompt(history: Turn[], question: string, system?: string): EnginePrompt {
  return {
    history,
    question,
    sampling: SAMPLING,
    maxTokens: 50,
    ...(system === undefined ? {} : { system }),
  };
}

async function answer(
  answerer: ReturnType<typeof createAnswerer>,
  asked: EnginePrompt,
): Promise<EngineEvent[]> {
  const events = [];
  for await (const event of answerer.answer(asked, new AbortController().signal)) events.push(event);
  return events;
}

/** Pairs of 12 words each, numbered: 20 tokens a turn with what a template adds. */
const talk = (pairs: number) =>
  Array.from({ length: pairs }, (_, i) => [
    turn('user', words(12, `q${i}`)),
    turn('assistant', words(12, `a${i}`)),
  ]).flat();

describe('a conversation that is longer than the model can hold', () => {
  it('loses whole turns from its beginning, keeps the system prompt, and says so', async () => {
    const { engine, made } = fakeEngine();
    const events = await answer(createAnswerer(engine, 200), prompt(talk(6), 'And now?', 'Be kind.'));
    expect(events[0]).toEqual({ type: 'trimmed', turns: 6 });
    expect(events.at(-1)).toMatchObject({ type: 'done' });
    expect(made.at(-1)?.system).toBe('Be kind.');
    const history = made.at(-1)?.history ?? [];
    expect(history).toHaveLength(6);
    expect(history[0]).toMatchObject({ role: 'user', content: [{ text: words(12, 'q3') }] });
  });

  it('is not read anew with the next question', async () => {
    const { engine, made } = fakeEngine();
    const answerer = createAnswerer(engine, 200);
    const history = talk(6);
    await answer(answerer, prompt(history, 'And now?'));
    const before = made.length;
    const next = [...history, turn('user', 'And now?'), turn('assistant', 'yes')];
    const events = await answer(answerer, prompt(next, 'And then?'));
    expect(made.length).toBe(before);
    // It is told all the same: what was left out is left out still.
    expect(events[0]).toMatchObject({ type: 'trimmed' });
  });

  it('is refused only when the question alone is too long', async () => {
    const { engine } = fakeEngine();
    const answerer = createAnswerer(engine, 200);
    const events = await answer(answerer, prompt(talk(6), words(170)));
    expect(events[0]).toEqual({ type: 'trimmed', turns: 12 });
    await expect(answer(answerer, prompt(talk(6), words(300)))).rejects.toMatchObject({
      code: 'CONTEXT_FULL',
    });
  });

  it('is shortened where the model fails before it is full', async () => {
    const { engine, made } = fakeEngine(150);
    const answerer = createAnswerer(engine, 200);
    const history: Turn[] = [];
    for (let i = 0; i < 12; i += 1) {
      const events = await answer(answerer, prompt(history, `Question ${i}?`));
      expect(events.at(-1)).toMatchObject({ type: 'done' });
      history.push(turn('user', `Question ${i}?`), turn('assistant', 'yes'));
    }
    expect(made.length).toBeGreaterThan(1);
    expect(made.length).toBeLessThan(6);
  });

  it('is left alone while it fits', async () => {
    const { engine, made } = fakeEngine();
    const events = await answer(createAnswerer(engine, 400), prompt(talk(6), 'And now?'));
    expect(events.map(({ type }) => type)).toEqual(['delta', 'done']);
    expect(made.at(-1)?.history).toHaveLength(12);
  });
});
