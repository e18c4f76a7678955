import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { splitThought } from '../../contract/thinking.ts';
import { readContainer } from '../../core/models/container/container.ts';
import type { ChatEngine } from '../../native/binding-types.ts';
import { taughtPairs } from '../support/tiny-gemma.ts';
import { TINY_QWEN } from '../support/tiny-qwen.ts';
import { ask, cacheDir, greedy, message, openRuntime, user } from './fixtures/support.ts';

let engine: ChatEngine;
beforeAll(async () => {
  const runtime = await openRuntime();
  engine = await runtime.createEngine({ modelPath: TINY_QWEN, backend: 'cpu', threads: 2, cacheDir });
});
afterAll(() => engine?.dispose());

test('turns are those of Qwen3: no system text of our own, no thought of an earlier answer', async () => {
  const plain = await engine.createConversation({ sampler: greedy });
  expect(plain.render(user('Hello'))).toBe('<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n');
  await plain.dispose();
  const told = await engine.createConversation({
    sampler: greedy,
    system: 'Be brief.',
    history: [user('Hello'), message('assistant', '<think>\nA greeting.\n</think>\n\nHi.')],
  });
  const turns = told.render(user('Who are you?'));
  expect(turns).toContain('<|im_start|>user\nWho are you?<|im_end|>\n<|im_start|>assistant\n');
  expect(turns).not.toContain('greeting');
  await told.dispose();
});

test('a model that shall not think gets an empty thought', async () => {
  const conversation = await engine.createConversation({ sampler: greedy, thinking: { enabled: false } });
  expect(conversation.render(user('Hello'))).toMatch(/assistant\n<think>\n\n<\/think>\n\n$/);
  await conversation.dispose();
});

test('the marks around a thought come as text', async () => {
  const conversation = await engine.createConversation({ sampler: greedy, constrained: true });
  const constraint = { type: 'regex', pattern: '<think>(yes|no)</think>[a-z]{3}' } as const;
  const { text, last } = await ask(conversation, 'Hello', { constraint });
  expect(last).toEqual({ type: 'end' });
  expect(splitThought(text)).toEqual({
    thought: expect.stringMatching(/^(yes|no)$/),
    answer: expect.stringMatching(/^[a-z]{3}$/),
    isThinking: false,
  });
  await conversation.dispose();
});

test('both tokens that end an answer are in the file', async () => {
  const { sections } = await readContainer(TINY_QWEN);
  const section = sections.find(({ kind }) => kind === 'llm-metadata');
  const bytes = (await readFile(TINY_QWEN)).subarray(section?.begin, section?.end);
  // LlmMetadata.stop_tokens, each with one id: <|endoftext|> and <|im_end|>.
  for (const id of [0, 2]) expect(bytes.includes(Buffer.of(0x12, 5, 0x0a, 3, 0x0a, 1, id))).toBe(true);
});

test('answers come in pieces, and end where the model ends them', async () => {
  // Without it, bytes that are no text may come, and LiteRT-LM 0.18.1 ends the process at some of them.
  const constraint = { type: 'regex', pattern: '[a-zA-Z.,?]*' } as const;
  const mostTokens = 200;
  let ended = 0;
  for (const [at, [question]] of taughtPairs().slice(0, 12).entries()) {
    const sampler = { temperature: 1, topK: 482, topP: 1, seed: at + 1 };
    const conversation = await engine.createConversation({ sampler, constrained: true });
    const asked = engine.tokenize(conversation.render(user(question))).length;
    const options = { constraint, maxOutputTokens: mostTokens };
    const { text, pieces, last } = await ask(conversation, question, options);
    expect(last).toEqual({ type: 'end' });
    expect(text).toMatch(/^[a-zA-Z.,?]*$/);
    const written = conversation.tokenCount() - asked;
    if (written > 20) expect(pieces).toBeGreaterThan(1);
    if (written < mostTokens) ended++;
    await conversation.dispose();
  }
  expect(ended).toBeGreaterThan(2);
});
