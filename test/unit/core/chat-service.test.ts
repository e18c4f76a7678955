import { describe, expect, it } from 'vitest';
import type { ChatSend } from '../../../contract/chat.ts';
import type { ModelSettings } from '../../../contract/model-settings.ts';
import { type Persona, personaSchema } from '../../../contract/personas.ts';
import { AppError } from '../../../core/errors.ts';
import { fakeLoadable } from '../../support/models.ts';
import { createScriptedChat, eventsOf } from '../../support/scripted-chat.ts';
import { answersWith, type Behaviour, loadsAtOnce, STATS } from '../../support/scripted-engine.ts';

const find = async (id?: string) => {
  if (id === 'gone') throw new AppError('MODEL_MISSING', 'gone');
  if (id === 'cut') throw new AppError('MODEL_TRUNCATED', 'cut');
  return fakeLoadable();
};

function create(behaviours: Behaviour | Behaviour[], modelSettings?: ModelSettings, poet?: Partial<Persona>) {
  const persona = async (id: string) =>
    poet === undefined ? undefined : personaSchema.parse({ name: 'Poet', isBuiltIn: false, ...poet, id });
  return createScriptedChat(behaviours, { find, persona, ...(modelSettings && { modelSettings }) });
}

const live = () => new AbortController().signal;
const ask = (chatId: string, text = 'Why?', settings?: ChatSend['settings']): ChatSend => ({
  chatId,
  action: { type: 'ask', text },
  ...(settings === undefined ? {} : { settings }),
});

