import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepTalk, type RawMessage } from '../../../../core/storage/chats/import/imported-chat.ts';
import { importing } from '../../../support/importing.ts';

const node = (parent: string | null, role: string, text: string, create_time = 1_700_000_000) => ({
  parent,
  message: { author: { role }, create_time, content: { content_type: 'text', parts: [text] } },
});

const CHATGPT = {
  title: 'Rome',
  create_time: 1_700_000_000.5,
  current_node: 'a2',
  mapping: {
    root: { parent: null, message: null },
    system: node('root', 'system', 'You are helpful'),
    q1: node('system', 'user', 'Where is Rome?'),
    a1: node('q1', 'assistant', 'In Italy.'),
    a2: node('q1', 'assistant', 'In Lazio.', 1_700_000_100),
    picture: {
      parent: 'q1',
      message: { author: { role: 'assistant' }, content: { parts: [{ asset_pointer: 'x' }] } },
    },
  },
};

describe('an export', () => {
  it('of ChatGPT comes in with its branches, without what is no talk', async () => {
    const { ids, texts, store, leftOut } = await importing([CHATGPT]);
    expect(texts(ids[0])).toEqual(['user: Where is Rome?', 'assistant: In Lazio.']);
    expect(store.open(ids[0]).messages[1]?.versions).toHaveLength(2);
    expect(store.list()[0]).toMatchObject({ title: 'Rome', createdAt: 1_700_000_000_500 });
    expect(leftOut).toBe(0);
  });

  it('of Open WebUI comes in', async () => {
    const messages = {
      m1: { parentId: null, role: 'user', content: 'Hi', timestamp: 1_700_000_000 },
      m2: { parentId: 'm1', role: 'assistant', content: 'Hello' },
    };
    const { ids, texts } = await importing([
      { title: 'Greeting', created_at: 1_700_000_000, chat: { history: { currentId: 'm2', messages } } },
    ]);
    expect(texts(ids[0])).toEqual(['user: Hi', 'assistant: Hello']);
  });

  it('of LM Studio comes in, in the version that was chosen', async () => {
    const text = (value: string) => [{ type: 'text', text: value }];
    const { ids, texts, store } = await importing({
      name: '',
      createdAt: 1_700_000_000_000,
      messages: [
        { versions: [{ role: 'user', content: text('Hi') }], currentlySelected: 0 },
        {
          versions: [
            { role: 'assistant', steps: [{ content: text('One') }] },
            { role: 'assistant', steps: [{ content: text('Two') }, {}] },
          ],
          currentlySelected: 1,
        },
      ],
    });
    expect(texts(ids[0])).toEqual(['user: Hi', 'assistant: Two']);
    expect(store.list()[0]?.title).toBe('Hi');
  });

  it('of Sotto comes back as it was', async () => {
    const { ids, texts } = await importing({
      version: 1,
      chats: [{ id: 'x', title: 'Mine', messages: [{ role: 'user', text: 'Hi', state: 'complete' }] }],
    });
    expect(texts(ids[0])).toEqual(['user: Hi']);
  });

  it('leaves out entries that make no sense, and counts them', async () => {
    const { ids, leftOut } = await importing([CHATGPT, { nothing: true }, 5, null]);
    expect(ids).toHaveLength(1);
    expect(leftOut).toBe(3);
  });

  it.each([
    ['no JSON', '{'],
    ['another JSON', '{"a":1}'],
    ['nothing', '[]'],
    ['no words', [{ ...CHATGPT, mapping: {} }]],
  ])('is refused when it is %s', async (_, value) => {
    await expect(importing(value)).rejects.toMatchObject({ code: 'IMPORT_FORMAT' });
  });

  it('bears titles of megabytes, broken text, and clocks that run ahead', async () => {
    const { store, ids } = await importing([
      {
        ...CHATGPT,
        title: 'x'.repeat(10_000_000),
        create_time: 9e10,
        mapping: { q: node(null, 'user', 'broken \ud800 text \0 here', 9e10) },
      },
    ]);
    const [chat] = store.list();
    expect(chat?.title).toHaveLength(200);
    expect(chat?.updatedAt).toBeLessThanOrEqual(Date.now());
    expect(store.open(ids[0]).messages[0]?.text).toBe('broken \ufffd text  here');
  });

  it('places every message once, whatever leads to what', () => {
    const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'nowhere');
    const message = fc.record({
      key: keys,
      parentKey: fc.option(keys),
      role: fc.constantFrom('user', 'assistant', 'system'),
      text: fc.constantFrom('words', ''),
      createdAt: fc.constant(undefined),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.option(keys, { nil: undefined }), (raw, head) => {
        const { messages, headKey } = keepTalk(raw, head);
        const wanted = new Map(raw.map((one) => [one.key, one]));
        const kept = [...wanted.values()].filter((one) => one.role !== 'system' && one.text !== '');
        expect(messages.map(({ key }) => key).sort()).toEqual(kept.map(({ key }) => key).sort());
        const placed = new Set<string>();
        for (const { key, parentKey } of messages) {
          expect(parentKey === null || placed.has(parentKey)).toBe(true);
          placed.add(key);
        }
        if (headKey !== undefined) expect(placed.has(headKey)).toBe(true);
      }),
    );
  });

  it('of a chain of 100,000 messages, or of what is left out, takes no time', () => {
    const chain = (role: string): RawMessage[] =>
      Array.from({ length: 100_000 }, (_, i) => ({
        key: String(i),
        parentKey: i === 0 ? null : String(i - 1),
        role,
        text: 'words',
        createdAt: undefined,
      })).reverse();
    expect(keepTalk(chain('user'), '99999').messages).toHaveLength(100_000);
    const last = { key: 'last', parentKey: '99999', role: 'user', text: 'words', createdAt: undefined };
    expect(keepTalk([...chain('system'), last], 'last').messages).toEqual([{ ...last, parentKey: null }]);
  });
});
