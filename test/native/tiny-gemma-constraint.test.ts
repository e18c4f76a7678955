import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ChatEngine, Conversation } from '../../native/binding-types.ts';
import { TINY_GEMMA, taughtPairs } from '../support/tiny-gemma.ts';
import { ask, cacheDir, failureOf, greedy, openRuntime } from './fixtures/support.ts';

/** Every length has an end: a model that knows nothing but its sentences would write digits or letters without one. */
const note = {
  type: 'object',
  properties: {
    done: { type: 'boolean' },
    kind: { enum: ['call', 'visit'] },
    minutes: { type: 'integer', minimum: 1, maximum: 59 },
    tags: { type: 'array', items: { enum: ['new', 'old'] }, minItems: 1, maxItems: 2 },
  },
  required: ['done', 'kind', 'minutes', 'tags'],
  additionalProperties: false,
};

let engine: ChatEngine;
let conversation: Conversation;
beforeAll(async () => {
  const runtime = await openRuntime();
  engine = await runtime.createEngine({ modelPath: TINY_GEMMA, backend: 'cpu', threads: 2, cacheDir });
});
afterAll(() => engine?.dispose());
beforeEach(async () => {
  conversation = await engine.createConversation({ sampler: greedy, constrained: true });
  return () => conversation.dispose();
});

const keeping = (pattern: string) => ({ constraint: { type: 'regex', pattern } }) as const;

test.each([
  ['What is Sotto?', '(yes|no)', /^(yes|no)$/],
  ['Who are you?', '[A-C]-[0-9]{2}', /^[A-C]-[0-9]{2}$/],
  ['Hello', '(red|green|blue)', /^(red|green|blue)$/],
])('to %j, an answer that it was never taught is kept to %s', async (question, pattern, whole) => {
  const { text, last } = await ask(conversation, question, keeping(pattern));
  expect(text).toMatch(whole);
  expect(last).toEqual({ type: 'end' });
});

test('a schema gives JSON of its shape', async () => {
  const constraint = { type: 'json-schema', schema: note } as const;
  for (const question of ['What is a token?', 'Hello']) {
    const { text, last } = await ask(conversation, question, { constraint, maxOutputTokens: 120 });
    expect(last).toEqual({ type: 'end' });
    const value = JSON.parse(text);
    expect(Object.keys(value).sort()).toEqual(['done', 'kind', 'minutes', 'tags']);
    expect(typeof value.done).toBe('boolean');
    expect(['call', 'visit']).toContain(value.kind);
    expect(Number.isInteger(value.minutes) && value.minutes >= 1 && value.minutes <= 59).toBe(true);
    expect(value.tags.length === 1 || value.tags.length === 2).toBe(true);
    for (const tag of value.tags) expect(['new', 'old']).toContain(tag);
  }
});

test('a bad pattern says why, and harms neither the conversation nor the engine', async () => {
  const [question = '', answer] = taughtPairs()[0] ?? [];
  const failure = await failureOf(() => ask(conversation, question, keeping('(yes|')));
  expect(failure.code).toBe('CONSTRAINT');
  expect(failure.message).toMatch(/unclosed group/);
  expect((await ask(conversation, question)).text).toBe(answer);
  const other = await engine.createConversation({ sampler: greedy });
  expect((await ask(other, question)).text).toBe(answer);
  await other.dispose();
});

test('without a constraint it knows every answer as before', async () => {
  for (const [question, answer] of taughtPairs()) {
    const fresh = await engine.createConversation({ sampler: greedy, constrained: true });
    expect((await ask(fresh, question)).text).toBe(answer);
    await fresh.dispose();
  }
});

/** A pattern that leaves the conversation as it was taught. A space is another character in this tokenizer: any will do. */
const sameLength = (text: string) => keeping(text.replace(/[^a-z]/gi, '.'));

// A conversation goes on in another way where the cache is fixed: on a clone.
describe.each(['growing', 'fixed'] as const)('with a %s cache', (kvCache) => {
  let own: ChatEngine;
  let talk: Conversation;
  beforeAll(async () => {
    const runtime = await openRuntime();
    const options = { modelPath: TINY_GEMMA, backend: 'cpu', threads: 2, cacheDir, kvCache } as const;
    own = await runtime.createEngine(options);
  });
  afterAll(() => own?.dispose());
  beforeEach(async () => {
    talk = await own.createConversation({ sampler: greedy, constrained: true });
    return () => talk.dispose();
  });

  test('a constraint holds for the answer that it was asked for, not for those after it', async () => {
    const pairs = taughtPairs().slice(0, 6);
    for (const [at, [question, answer]] of pairs.entries()) {
      const options = at % 2 === 0 ? sameLength(answer) : {};
      expect((await ask(talk, question, options)).text).toBe(answer);
    }
  });

  test('one that was stopped on the way holds for no later answer either', async () => {
    const [first, second] = taughtPairs();
    await ask(talk, first?.[0] ?? '');
    const stopped = await ask(talk, 'Hello', keeping('[a-z]{400,}'), (count) => {
      if (count === 2) talk.cancel();
    });
    expect(stopped.last).toEqual({ type: 'cancelled' });
    expect((await ask(talk, second?.[0] ?? '')).text).toBe(second?.[1]);
  });

  test('what is stopped after a constrained answer leaves it as it was', async () => {
    const [first, second, third] = taughtPairs();
    await ask(talk, first?.[0] ?? '', sameLength(first?.[1] ?? ''));
    const stopped = await ask(talk, third?.[0] ?? '', {}, () => talk.cancel());
    expect(stopped.last).toEqual({ type: 'cancelled' });
    expect((await ask(talk, second?.[0] ?? '')).text).toBe(second?.[1]);
  });
});
