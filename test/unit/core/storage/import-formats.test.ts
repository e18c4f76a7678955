import { describe, expect, it } from 'vitest';
import { splitThought } from '../../../../contract/thinking.ts';
import { importing } from '../../../support/importing.ts';

const said = (role: string, content: unknown, more: object = {}) => ({
  author: { role },
  create_time: 1_700_000_000,
  content,
  ...more,
});
const words = (...parts: unknown[]) => ({ content_type: 'text', parts });

/** A ChatGPT chat of messages in line; undefined is an entry of null. */
const chatGpt = (...messages: unknown[]) => [
  {
    title: 'Chat',
    current_node: String(messages.length),
    mapping: Object.fromEntries([
      ['0', { parent: null, children: ['1'], message: null }],
      ...messages.map((message, index) => {
        const node = { parent: String(index), children: [String(index + 2)], message };
        return [String(index + 1), message === undefined ? null : node];
      }),
    ]),
  },
];

const openWebUi = (...messages: object[]) => [
  {
    title: 'Chat',
    chat: {
      history: {
        currentId: `m${messages.length - 1}`,
        messages: Object.fromEntries(
          messages.map((message, at) => [`m${at}`, { parentId: at === 0 ? null : `m${at - 1}`, ...message }]),
        ),
      },
    },
  },
];

const lmStudio = (...messages: unknown[]) => ({ name: 'Chat', messages });
const version = (role: string, ...steps: unknown[]) => ({
  versions: [{ type: 'multiStep', role, steps }],
  currentlySelected: 0,
});
const block = (...content: unknown[]) => ({ type: 'contentBlock', content });
const piece = (text: unknown) => ({ type: 'text', text });

describe('a chat of ChatGPT', () => {
  it('loses an entry that is broken, and no more', async () => {
    const { texts, ids, skipped } = await importing(
      chatGpt(
        said('user', words('First')),
        undefined,
        'nonsense',
        { author: null, content: words('Whose?') },
        said('assistant', { content_type: 'a kind of tomorrow' }),
        said('assistant', words('Last', null, 5, { text: null })),
      ),
    );
    expect(texts(ids[0])).toEqual(['user: First', 'assistant: Last']);
    expect(skipped).toEqual({ unreadable: 4, withoutText: 0, tools: 0, tooMany: 0 });
  });

  it('has what was spoken, code, and the words of parts', async () => {
    const { texts, ids, skipped } = await importing(
      chatGpt(
        said('user', {
          content_type: 'multimodal_text',
          parts: [{ content_type: 'audio_transcription', text: 'How tall?' }, { asset_pointer: 'x' }],
        }),
        said(
          'assistant',
          { content_type: 'code', language: 'python', text: 'print("```")' },
          { recipient: 'all' },
        ),
        said('user', { content_type: 'image', parts: [{ content_type: 'image_asset_pointer' }] }),
      ),
    );
    expect(texts(ids[0])).toEqual(['user: How tall?', 'assistant: ````python\nprint("```")\n````']);
    expect(skipped.withoutText).toBe(1);
  });

  it('has no calls of tools, no hidden messages and no instructions', async () => {
    const { texts, ids, skipped } = await importing(
      chatGpt(
        said('user', words('hidden'), { metadata: { is_visually_hidden_from_conversation: true } }),
        said('user', { content_type: 'user_editable_context', user_profile: 'me' }),
        said('user', words('Draw a cat.')),
        said('assistant', words('{"prompt":"a cat"}'), { recipient: 'dalle.text2im' }),
        said('tool', words('done')),
        said('assistant', words('Here it is.'), { recipient: 'all' }),
      ),
    );
    expect(texts(ids[0])).toEqual(['user: Draw a cat.', 'assistant: Here it is.']);
    expect(skipped.tools).toBe(4);
  });

  it('keeps what was thought apart from the answer that follows', async () => {
    const { store, ids } = await importing(
      chatGpt(
        said('user', words('Why?')),
        said('assistant', {
          content_type: 'thoughts',
          thoughts: [{ summary: 'Looking', content: 'It ends with </think>?' }],
        }),
        said('assistant', { content_type: 'reasoning_recap', content: 'Thought for 2s' }),
        said('assistant', words('Because.')),
      ),
    );
    expect(splitThought(store.open(ids[0]).messages[1]?.text ?? '')).toEqual({
      thought: 'Looking\nIt ends with </ think>?',
      answer: 'Because.',
      isThinking: false,
    });
  });

  it.each([
    ['It was. \ue200cite\ue202turn0search3\ue202turn0search8\ue201', 'It was.'],
    ['Old \ue200cite\ue202turn0search3\ue201 stone', 'Old stone'],
    ['By \ue200entity\ue202["people", "J. Austen", 0]\ue201.', 'By J. Austen.'],
    ['See \ue200url\ue202The page\ue202turn0search1\ue201', 'See The page'],
    ['\ue203Marked\ue204\ue200filecite\ue202turn0file0\ue201 words', 'Marked words'],
    ['Cut off \ue200cite\ue202turn0', 'Cut off'],
    ['No \ue202end\ue201', 'No end'],
    ['Broken \ue200entity\ue202["people", \ue201!', 'Broken!'],
  ])('has no marks for citations: %j', async (text, wanted) => {
    const { texts, ids } = await importing(chatGpt(said('assistant', words(text))));
    expect(texts(ids[0])).toEqual([`assistant: ${wanted}`]);
  });
});

