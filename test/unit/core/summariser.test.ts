import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatMessage, SummaryEvent } from '../../../contract/chat.ts';
import { estimateTokens } from '../../../contract/estimate-tokens.ts';
import { createChatService } from '../../../core/chat/chat-service.ts';
import { createModelChooser } from '../../../core/chat/model-choice.ts';
import { createSummariser, cut, planSummary } from '../../../core/chat/summariser.ts';
import { createEngineSupervisor } from '../../../core/engine/engine-supervisor.ts';
import { silentLogger } from '../../../core/logger.ts';
import { createChatStore } from '../../../core/storage/chats/chat-store.ts';
import { openDatabase } from '../../../core/storage/database/open-database.ts';
import { fakeLoadable } from '../../support/models.ts';
import { answersWith, type Behaviour, loadsAtOnce, scriptedLauncher } from '../../support/scripted-engine.ts';

async function create(behaviour: Behaviour, contextTokens = 400) {
  const { launch, engines: processes } = scriptedLauncher(behaviour);
  const engines = createEngineSupervisor({
    launch,
    nativeDir: '/n',
    cacheDir: '/c',
    onStatus: () => undefined,
    log: silentLogger,
  });
  const db = await openDatabase({ path: ':memory:' });
  const store = createChatStore(db);
  const chats = async () => store;
  const chooser = createModelChooser({
    models: {
      list: async () => [],
      find: async () => fakeLoadable(),
      verify: async (id) => ({ id, ok: true, sizeBytes: 1, sha256: '' }),
    },
    engines,
    defaultThreads: () => 1,
    modelSettings: async () => ({ contextTokens, system: 'Be brief.' }),
  });
  const { id } = store.create();
  const say = (from: number, to: number) => {
    for (let i = from; i < to; i += 1) {
      const role = i % 2 === 0 ? 'user' : 'assistant';
      store.add(id, { role, text: `${role} says ${i} ${'and so on '.repeat(10)}`, state: 'complete' });
    }
  };
  const prompts = () =>
    processes.flatMap((one) =>
      one.received.flatMap((message) => (message.type === 'generate' ? [message.prompt] : [])),
    );
  const summariser = createSummariser(chats, chooser);
  const run = async (signal = new AbortController().signal) => {
    const events: SummaryEvent[] = [];
    for await (const event of summariser.summarise({ chatId: id }, signal)) events.push(event);
    return events;
  };
  return { db, store, id, say, prompts, run, summariser, chat: createChatService({ chats, chooser }) };
}

const message = (role: ChatMessage['role'], id: string, text: string): ChatMessage => ({
  id,
  role,
  text,
  state: 'complete',
});

