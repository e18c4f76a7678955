import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ChatEngine, Conversation } from '../../native/binding-types.ts';
import { ask, greedy, openEngine, user } from './fixtures/support.ts';

const long = 'Tell me a long story about a cat and a dog.';
// Twelve points, each twice: any story is longer than that.
const points = Array.from({ length: 24 }, (_, index) => index % 12);

let engine: ChatEngine;
beforeAll(async () => {
  engine = await openEngine();
}, 60_000);
afterAll(() => engine.dispose());

/** Asks for something long and cancels after so many pieces; 0 is before the answer is under way. */
async function cancelAfter(conversation: Conversation, pieces: number): Promise<number> {
  const answering = ask(conversation, long, {}, (count) => {
    if (count === pieces) conversation.cancel();
  });
  if (pieces === 0) conversation.cancel();
  const answer = await answering;
  expect(answer.last).toEqual({ type: 'cancelled' });
  return answer.pieces;
}

describe('a cancelled answer', () => {
  test('leaves the conversation where it stood, 24 times over', async () => {
    const conversation = await engine.createConversation({ sampler: greedy });
    await ask(conversation, 'What is the capital of France?');
    const count = conversation.tokenCount();
    const reference = await conversation.clone();
    const expected = (await ask(reference, 'And of Italy?')).text;
    expect(expected).toContain('Rome');
    for (const pieces of points) {
      await cancelAfter(conversation, pieces);
      expect(conversation.tokenCount()).toBe(count);
      if (pieces % 4 !== 0) continue;
      const next = await conversation.clone();
      expect((await ask(next, 'And of Italy?')).text).toBe(expected);
      await next.dispose();
    }
    expect((await ask(conversation, 'And of Italy?')).text).toBe(expected);
    await Promise.all([conversation.dispose(), reference.dispose()]);
  }, 120_000);

  test('as the very first one leaves a fresh conversation', async () => {
    for (const pieces of [0, 1, 2, 5]) {
      const conversation = await engine.createConversation({
        sampler: greedy,
        system: 'You are a helpful assistant.',
      });
      await cancelAfter(conversation, pieces);
      expect(conversation.tokenCount()).toBe(0);
      expect(conversation.render(user('hi'))).toContain('You are a helpful assistant.');
      expect((await ask(conversation, 'What is the capital of France?')).text).toContain('Paris');
      await conversation.dispose();
    }
  }, 60_000);

  test('stops soon, however often it is asked to', async () => {
    const conversation = await engine.createConversation({ sampler: greedy });
    const answer = await ask(conversation, long, {}, (count) => {
      if (count >= 3) for (let again = 0; again < 10; again++) conversation.cancel();
    });
    expect(answer.last).toEqual({ type: 'cancelled' });
    expect(answer.pieces).toBeLessThan(20);
    conversation.cancel();
    expect((await ask(conversation, 'What is the capital of France?')).text).toContain('Paris');
    await conversation.dispose();
  });

  test('is what leaving the loop early makes', async () => {
    const conversation = await engine.createConversation({ sampler: greedy });
    for await (const event of conversation.send(user(long))) {
      if (event.type === 'text') break;
    }
    expect((await ask(conversation, 'What is the capital of France?')).text).toContain('Paris');
    await conversation.dispose();
  });

  test('after its end changes nothing', async () => {
    const conversation = await engine.createConversation({ sampler: greedy });
    for (let round = 0; round < 5; round++) {
      const answer = await ask(conversation, 'What is the capital of France?', { maxOutputTokens: 3 });
      conversation.cancel();
      expect(answer.last).toEqual({ type: 'end' });
      expect(answer.text).not.toBe('');
    }
    await conversation.dispose();
  });
});

describe('disposing', () => {
  test('while it streams ends the answer and frees the engine, 20 times', async () => {
    for (let round = 0; round < 20; round++) {
      const conversation = await engine.createConversation({ sampler: greedy });
      let disposal: Promise<void> | undefined;
      const answering = ask(conversation, long, {}, (count) => {
        if (count === round % 7) disposal = conversation.dispose();
      });
      if (round % 7 === 0) disposal = conversation.dispose();
      expect((await answering).last).toEqual({ type: 'cancelled' });
      await disposal;
      await conversation.dispose();
    }
    const conversation = await engine.createConversation({ sampler: greedy });
    expect((await ask(conversation, 'What is the capital of France?')).text).toContain('Paris');
    await conversation.dispose();
  }, 120_000);

  test('the engine while a conversation streams ends the answer', async () => {
    const other = await openEngine();
    const conversation = await other.createConversation({ sampler: greedy });
    await other.createConversation({ sampler: greedy });
    let disposal: Promise<void> | undefined;
    const answer = await ask(conversation, long, {}, () => {
      disposal ??= other.dispose();
    });
    expect(answer.last).toEqual({ type: 'cancelled' });
    await disposal;
    await other.dispose();
  }, 60_000);
});
