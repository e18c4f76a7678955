import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatEngine, Conversation } from '../../native/binding-types.ts';
import { ask, failureOf, greedy, openEngine } from './fixtures/support.ts';

const person = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 12 }, age: { type: 'integer', minimum: 0, maximum: 99 } },
  required: ['name', 'age'],
  additionalProperties: false,
};

let engine: ChatEngine;
let conversation: Conversation;
beforeAll(async () => {
  engine = await openEngine();
  conversation = await engine.createConversation({ sampler: greedy, constrained: true });
}, 60_000);
afterAll(() => engine.dispose());

test('a regular expression is kept to', async () => {
  const constraint = { type: 'regex', pattern: '(maybe|never)_[0-9]{3}' } as const;
  const answer = await ask(conversation, 'What is the capital of France?', { constraint });
  expect(answer.text).toMatch(/^(maybe|never)_[0-9]{3}$/);
});

test('it holds for the answer that it was asked for, not for those after it', async () => {
  const own = await engine.createConversation({ sampler: greedy, constrained: true });
  const constraint = { type: 'regex', pattern: '(yes|no)' } as const;
  expect((await ask(own, 'Is Paris a city?', { constraint })).text).toMatch(/^(yes|no)$/);
  const after = await ask(own, 'What is the capital of France?', { maxOutputTokens: 16 });
  expect(after.text).toContain('Paris');
  await own.dispose();
});

test('what the runtime cannot keep to ends as a CONSTRAINT error and harms nothing', async () => {
  // LiteRT-LM 0.18.1 reads the tokens of a byte-level tokenizer as they are spelled, a space as another
  // character: a pattern that demands a space cannot be met there, and can elsewhere.
  const constraint = { type: 'regex', pattern: 'yes sir' } as const;
  const answer = await ask(conversation, 'Say yes.', { constraint });
  if (answer.last?.type === 'error') expect(answer.last.error.code).toBe('CONSTRAINT');
  else expect(answer.text).toBe('yes sir');
  expect((await ask(conversation, 'Say hello.', { maxOutputTokens: 4 })).last).toEqual({ type: 'end' });
});

test('a JSON schema is kept to', async () => {
  const constraint = { type: 'json-schema', schema: person } as const;
  const answer = await ask(conversation, 'Make up a person.', { constraint, maxOutputTokens: 80 });
  const value = JSON.parse(answer.text) as { name: string; age: number };
  expect(Object.keys(value).sort()).toEqual(['age', 'name']);
  expect(Number.isInteger(value.age)).toBe(true);
});

test.each(['(((', '[a-', '*', '(?P<'])(
  'the bad pattern %j is a CONSTRAINT error and harms nothing',
  async (pattern) => {
    const count = conversation.tokenCount();
    const failure = await failureOf(() => ask(conversation, 'x', { constraint: { type: 'regex', pattern } }));
    expect(failure.code).toBe('CONSTRAINT');
    expect(conversation.tokenCount()).toBe(count);
    expect((await ask(conversation, 'Say hello.', { maxOutputTokens: 4 })).text).not.toBe('');
  },
);

test('a bad, a huge and a very deep schema are CONSTRAINT errors', async () => {
  let deep: object = { type: 'string' };
  for (let level = 0; level < 5_000; level++) deep = { type: 'array', items: deep };
  const huge = { enum: Array.from({ length: 20_000 }, (_, index) => `value ${index}`) };
  for (const schema of [{ type: 'nonsense' }, huge, deep]) {
    const failure = await failureOf(() =>
      ask(conversation, 'x', { constraint: { type: 'json-schema', schema } }),
    );
    expect(failure.code).toBe('CONSTRAINT');
  }
});

test('a conversation made without constraints says so', async () => {
  const plain = await engine.createConversation({ sampler: greedy });
  const failure = await failureOf(() => ask(plain, 'x', { constraint: { type: 'regex', pattern: 'a' } }));
  expect(failure.code).toBe('CONSTRAINT');
  await plain.dispose();
});
