import { expect, it } from 'vitest';
import type { ChatFormat } from '../../../../contract/history.ts';
import { createChatStore } from '../../../../core/storage/chats/chat-store.ts';
import { exportChats } from '../../../../core/storage/chats/export-chats.ts';
import { openDatabase } from '../../../../core/storage/database/open-database.ts';

async function chatWithPicture() {
  const store = createChatStore(await openDatabase({ path: ':memory:' }));
  const { id } = store.create();
  const bytes = new Uint8Array([1, 2, 3]);
  store.add(id, { role: 'user', text: 'What <b>is</b> it?', state: 'complete' }, undefined, [
    { name: 'a "cat".png', type: 'image/png', bytes },
  ]);
  store.add(id, { role: 'assistant', text: 'A cat.', state: 'complete' });
  return async (format: ChatFormat) => new TextDecoder().decode((await exportChats(store, id, format)).bytes);
}

it('an exported chat has its pictures: by name in Markdown, whole in JSON and in a page', async () => {
  const exported = await chatWithPicture();
  expect(await exported('md')).toContain('**You**\n\n[a "cat".png]\n\nWhat <b>is</b> it?');
  expect(JSON.parse(await exported('json')).chats[0].messages).toMatchObject([
    {
      role: 'user',
      text: 'What <b>is</b> it?',
      state: 'complete',
      media: [{ name: 'a "cat".png', type: 'image/png', base64: 'AQID' }],
    },
    { role: 'assistant', text: 'A cat.', state: 'complete' },
  ]);
  const page = await exported('html');
  expect(page).toContain('<img alt="a &#34;cat&#34;.png" src="data:image/png;base64,AQID">');
  expect(page).toContain('What &#60;b&#62;is');
});