describe('a summary', () => {
  it('stands for the beginning of a conversation from then on, beside the system prompt', async () => {
    const { store, id, say, prompts, run, chat } = await create(answersWith('<think>hm</think>They count. '));
    say(0, 20);
    const events = await run();
    const total = prompts().length;
    expect(total).toBeGreaterThan(1);
    expect(events.at(-1)).toMatchObject({ type: 'done', summary: 'They count.' });
    expect(events.filter(({ type }) => type === 'progress')).toHaveLength(total + 1);
    // Each piece is read with the summary of those before; nothing is left out, nothing is read twice.
    expect(prompts()[0]?.question).toContain('User: user says 0 ');
    expect(prompts()[1]?.question).toContain('Summary of what came before:\nThey count.');
    const { messages } = store.open(id);
    const at = messages.findIndex(({ summary }) => summary !== undefined);
    expect(messages[at]).toMatchObject({ role: 'user', summary: 'They count.' });
    const all = prompts()
      .map(({ question }) => question)
      .join('\n');
    for (let i = 0; i < 20; i += 1) {
      expect(all.split(`says ${i} `).length - 1, `message ${i}`).toBe(i < at ? 1 : 0);
    }

    for await (const _event of chat.send(
      { chatId: id, action: { type: 'ask', text: 'Go on' } },
      new AbortController().signal,
    ));
    expect(prompts().at(-1)).toMatchObject({
      system: 'Be brief.\n\nWhat was said before, in short:\nThey count.',
      question: 'Go on',
    });
    expect(prompts().at(-1)?.history).toHaveLength(20 - at);

    // A second one goes on from the first.
    say(22, 40);
    const before = prompts().length;
    expect((await run()).at(-1)).toMatchObject({ type: 'done' });
    expect(prompts()[before]?.question).toContain('Summary of what came before:\nThey count.');
    expect(prompts()[before]?.question).not.toContain('says 0 ');
  });

  it('is made in smaller pieces where a model holds less of a language than was guessed', async () => {
    const { say, prompts, run } = await create((engine, said) => {
      loadsAtOnce(engine, said);
      if (said.type !== 'generate') return;
      const isTooLong = said.prompt.question.length > 500;
      if (!isTooLong) engine.delta('Short.');
      const error = { code: 'CONTEXT_FULL', message: 'Too long.' } as const;
      const { requestId } = said;
      if (isTooLong) engine.say({ type: 'event', requestId, event: { type: 'failed', error } });
      else engine.done();
    });
    say(0, 20);
    const events = await run();
    expect(events.at(-1)).toMatchObject({ type: 'done', summary: 'Short.' });
    expect(events.at(-2)).toMatchObject({ type: 'progress' });
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event] : []));
    expect(progress.at(-1)?.done).toBe(progress.at(-1)?.total);
    const read = prompts().filter(({ question }) => question.length <= 500);
    const all = read.map(({ question }) => question).join('\n');
    for (let i = 0; i < 10; i += 1) expect(all.split(`says ${i} `).length - 1, `message ${i}`).toBe(1);
  });

  it('that no piece is short enough for says so', async () => {
    const { say, run, prompts } = await create((engine, said) => {
      loadsAtOnce(engine, said);
      if (said.type !== 'generate') return;
      const error = { code: 'CONTEXT_FULL', message: 'Too long.' } as const;
      engine.say({ type: 'event', requestId: said.requestId, event: { type: 'failed', error } });
    });
    say(0, 20);
    expect((await run()).at(-1)).toMatchObject({ type: 'failed', error: { code: 'CONTEXT_FULL' } });
    expect(prompts().length).toBeLessThan(10);
  });

  it('can be taken back', async () => {
    const { store, id, say, run } = await create(answersWith('Short.'));
    say(0, 20);
    const done = (await run()).at(-1);
    if (done?.type !== 'done') throw new Error('no summary');
    store.removeSummary(id, done.messageId);
    expect(store.open(id).messages.every(({ summary }) => summary === undefined)).toBe(true);
  });

  it('belongs to its message: in another branch, or once that is deleted, there is none', async () => {
    const { db, store, id, say, run } = await create(answersWith('Short.'));
    say(0, 20);
    const done = (await run()).at(-1);
    if (done?.type !== 'done') throw new Error('no summary');
    store.add(id, { role: 'user', text: 'Otherwise', state: 'complete' }, store.parentOf(id, done.messageId));
    expect(store.open(id).messages.every(({ summary }) => summary === undefined)).toBe(true);
    store.remove(id, done.messageId);
    expect(db.all(db.query.selectFrom('messages').select('id').where('summary', 'is not', null))).toEqual([]);
  });

  it('leaves the chat as it was when it is stopped, fails, or says nothing', async () => {
    const waits = await create((engine, said) => {
      loadsAtOnce(engine, said);
      if (said.type === 'generate') engine.delta('Half of');
      if (said.type === 'cancel') engine.done('cancelled');
    }, 1500);
    waits.say(0, 20);
    const abort = new AbortController();
    const stopped: SummaryEvent[] = [];
    for await (const event of waits.summariser.summarise({ chatId: waits.id }, abort.signal)) {
      stopped.push(event);
      setTimeout(() => abort.abort(), 5);
    }
    expect(stopped.at(-1)).toEqual({ type: 'stopped' });

    const dies = await create((engine, said) => {
      loadsAtOnce(engine, said);
      if (said.type === 'generate') engine.die();
    });
    dies.say(0, 20);
    expect((await dies.run()).at(-1)).toMatchObject({ type: 'failed', error: { code: 'ENGINE_CRASHED' } });

    const silent = await create(answersWith('<think>so much</think>'));
    silent.say(0, 20);
    expect((await silent.run()).at(-1)).toMatchObject({ type: 'failed', error: { code: 'TEXT_EMPTY' } });

    for (const { store, id } of [waits, dies, silent])
      expect(store.open(id).messages.every(({ summary }) => summary === undefined)).toBe(true);
  });

  it('is not made of nothing, nor while an answer is written', async () => {
    const { store, id, say, run } = await create(answersWith('Short.'));
    expect((await run()).at(-1)).toMatchObject({ type: 'failed', error: { code: 'TEXT_EMPTY' } });
    say(0, 2);
    expect((await run()).at(-1)).toMatchObject({ type: 'failed', error: { code: 'TEXT_EMPTY' } });
    store.add(id, { role: 'assistant', text: '', state: 'streaming' });
    expect((await run()).at(-1)).toMatchObject({ type: 'failed', error: { code: 'ENGINE_BUSY' } });
  });
});

describe('what is summed up', () => {
  it('is all but the last turns, which begin with a question', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 400 }), { maxLength: 30 }),
        fc.integer({ min: 20, max: 4000 }),
        (texts, limit) => {
          const messages = texts.map((text, i) =>
            message(i % 2 === 0 ? 'user' : 'assistant', String(i), `x${text}`),
          );
          const plan = planSummary(messages, limit);
          if (plan === undefined) return messages.length <= 2;
          const at = Number(plan.messageId);
          const kept = messages.slice(at + 2).reduce((sum, { text }) => sum + estimateTokens(text), 0);
          return messages[at]?.role === 'user' && plan.said.length === at && at > 0 && kept <= limit / 4;
        },
      ),
    );
  });

  it('is cut into pieces that the model can hold, without a word lost or a character broken', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 300 }), { maxLength: 20 }),
        fc.integer({ min: 4, max: 200 }),
        (texts, most) => {
          const pieces = cut(texts, most);
          const letters = (all: string[]) => all.join('').replace(/\s/g, '');
          expect(letters(pieces)).toBe(letters(texts));
          for (const piece of pieces) {
            expect(estimateTokens(piece)).toBeLessThanOrEqual(most);
            expect(() => encodeURIComponent(piece)).not.toThrow();
          }
        },
      ),
    );
  });
});
