import { describe, expect, it } from 'vitest';
import { createAnswerer } from '../../../core/engine/answerer.ts';
import type { EngineEvent, EnginePrompt, Turn } from '../../../core/engine/protocol.ts';
import type { ChatEngine, ConversationOptions } from '../../../native/binding-types.ts';

/** An engine whose tokens are words, and which answers every question with "yes". */
function fakeEngine(failsBeyond = Number.POSITIVE_INFINITY, thinks = false) {
  const text = (content: unknown) => (content as Array<{ text: string }>)[0]?.text ?? '';
  const made: ConversationOptions[] = [];
  const asked: string[] = [];
  const sent: unknown[] = [];
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
        render: (message: { content: Array<{ text: string }> }) =>
          [...(options.history ?? []), message].map(({ content }) => `<${text(content)}>`).join(''),
        async *send(message: { content: Array<{ text: string }> }) {
          sent.push(message);
          asked.push(message.content[0]?.text ?? '');
          if (tokens > failsBeyond) {
            yield { type: 'error', error: new Error('beyond the end') };
            return;
          }
          tokens += 20 + 20 * (tokens === 0 ? (options.history ?? []).length : 0);
          if (thinks) yield { type: 'thinking', text: 'let me see' };
          yield { type: 'text', text: 'yes' };
          yield { type: 'end' };
        },
      };
    },
  };
  return { engine: engine as unknown as ChatEngine, made, asked, sent };
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

describe('a picture', () => {
  const picture = (id: string) => ({ id, kind: 'image' as const, bytes: new Uint8Array([1, 2, 3]) });
  const seen = (id: string): Turn => ({ ...turn('user', 'What is it?'), media: [picture(id)] });

  it('comes before the question, as the runtime takes it', async () => {
    const { engine, sent } = fakeEngine();
    await answer(createAnswerer(engine, 2000), { ...prompt([], 'What is it?'), media: [picture('a')] });
    const image = { type: 'image', blob: 'AQID' };
    expect(sent[0]).toEqual({ role: 'user', content: [image, { type: 'text', text: 'What is it?' }] });
    await answer(createAnswerer(engine, 2000), { ...prompt([], ''), media: [picture('a')] });
    expect(sent[1]).toEqual({ role: 'user', content: [image] });
  });

  it('is not called for by a word that the user has written', async () => {
    const { engine, sent } = fakeEngine();
    await answer(createAnswerer(engine, 2000), prompt([], 'What does <start_of_image> mean?'));
    expect(sent[0]).toMatchObject({ content: [{ text: 'What does < start_of_image> mean?' }] });
  });

  it('is not read again with the next question, but another one in its place is', async () => {
    const { engine, made } = fakeEngine();
    const answerer = createAnswerer(engine, 2000);
    await answer(answerer, { ...prompt([], 'What is it?'), media: [picture('a')] });
    await answer(answerer, prompt([seen('a'), turn('assistant', 'yes')], 'And now?'));
    expect(made).toHaveLength(1);
    const then = [turn('assistant', 'yes'), turn('user', 'And now?'), turn('assistant', 'yes')];
    await answer(answerer, prompt([seen('a'), ...then], 'Still?'));
    expect(made).toHaveLength(1);
    const last = [turn('user', 'Still?'), turn('assistant', 'yes')];
    await answer(answerer, prompt([seen('b'), ...then, ...last], 'And now?'));
    expect(made).toHaveLength(2);
    expect(made[1]?.history?.[0]?.content[0]).toEqual({ type: 'image', blob: 'AQID' });
  });

  it('counts when the first turns must be left out', async () => {
    const { engine } = fakeEngine();
    const history = [seen('a'), turn('assistant', 'yes'), ...talk(1)];
    const events = await answer(createAnswerer(engine, 300), prompt(history, 'And now?'));
    expect(events[0]).toEqual({ type: 'trimmed', turns: 2 });
  });
});

describe('an answer that was cut', () => {
  it('goes on from where it is: what the template makes of the conversation, and the answer, are one text', async () => {
    const { engine, made, asked } = fakeEngine();
    const answerer = createAnswerer(engine, 1000);
    const history = [turn('user', 'a'), turn('assistant', 'b')];
    const events = await answer(answerer, { ...prompt(history, 'c', 'be kind'), begun: 'it beg' });
    expect(events.map(({ type }) => type)).toEqual(['delta', 'done']);
    expect(made[0]).toMatchObject({ system: 'be kind', history: [{ role: 'user' }, { role: 'assistant' }] });
    expect(made[1]?.template).toContain('message.content');
    expect(made[1]?.system).toBeUndefined();
    expect(asked).toEqual(['<a><b><c>it beg']);
    // The next question begins anew: what was read is no conversation.
    await answer(answerer, prompt([...history, turn('user', 'c'), turn('assistant', 'it began')], 'd'));
    expect(made[2]?.history).toHaveLength(4);
  });

  it('leaves out the first turns where there is no room, and says when there is none at all', async () => {
    const { engine, made } = fakeEngine();
    const long = Array.from({ length: 10 }, (_, i) => turn(i % 2 === 0 ? 'user' : 'assistant', words(40)));
    const events = await answer(createAnswerer(engine, 300), { ...prompt(long, 'c'), begun: words(40) });
    expect(events[0]).toMatchObject({ type: 'trimmed' });
    expect(made[1]?.history?.length).toBeLessThan(10);
    const full = answer(createAnswerer(engine, 300), { ...prompt([], 'c'), begun: words(299) });
    await expect(full).rejects.toMatchObject({ code: 'CONTEXT_FULL' });
  });
});

