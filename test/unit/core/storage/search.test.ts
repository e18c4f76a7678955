import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../core/logger.ts';
import { createChatStore } from '../../../../core/storage/chats/chat-store.ts';
import { openDatabase } from '../../../../core/storage/database/open-database.ts';
import { purge } from '../../../../core/storage/deletions.ts';
import { searchAll } from '../../../../core/storage/search.ts';
import { createTranscriptTable } from '../../../../core/storage/transcripts/transcript-table.ts';
import { transcriptOf } from '../../../support/transcripts.ts';

async function create() {
  const db = await openDatabase({ path: ':memory:' });
  const store = createChatStore(db);
  const say = (role: 'user' | 'assistant') => (chatId: string, text: string) =>
    store.add(chatId, { role, text, state: 'complete' });
  const find = (text: string) => searchAll(db, { text });
  return { db, store, ask: say('user'), answer: say('assistant'), find };
}

describe('search', () => {
  it('finds words inside of scripts that put no space between them, also beside other words', async () => {
    const { store, ask, find, db } = await create();
    const { id } = store.create();
    ask(id, '来週の木曜日に東京で会議があります。Sottoについて話しましょう。');
    ask(id, '京都の天気はどうですか');
    ask(id, 'สวัสดีครับ ผมชื่อสมชาย');
    const [hit] = find('会議');
    expect(hit).toMatchObject({ kind: 'message', chatId: id });
    expect(hit?.snippet.filter((part) => part.isMatch)).toEqual([{ text: '会議', isMatch: true }]);
    expect(hit?.snippet.map((part) => part.text).join('')).toContain('東京で会議があります');
    expect(find('京')).toHaveLength(2);
    expect(find('sotto 東京')).toHaveLength(1);
    expect(find('sotto 京都')).toEqual([]);
    expect(find('ชื่อสม')).toHaveLength(1);
    // Marks of a pattern are no letters: nothing is left of them.
    expect(find('会_%')).toHaveLength(1);
    store.change({ id, title: '出張の計画' });
    expect(find('計画')).toMatchObject([{ kind: 'chat', title: '出張の計画' }]);
    const transcript = transcriptOf(['患者は頭痛を', '訴えている']);
    createTranscriptTable(db, silentLogger).write({ transcript, state: 'complete' });
    expect(find('頭痛')).toMatchObject([{ kind: 'transcript', transcriptId: 't1' }]);
    store.delete(id);
    expect(find('会議')).toEqual([]);
  });

  it('takes pairs of characters for what they are: in order, side by side, in every form of the text', async () => {
    const { store, ask, answer, find, db } = await create();
    const { id } = store.create();
    ask(id, 'ラーメンとスーパーコンピューター');
    answer(id, '人工知能とAI技術について。能知工人');
    expect(find('ーメン')).toHaveLength(1);
    expect(find('メラ')).toEqual([]);
    expect(find('工知能')).toMatchObject([{ role: 'assistant' }]);
    expect(find('人能')).toEqual([]);
    // A word of two scripts.
    expect(find('とAI技')).toHaveLength(1);
    expect(find('とBI技')).toEqual([]);
    // Each pair is there, but not in this order.
    expect(find('能知人')).toEqual([]);
    const words = db.raw.prepare("select 1 from messages_pairs where messages_pairs match 'AI'").all();
    expect(words).toEqual([]);
  });

  it('finds an answer inside of such scripts once it has ended, as it ended', async () => {
    const { store, find, db } = await create();
    const { id } = store.create();
    const pairs = db.raw.prepare('select rowid from messages_pairs where messages_pairs match ?');
    const answer = store.add(id, { role: 'assistant', text: '頭痛', state: 'streaming' });
    expect(find('頭痛')).toEqual([]);
    store.update(id, answer.id, { text: '頭痛と発熱', state: 'complete' });
    expect(find('発熱')).toHaveLength(1);
    store.update(id, answer.id, { text: '腹痛' });
    expect([find('発熱'), find('頭痛')]).toEqual([[], []]);
    // Nor does the index keep what was said before.
    expect([pairs.all('発熱'), pairs.all('腹痛').length]).toEqual([[], 1]);
    expect(find('腹痛')).toHaveLength(1);
    store.remove(id, answer.id);
    expect(find('腹痛')).toEqual([]);
  });

  it('shows where a word stands in a long text without cutting characters in two', async () => {
    const { store, ask, find } = await create();
    ask(store.create().id, `${'𠮷野家'.repeat(200)}x頭痛${'𠮷'.repeat(300)}`);
    const text =
      find('頭痛')[0]
        ?.snippet.map((part) => part.text)
        .join('') ?? '';
    expect(text).toContain('頭痛');
    expect(text.length).toBeLessThan(250);
    expect(() => encodeURIComponent(text)).not.toThrow();
  });

  it('finds words and beginnings, without regard to case and accents, and marks them', async () => {
    const { store, ask, answer, find } = await create();
    const { id } = store.create();
    ask(id, 'Where is the Café Müller?');
    answer(id, 'The cafe is in the old town.');
    expect(find('cafe mul')).toMatchObject([{ kind: 'message', role: 'user' }]);
    expect(find('CAFÉ')).toHaveLength(2);
    const [hit] = find('town');
    expect(hit).toMatchObject({ chatId: id, title: 'Where is the Café Müller?', role: 'assistant' });
    expect(hit?.snippet.filter((part) => part.isMatch).map((part) => part.text)).toEqual(['town']);
    expect(hit?.snippet.map((part) => part.text).join('')).toBe('The cafe is in the old town.');
  });

  it('takes nothing for an operator', async () => {
    const { store, ask, find } = await create();
    const { id } = store.create();
    ask(id, 'cats AND dogs "quoted" NEAR (this) col:umn');
    for (const text of ['cats AND', '"quoted', 'NEAR(', 'col:umn', '-dogs', 'dogs*', "'"]) {
      expect(() => find(text)).not.toThrow();
    }
    expect(find('cats AND')).toHaveLength(1);
    expect(find('  *** ')).toEqual([]);
  });

  it('finds an answer once it has ended, as it ended, and not what was edited away', async () => {
    const { store, find } = await create();
    const { id } = store.create();
    const answer = store.add(id, { role: 'assistant', text: 'zebra', state: 'streaming' });
    expect(find('zebra')).toEqual([]);
    store.update(id, answer.id, { text: 'zebra crossing', state: 'complete' });
    expect(find('crossing')).toHaveLength(1);
    store.update(id, answer.id, { text: 'giraffe' });
    expect(find('zebra')).toEqual([]);
    expect(find('giraffe')).toHaveLength(1);
    store.remove(id, answer.id);
    expect(find('giraffe')).toEqual([]);
  });

  it('finds transcripts by their lines and names, once they are whole, until they are removed', async () => {
    const { db, find } = await create();
    const table = createTranscriptTable(db, silentLogger);
    const transcript = transcriptOf(['Take metoprolol', 'twice a day.'], { title: 'Ward round' });
    table.write({ transcript, state: 'running' });
    expect(find('metoprolol')).toEqual([]);
    table.write({ transcript, state: 'complete' });
    for (const text of ['metopr', 'twice', 'ward']) {
      expect(find(text)).toMatchObject([{ kind: 'transcript', transcriptId: 't1', title: 'Ward round' }]);
    }
    table.write({ transcript: { ...transcript, segments: [] }, state: 'complete' });
    expect(find('metoprolol')).toEqual([]);
    table.remove('t1');
    expect(find('ward')).toEqual([]);
    purge(db, { chats: [], transcripts: ['t1'], messages: [], drafts: [] });
    expect(table.read()).toEqual([]);
  });

  it('finds a chat by the name that the user gave it, whatever the accents', async () => {
    const { store, ask, find } = await create();
    const { id } = store.create();
    ask(id, 'Something else');
    store.change({ id, title: 'Zürich, second visit' });
    expect(find('zurich vis')).toMatchObject([{ kind: 'chat', chatId: id, title: 'Zürich, second visit' }]);
    expect(find('something')).toMatchObject([{ kind: 'message' }]);
    expect(find('urich')).toEqual([]);
    store.delete(id);
    expect(find('zurich')).toEqual([]);
  });
});