describe('createChatService', () => {
  it('streams an answer and keeps both messages', async () => {
    const { chat } = create(answersWith('Be', 'cause'));
    const { id } = await chat.open();
    const events = await eventsOf(chat.send(ask(id), live()));
    expect(events.map((event) => event.type)).toEqual([
      'started',
      'progress',
      'progress',
      'delta',
      'delta',
      'done',
    ]);
    expect((await chat.open(id)).messages).toMatchObject([
      { role: 'user', text: 'Why?', state: 'complete' },
      { role: 'assistant', text: 'Because', state: 'complete', stats: { backend: 'cpu', model: 'fake' } },
    ]);
  });

  it('sends earlier turns along', async () => {
    const { chat, engines } = create(answersWith('yes'));
    const { id } = await chat.open();
    await eventsOf(chat.send(ask(id, 'one'), live()));
    await eventsOf(chat.send(ask(id, 'two'), live()));
    const prompts = engines[0]?.received.filter((message) => message.type === 'generate') ?? [];
    expect(prompts[1]?.prompt.history).toEqual([
      { role: 'user', text: 'one' },
      { role: 'assistant', text: 'yes' },
    ]);
  });

  it('keeps the part that came when stopped, and when the reader goes away', async () => {
    const { chat, engines } = create((engine, message) => {
      loadsAtOnce(engine, message);
      if (message.type === 'generate') engine.delta('half');
      if (message.type === 'cancel') engine.done('cancelled');
    });
    const { id } = await chat.open();
    const abort = new AbortController();
    for await (const event of chat.send(ask(id), abort.signal)) if (event.type === 'delta') abort.abort();
    expect((await chat.open(id)).messages[1]).toMatchObject({
      ...{ text: 'half', state: 'stopped' },
      stats: { completionTokens: STATS.completionTokens },
    });
    for await (const event of chat.send(ask(id), live())) if (event.type === 'delta') break;
    expect((await chat.open(id)).messages[3]).toMatchObject({ text: 'half', state: 'stopped' });
    expect(engines[0]?.received.filter((message) => message.type === 'cancel')).toHaveLength(2);
  });

  it('keeps the part that came when the engine dies; a retry replaces it', async () => {
    const dies: Behaviour = (engine, message) => {
      loadsAtOnce(engine, message);
      if (message.type !== 'generate') return;
      engine.delta('half');
      engine.die();
    };
    const { chat } = create([dies, answersWith('whole')]);
    const { id } = await chat.open();
    const events = await eventsOf(chat.send(ask(id), live()));
    expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'ENGINE_CRASHED' } });
    expect((await chat.open(id)).messages[1]).toMatchObject({
      text: 'half',
      state: 'failed',
      error: { code: 'ENGINE_CRASHED' },
    });
    await eventsOf(chat.send({ chatId: id, action: { type: 'retry' } }, live()));
    expect((await chat.open(id)).messages).toMatchObject([
      { text: 'Why?' },
      { text: 'whole', state: 'complete' },
    ]);
  });

  it.each([
    ['', 'TEXT_EMPTY'],
    [' \n ', 'TEXT_EMPTY'],
    ['a\0b', 'TEXT_INVALID'],
    ['lone \uD800 surrogate', 'TEXT_INVALID'],
    ['\uDC00', 'TEXT_INVALID'],
    ['x'.repeat(50_000_000), 'TEXT_TOO_LONG'],
  ])('refuses text %#, changing nothing', async (text, code) => {
    const { chat } = create(answersWith('never'));
    const { id } = await chat.open();
    await expect(eventsOf(chat.send(ask(id, text), live()))).rejects.toMatchObject({ code });
    expect((await chat.open(id)).messages).toEqual([]);
  });

  it.each([
    ['temperature', Number.NaN],
    ['temperature', -1],
    ['topK', 0],
    ['topP', 0],
    ['topP', 2],
    ['seed', -5],
    ['maxTokens', 0],
    ['maxTokens', 1e9],
    ['threads', 0],
    ['backend', 'quantum'],
  ])('refuses %s = %s by name', async (name, value) => {
    const { chat } = create(answersWith('never'));
    const { id } = await chat.open();
    const input = ask(id, 'Why?', { [name]: value } as ChatSend['settings']);
    await expect(eventsOf(chat.send(input, live()))).rejects.toMatchObject({
      code: 'PARAM_RANGE',
      message: expect.stringContaining(name),
    });
    expect((await chat.open(id)).messages).toEqual([]);
  });

  it('answers one question at a time in a chat', async () => {
    const { chat } = create(loadsAtOnce);
    const { id } = await chat.open();
    const first = chat.send(ask(id), live());
    await first.next();
    await expect(eventsOf(chat.send(ask(id), live()))).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    await first.return();
  });

  it('answers one of two questions that are asked in a chat in the same moment', async () => {
    const { chat } = create(answersWith('yes'));
    const { id } = await chat.open();
    const asked = await Promise.allSettled(
      ['one', 'two'].map((text) => eventsOf(chat.send(ask(id, text), live()))),
    );
    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(asked.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'ENGINE_BUSY' },
    });
    expect((await chat.open(id)).messages).toHaveLength(2);
  });

  it('does not know chats that never were', async () => {
    const { chat } = create(loadsAtOnce);
    const { id } = await chat.open();
    await expect(chat.open('nowhere')).rejects.toEqual(expect.objectContaining({ code: 'CHAT_UNKNOWN' }));
    expect((await chat.open(id)).messages).toEqual([]);
    await expect(eventsOf(chat.send(ask('nowhere'), live()))).rejects.toMatchObject({ code: 'CHAT_UNKNOWN' });
  });

  it('can be stopped while the model still loads', async () => {
    const { chat } = create(() => undefined);
    const { id } = await chat.open();
    const abort = new AbortController();
    const events = eventsOf(chat.send(ask(id), abort.signal));
    setTimeout(() => abort.abort(), 10);
    expect((await events).at(-1)).toMatchObject({ type: 'done', reason: 'cancelled' });
    expect((await chat.open(id)).messages[1]).toMatchObject({ text: '', state: 'stopped' });
    // Figures of an answer that never began would all be made up.
    expect((await chat.open(id)).messages[1]?.stats).toBeUndefined();
  });

  it('takes what is set for the model, unless the answer asks for something else', async () => {
    const settings = { temperature: 0.3, topK: 9, system: 'Be short.', contextTokens: 1024, threads: 1 };
    const { chat, engines } = create(answersWith('Yes.'), settings);
    await eventsOf(chat.send(ask((await chat.open()).id, 'Why?', { topK: 5 }), live()));
    const sent = engines[0]?.received ?? [];
    expect(sent.find((message) => message.type === 'load')).toMatchObject({
      load: { maxTokens: 1024, threads: 1 },
    });
    expect(sent.find((message) => message.type === 'generate')).toMatchObject({
      prompt: { system: 'Be short.', sampling: { temperature: 0.3, topK: 5 } },
    });
  });

  it('holds no more context than the model can', async () => {
    const { chat, engines } = create(answersWith('Yes.'), { contextTokens: 100_000 });
    await eventsOf(chat.send(ask((await chat.open()).id), live()));
    expect(engines[0]?.received.find((message) => message.type === 'load')).toMatchObject({
      load: { maxTokens: 2048 },
    });
  });

  it('answers as the persona of the chat says: before the model’s settings, after those of the question', async () => {
    const persona = { system: 'In verse, {{name}}.', values: { temperature: 0.9, topK: 7 } };
    const { chat, engines, storage } = create(
      answersWith('Be'),
      { system: 'Dry.', topK: 3, topP: 0.5 },
      persona,
    );
    const { id } = await chat.open();
    (await storage.chats()).change({ id, personaId: 'poet' });
    expect((await chat.open(id)).personaId).toBe('poet');
    await eventsOf(chat.send(ask(id, 'Why?', { temperature: 0.1 }), live()));
    const sent = engines[0]?.received.find((message) => message.type === 'generate');
    expect(sent).toMatchObject({
      prompt: { system: 'In verse, {{name}}.', sampling: { temperature: 0.1, topK: 7, topP: 0.5 } },
    });
    (await storage.chats()).change({ id, personaId: null });
    await eventsOf(chat.send(ask(id), live()));
    expect(engines[0]?.received.at(-1)).toMatchObject({ prompt: { system: 'Dry.' } });
  });

  it('says which model answers where the persona’s own is gone', async () => {
    const { chat, storage } = create(answersWith('Be'), {}, { modelId: 'gone' });
    const { id } = await chat.open();
    (await storage.chats()).change({ id, personaId: 'poet' });
    const events = await eventsOf(chat.send(ask(id), live()));
    expect(events.find((event) => event.type === 'notice')).toMatchObject({
      notice: { code: 'MODEL_MISSING', message: expect.stringContaining('“Poet”') },
    });
    expect(events.at(-1)?.type).toBe('done');
  });

  it('does not hide behind another model that the persona’s own is damaged', async () => {
    const { chat, storage } = create(answersWith('Be'), {}, { modelId: 'cut' });
    const { id } = await chat.open();
    (await storage.chats()).change({ id, personaId: 'poet' });
    const events = await eventsOf(chat.send(ask(id), live()));
    expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'MODEL_TRUNCATED' } });
  });

  it('goes on with an answer that was cut: what comes is added to it', async () => {
    const { chat, engines } = create([answersWith('Be'), answersWith('cause')]);
    const { id } = await chat.open();
    const first = await eventsOf(chat.send(ask(id, 'Why?', { maxTokens: 1 }), live()));
    expect(first.at(-1)?.type).toBe('done');
    const events = await eventsOf(chat.send({ chatId: id, action: { type: 'continue' } }, live()));
    const { messages } = await chat.open(id);
    expect(events[0]).toMatchObject({
      type: 'started',
      questionId: messages[0]?.id,
      answerId: messages[1]?.id,
    });
    expect(messages.map(({ text, state }) => [text, state])).toEqual([
      ['Why?', 'complete'],
      ['BeBe', 'complete'],
    ]);
    expect(engines[0]?.received.at(-1)).toMatchObject({
      prompt: { history: [], question: 'Why?', begun: 'Be' },
    });
  });

  it('has nothing to go on with in an empty chat', async () => {
    const { chat } = create(answersWith('Be'));
    const { id } = await chat.open();
    await expect(
      eventsOf(chat.send({ chatId: id, action: { type: 'continue' } }, live())),
    ).rejects.toMatchObject({
      code: 'TEXT_EMPTY',
    });
  });

  it('does not give thoughts to the model again', async () => {
    const { chat, engines } = create(answersWith('<think>hm</think>Because'));
    const { id } = await chat.open();
    await eventsOf(chat.send(ask(id), live()));
    await eventsOf(chat.send(ask(id, 'And?'), live()));
    expect(engines[0]?.received.at(-1)).toMatchObject({
      prompt: { history: [{ text: 'Why?' }, { role: 'assistant', text: 'Because' }] },
    });
  });
});
