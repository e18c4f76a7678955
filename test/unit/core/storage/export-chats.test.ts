import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutControls } from '../../../../contract/control-characters.ts';
import type { ChatFormat } from '../../../../contract/history.ts';
import { createChatStore } from '../../../../core/storage/chats/chat-store.ts';
import { exportChats } from '../../../../core/storage/chats/export-chats.ts';
import { openDatabase } from '../../../../core/storage/database/open-database.ts';
import { anyText } from '../../../support/transcripts.ts';

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

/** jsdom has no types of its own here. */
const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
  JSDOM: new (html: string) => { window: { document: Document } };
};
const openPage = (html: string): Document => new JSDOM(html).window.document;

/** As a browser reads it: no part of a text, its first line break neither, may become or leave the page. */
it('an exported page says what was written, whatever that is, and nothing of it is markup', {
  timeout: 120_000,
}, async () => {
  const store = createChatStore(await openDatabase({ path: ':memory:' }));
  await fc.assert(
    fc.asyncProperty(anyText, fc.array(hostilePage, { minLength: 1, maxLength: 6 }), async (title, texts) => {
      const { id } = store.create();
      store.change({ id, title: title.slice(0, 100) || 'Chat' });
      for (const [index, text] of texts.entries())
        store.add(id, { role: index % 2 === 0 ? 'user' : 'assistant', text, state: 'complete' });
      const bytes = (await exportChats(store, id, 'html')).bytes;
      const document = openPage(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      expect([...document.querySelectorAll('pre')].map((pre) => pre.textContent)).toEqual(
        texts.map(readable),
      );
      expect(
        document.querySelectorAll('script, iframe, a, b, object, svg, form, input, link, base'),
      ).toHaveLength(0);
      expect(
        [...document.querySelectorAll('*')]
          .flatMap((one) => one.getAttributeNames())
          .filter((name) => /^on/.test(name)),
      ).toEqual([]);
      expect(document.querySelectorAll('section > *')).toHaveLength(1 + 2 * texts.length);
      store.delete(id);
    }),
    { numRuns: process.env.SOTTO_FAULTS === 'full' ? 1_000 : 100 },
  );
});

const hostilePage = fc
  .array(
    fc.oneof(
      anyText,
      fc.constantFrom(
        '</pre><script>alert(1)</script>',
        '<img src=x onerror=alert(1)>',
        '<!--',
        '</section></body></html>',
        '<svg/onload=alert(1)>',
        '&lt;b&gt;',
        '\n',
        '\n\n',
        '\r',
        '\u202e',
        '\u2066',
        '\ufeff',
        '\u001b[31m',
        '<plaintext>',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => `${parts.join('')}.`);

/** Half a character is none, and control characters are nobody's words. */
function readable(text: string): string {
  return withoutControls(text).replace(/\p{Surrogate}/gu, '\ufffd');
}
