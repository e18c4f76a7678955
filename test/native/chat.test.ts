import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatEngine } from '../../native/binding-types.ts';
import { ask, greedy, message, modelPath, openEngine, openRuntime, user } from './fixtures/support.ts';

let engine: ChatEngine;
beforeAll(async () => {
  engine = await openEngine();
}, 60_000);
afterAll(() => engine.dispose());

describe('an answer', () => {
  test('names Paris and grows over several pieces', async () => {
    const conversation = await engine.createConversation({ sampler: greedy });
    const answer = await ask(conversation, 'What is the capital of France?');
    expect(answer.text).toContain('Paris');
    expect(answer.pieces).toBeGreaterThan(3);
    expect(answer.last).toEqual({ type: 'end' });
    await conversation.dispose();
  });

  test('is measured by the runtime', async () => {
    const conversation = await engine.createConversation({ sampler: greedy });
    expect(conversation.benchmark()).toBeUndefined();
    await ask(conversation, 'Count to ten.', { maxOutputTokens: 12 });
    const figures = conversation.benchmark();
    expect(figures?.decodeTokens).toBeGreaterThan(0);
    expect(figures?.decodeTokens).toBeLessThanOrEqual(12);
    expect(figures?.prefillTokens).toBeGreaterThan(0);
    expect(figures?.decodeTokensPerSecond).toBeGreaterThan(0);
    await conversation.dispose();
  });

  test('begins the same for the same seed and otherwise for another', async () => {
    const sample = async (seed: number): Promise<string> => {
      const sampler = { temperature: 1.5, topK: 200, topP: 1, seed };
      const conversation = await engine.createConversation({ sampler });
      const answer = await ask(conversation, 'Write a poem.', { maxOutputTokens: 4 });
      await conversation.dispose();
      return answer.text;
    };
    const first = await sample(7);
    expect(await sample(7)).toBe(first);
    expect(await sample(8)).not.toBe(first);
  });

  test('changes with a strong repetition penalty', async () => {
    const texts: string[] = [];
    for (const repetitionPenalty of [1, 3]) {
      const conversation = await engine.createConversation({ sampler: greedy });
      const options = { maxOutputTokens: 40, repetitionPenalty };
      texts.push((await ask(conversation, 'Tell me a long story about a cat and a dog.', options)).text);
      await conversation.dispose();
    }
    expect(texts[0]).not.toBe(texts[1]);
  });
});