describe('a model that thinks', () => {
  it('has its thoughts between marks, before the answer', async () => {
    const { engine } = fakeEngine(Number.POSITIVE_INFINITY, true);
    const events = await answer(createAnswerer(engine, 1000), prompt([], 'c'));
    const text = events.map((event) => (event.type === 'delta' ? event.text : '')).join('');
    expect(text).toBe('<think>let me see</think>yes');
  });
});

describe('a context that has grown', () => {
  /** Tokens are words; every question adds 20 and what came before, 20 a turn. */
  async function talkOnce(renew: () => Promise<ChatEngine>, engine: ChatEngine) {
    const answerer = createAnswerer(engine, 4000, undefined, renew);
    const ask = (pairs: number, question = 'And now?') => answer(answerer, prompt(talk(pairs), question));
    return { ask };
  }

  it('makes room for a new engine when a short conversation follows, and not before', async () => {
    const { engine } = fakeEngine();
    const second = fakeEngine();
    let renewed = 0;
    const { ask } = await talkOnce(async () => {
      renewed += 1;
      return second.engine;
    }, engine);
    await ask(10);
    await ask(1, 'Short?');
    // 420 tokens are too few to matter.
    expect(renewed).toBe(0);
    await ask(20);
    expect(renewed).toBe(0);
    // 460 tokens with a usual answer are more than a third of 820.
    await ask(20, 'Otherwise?');
    expect(renewed).toBe(0);
    expect((await ask(2, 'Short?')).at(-1)).toMatchObject({ type: 'done' });
    expect(renewed).toBe(1);
    expect(second.asked).toEqual(['Short?']);
    // The new one has not grown.
    await ask(1, 'Once more?');
    expect(renewed).toBe(1);
    expect(second.asked).toEqual(['Short?', 'Once more?']);
  });

  it('stays as it is in the conversation that made it grow', async () => {
    const { engine, asked } = fakeEngine();
    const { ask } = await talkOnce(async () => {
      throw new Error('not here');
    }, engine);
    await ask(30);
    const history = [...talk(30), turn('user', 'And now?'), turn('assistant', 'yes')];
    const answerer = createAnswerer(engine, 4000, undefined, async () => {
      throw new Error('not here');
    });
    await answer(answerer, prompt(talk(30), 'And now?'));
    await answer(answerer, prompt(history, 'And then?'));
    expect(asked.at(-1)).toBe('And then?');
  });

  it('has grown by what was stopped, or failed, before it was answered', async () => {
    const first = fakeEngine(-1);
    const second = fakeEngine();
    const { ask } = await talkOnce(async () => second.engine, first.engine);
    expect((await ask(1, words(900))).at(-1)).toMatchObject({ type: 'failed' });
    // In another chat.
    await ask(2, 'Short?');
    expect(second.asked).toEqual(['Short?']);
  });

  it('is tried again after an engine that could not be made', async () => {
    const { engine } = fakeEngine();
    const second = fakeEngine();
    let tries = 0;
    const { ask } = await talkOnce(async () => {
      tries += 1;
      if (tries === 1) throw new Error('no memory');
      return second.engine;
    }, engine);
    await ask(30);
    await expect(ask(1, 'Short?')).rejects.toThrow('no memory');
    expect((await ask(1, 'Short?')).at(-1)).toMatchObject({ type: 'done' });
    expect(second.asked).toEqual(['Short?']);
  });
});

describe('what somebody has written', () => {
  it('reaches the engine as plain text, whether asked, said before, ordered or begun', async () => {
    const { engine, made, asked } = fakeEngine();
    const plain = (text: string) => text.replaceAll('<|end|>', '< |end|>');
    const history = [turn('user', 'a<|end|>'), turn('assistant', 'b<|end|>')];
    await answer(createAnswerer(engine, 2000, plain), prompt(history, 'c<|end|>', 'd<|end|>'));
    const begun = '<think>e<|end|></think>f<|end|>';
    await answer(createAnswerer(engine, 2000, plain), { ...prompt([], 'g'), begun });
    const all = JSON.stringify([made, asked]);
    expect(all).not.toContain('<|end|>');
    expect(all).toContain('d< |end|>');
    // The model goes on behind its own mark.
    expect(all).toContain('<think>e< |end|></think>f< |end|>');
  });
});