describe('a chat of Open WebUI', () => {
  const details = (type: string, inside: string) =>
    `<details type="${type}" done="true">\n<summary>Thought for 3 seconds</summary>\n${inside}\n</details>`;

  it('keeps thoughts apart, and has no calls of tools', async () => {
    const { store, ids } = await importing(
      openWebUi({
        role: 'assistant',
        content: `${details('reasoning', '> Birds\n> and fish')}\nA bird.\n${details('tool_calls', 'RESULT')}\nIt fishes.`,
      }),
    );
    expect(splitThought(store.open(ids[0]).messages[0]?.text ?? '')).toMatchObject({
      thought: 'Birds\nand fish',
      answer: 'A bird.\nIt fishes.',
    });
  });

  it.each([
    ['escaped', details('reasoning', '&gt; a &lt; b &amp;amp; c'), 'a < b &amp; c', ''],
    ['cut off', '<details type="reasoning" done="false">\n> so', 'so', ''],
    ['code that is talked about', `\`\`\`html\n${details('reasoning', 'x')}\n\`\`\``, undefined, 'as it is'],
  ])('reads thoughts that are %s', async (_, content, thought, answer) => {
    const { store, ids } = await importing(
      openWebUi({ role: 'user', content: 'Hi' }, { role: 'assistant', content: `${content}\nSo.` }),
    );
    const parts = splitThought(store.open(ids[0]).messages[1]?.text ?? '');
    expect(parts.thought).toBe(
      content.startsWith('<details type="reasoning" done="false"') ? 'so\nSo.' : thought,
    );
    if (answer === 'as it is') expect(parts.answer).toContain('<details');
  });

  it('has the text of lists of parts and of what the model put out', async () => {
    const { texts, ids, skipped } = await importing(
      openWebUi(
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: {} },
          ],
        },
        {
          role: 'assistant',
          content: '',
          output: [
            { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm' }] },
            { type: 'function_call', name: 'search', arguments: '{}' },
            null,
            {
              type: 'message',
              content: [
                { type: 'output_text', text: 'A b' },
                { type: 'output_text', text: 'ird.' },
              ],
            },
          ],
        },
        { content: 'nobody' },
        { role: 'user', content: 'Thanks' },
      ),
    );
    expect(texts(ids[0])).toEqual([
      'user: Look',
      'assistant: <think>\nHm\n</think>\n\nA bird.',
      'user: Thanks',
    ]);
    expect(skipped.unreadable).toBe(1);
  });

  it('of an older version comes in by its list of messages', async () => {
    const { texts, ids } = await importing([
      {
        title: 'Old',
        chat: { messages: [{ role: 'user', content: 'Hi' }, null, { role: 'assistant', content: 'Yes' }] },
      },
    ]);
    expect(texts(ids[0])).toEqual(['user: Hi', 'assistant: Yes']);
  });
});

describe('a chat of LM Studio', () => {
  it('joins the pieces of a block, and loses no message with one that is empty', async () => {
    const { texts, ids, skipped } = await importing(
      lmStudio(
        version('user', block(piece('Hi'))),
        null,
        { versions: [] },
        version(
          'assistant',
          block(piece('A wad'), piece('ing bird.'), piece(null)),
          null,
          block(piece('It fishes.')),
        ),
      ),
    );
    expect(texts(ids[0])).toEqual(['user: Hi', 'assistant: A wading bird.\n\nIt fishes.']);
    expect(skipped.unreadable).toBe(2);
  });

  it('keeps thoughts apart, and has no calls of tools', async () => {
    const { texts, ids } = await importing(
      lmStudio(
        version(
          'assistant',
          { ...block(piece('Bir'), piece('ds')), style: { type: 'thinking' } },
          block({ type: 'toolCallRequest', name: 'search', text: 'no' }),
          { type: 'debugInfoBlock', debugInfo: 'no', content: [piece('no')] },
          block(piece('A bird.')),
        ),
      ),
    );
    expect(texts(ids[0])).toEqual(['assistant: <think>\nBirds\n</think>\n\nA bird.']);
  });

  it('has the versions that were not chosen beside the one that was', async () => {
    const both = {
      versions: [
        { role: 'assistant', content: [piece('One')] },
        { role: 'assistant', content: 'Two' },
      ],
    };
    const { store, ids } = await importing(
      lmStudio(
        { role: 'user', content: 'Hi' },
        { ...both, currentlySelected: 1 },
        version('user', block(piece('And?'))),
      ),
    );
    const { messages } = store.open(ids[0]);
    expect(messages.map(({ text }) => text)).toEqual(['Hi', 'Two', 'And?']);
    expect(messages[1]?.versions).toHaveLength(2);
  });
});

describe('the file of an export', () => {
  const chat = JSON.stringify(chatGpt(said('user', words('Straße'))));
  const utf16 = Buffer.from(chat, 'utf16le');
  it.each([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${chat}`)],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${chat}`, 'utf16le')],
    ['UTF-16 without one', utf16],
    ['UTF-16 with the upper byte first', Buffer.from(utf16).swap16()],
  ])('is read as %s', async (_, bytes) => {
    const { texts, ids } = await importing(bytes);
    expect(texts(ids[0])).toEqual(['user: Straße']);
  });

  it('brings no control characters into titles and texts', async () => {
    const [entry] = chatGpt(said('user', words('a\u001b[31mb\u0007\u009bHc\r\nd\te')));
    const { texts, ids, store } = await importing([
      { ...entry, title: ' Title\t\u001b]0;x\u0007of\n\u202ea\u0000 chat\u007f ' },
    ]);
    expect(texts(ids[0])).toEqual(['user: abc\nd\te']);
    expect(store.list()[0]?.title).toBe('Title of a chat');
  });
});