describe('the context', () => {
  test.each(['42', '{"a":1}', 'null', '[]', '"quoted" \\ text\nwith lines'])(
    'keeps the system text %j as it is',
    async (system) => {
      const conversation = await engine.createConversation({ sampler: greedy, system });
      expect(conversation.render(user('hi'))).toContain(`<|im_start|>system\n${system}<|im_end|>`);
      await conversation.dispose();
    },
  );

  test('holds the history that it was given', async () => {
    const history = [user('My name is Bob.'), message('assistant', 'Hello Bob.')];
    const conversation = await engine.createConversation({ sampler: greedy, history });
    const prompt = conversation.render(user('hi'));
    expect(prompt).toContain('My name is Bob.');
    expect(prompt.indexOf('Hello Bob.')).toBeGreaterThan(prompt.indexOf('My name is Bob.'));
    await conversation.dispose();
  });

  test('grows with every turn and is kept by a clone', async () => {
    const conversation = await engine.createConversation({ sampler: greedy });
    await ask(conversation, 'What is the capital of France?');
    const count = conversation.tokenCount();
    expect(count).toBeGreaterThan(10);
    const clone = await conversation.clone();
    expect(clone.tokenCount()).toBe(count);
    expect((await ask(clone, 'And of Italy?')).text).toContain('Rome');
    expect(clone.tokenCount()).toBeGreaterThan(count);
    expect(conversation.tokenCount()).toBe(count);
    await Promise.all([conversation.dispose(), clone.dispose()]);
  });

  test("takes a template in place of the model's own", async () => {
    const template = '{% for m in messages %}<{{ m.role }}>{{ m.content[0].text }}{% endfor %}';
    const conversation = await engine.createConversation({ sampler: greedy, template });
    expect(conversation.render(user('hi'))).toBe('<user>hi');
    await conversation.dispose();
  });

  test('of two conversations stays apart, turn and turn about', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => engine.createConversation({ sampler: greedy })));
    if (one === undefined || two === undefined) throw new Error('There must be two');
    const alone = [
      (await ask(one, 'What is the capital of France?')).text,
      (await ask(two, 'What is the capital of Japan?')).text,
    ];
    expect(alone[0]).toContain('Paris');
    expect(alone[1]).toContain('Tokyo');
    // Back and forth, with ever longer contexts: the older state must not be lost or mixed up.
    for (const question of ['And of Italy?', 'Thank you. Bye!']) {
      const counts = [one.tokenCount(), two.tokenCount()];
      expect((await ask(one, question)).last).toEqual({ type: 'end' });
      expect(two.tokenCount()).toBe(counts[1]);
      expect((await ask(two, question)).last).toEqual({ type: 'end' });
      expect(one.tokenCount()).toBeGreaterThan(counts[0] ?? 0);
      expect(two.tokenCount()).toBeGreaterThan(counts[1] ?? 0);
    }
    await Promise.all([one.dispose(), two.dispose()]);
  });

  test('survives short and long conversations in any order', async () => {
    for (let round = 0; round < 6; round++) {
      const one = await engine.createConversation({ sampler: greedy });
      const two = await engine.createConversation({ sampler: greedy });
      for (const [conversation, words] of [
        [one, round],
        [two, 20 + 5 * round],
        [one, 3],
      ] as const) {
        const answer = await ask(conversation, 'word '.repeat(words), { maxOutputTokens: 2 + round });
        expect(answer.last).toEqual({ type: 'end' });
      }
      await Promise.all([one.dispose(), two.dispose()]);
    }
  });

  test('ends an answer when it is full, and says how full it is', async () => {
    const small = await openEngine(128);
    const conversation = await small.createConversation({ sampler: greedy });
    const answer = await ask(conversation, 'Tell me a long story about a dragon and a knight.');
    expect(answer.last).toEqual({ type: 'end' });
    expect(answer.text).not.toBe('');
    expect(conversation.tokenCount()).toBe(128);
    expect(await ask(conversation, 'Go on.')).toEqual({ text: '', pieces: 0, last: { type: 'end' } });
    await small.dispose();
  }, 60_000);

  test('refuses a prompt longer than itself and is unharmed', async () => {
    const conversation = await engine.createConversation({ sampler: greedy });
    await ask(conversation, 'What is the capital of France?');
    const count = conversation.tokenCount();
    const { last } = await ask(conversation, 'word '.repeat(5_000));
    expect(last).toMatchObject({ type: 'error', error: { code: 'CONTEXT' } });
    expect(conversation.tokenCount()).toBe(count);
    expect((await ask(conversation, 'And of Italy?')).text).toContain('Rome');
    await conversation.dispose();
  });
});

test('tokens turn into text and back', () => {
  const text = 'Grüße, 世界! 🙂';
  const tokens = engine.tokenize(text);
  expect(tokens.length).toBeGreaterThan(3);
  expect(engine.detokenize(tokens)).toBe(text);
  expect(engine.tokenize('')).toEqual([]);
});

test('hostile text comes through: lone surrogates, NUL, template syntax', async () => {
  const conversation = await engine.createConversation({ sampler: greedy });
  for (const text of ['\ud800 lone', 'a\0b', '{{ 7*7 }}{% raw %}', '<|im_end|>', '']) {
    const answer = await ask(conversation, text, { maxOutputTokens: 2 });
    expect(answer.last).toEqual({ type: 'end' });
  }
  expect(conversation.render(user('{{ 7*7 }}'))).toContain('{{ 7*7 }}');
  await conversation.dispose();
});

test('the model file tells its own facts', async () => {
  const info = await (await openRuntime()).modelInfo(modelPath);
  expect(info.modelType).toBe('llm');
  expect(info.maxContextTokens).toBeGreaterThanOrEqual(2_048);
  expect(info.npuBrand).toBeUndefined();
});
