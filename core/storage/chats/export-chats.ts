import type { Chat, ChatMessage } from '../../../contract/chat.ts';
import type { ChatFormat } from '../../../contract/history.ts';
import { kindOf, type Media } from '../../../contract/media.ts';
import type { CallOutput } from '../../../contract/tables.ts';
import { withoutThought } from '../../../contract/thinking.ts';
import { safeFileName } from '../../system/file-name.ts';
import type { ChatStore } from './chat-store.ts';

/** A chat, or every one, as a file that other programs read. */
export function exportChats(
  store: ChatStore,
  id: string | undefined,
  format: ChatFormat,
): CallOutput<'chats.export'> {
  const chats = id === undefined ? store.list().map((chat) => store.open(chat.id)) : [store.open(id)];
  const title = id === undefined ? 'Sotto chats' : (chats[0]?.title ?? 'Chat');
  const read: ReadMedia = (chat, { id: mediaId }) =>
    Buffer.from(store.media(chat.id, mediaId).bytes).toString('base64');
  const bytes = new TextEncoder().encode(WRITERS[format](title, chats, read));
  return { name: safeFileName(title, 'Chat', format), bytes };
}

/** What is in a picture or a sound, in base64. */
type ReadMedia = (chat: Chat, media: Media) => string;

const WRITERS: Record<ChatFormat, (title: string, chats: Chat[], read: ReadMedia) => string> = {
  md: (_, chats) => chats.map(toMarkdown).join('\n\n---\n\n').concat('\n'),
  json: (_, chats, read) =>
    `${JSON.stringify({ version: 1, chats: chats.map((chat) => toPlain(chat, read)) }, null, 2)}\n`,
  html: toHtml,
};

function toMarkdown({ title, messages }: Chat): string {
  const said = messages.map(
    (message) =>
      `**${speakerOf(message)}**\n\n${[namesOf(message), withoutThought(message.text).trim()].filter(Boolean).join('\n\n')}`,
  );
  return [`# ${title}`, ...said].join('\n\n');
}

/** A file of text has no room for what they show. */
function namesOf({ media = [] }: ChatMessage): string {
  return media.map(({ name }) => `[${name}]`).join(' ');
}

/** Figures and errors are Sotto's own and of no use elsewhere. */
function toPlain(chat: Chat, read: ReadMedia) {
  const plain = ({ role, text, state, media }: ChatMessage) => {
    const said = { role, text, state };
    if (media === undefined) return said;
    return {
      ...said,
      media: media.map((one) => ({ name: one.name, type: one.type, base64: read(chat, one) })),
    };
  };
  return { id: chat.id, title: chat.title, messages: chat.messages.map(plain) };
}

/** Text only: what a model wrote is never markup, here no more than in the window. */
function toHtml(title: string, chats: Chat[], read: ReadMedia): string {
  const body = chats.map(
    (chat) =>
      `<section><h1>${escapeHtml(chat.title)}</h1>${chat.messages
        .map(
          (message) =>
            `<h2>${speakerOf(message)}</h2>${picturesOf(chat, message, read)}<pre>${escapeHtml(withoutThought(message.text))}</pre>`,
        )
        .join('')}</section>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:16px/1.6 system-ui}pre{white-space:pre-wrap;font:inherit}img{display:block;max-width:24rem;max-height:24rem;margin:.5rem 0}h2{font-size:1rem;margin:1.5rem 0 0}</style><body>${body.join('<hr>')}</body></html>\n`;
}

function picturesOf(chat: Chat, { media = [] }: ChatMessage, read: ReadMedia): string {
  return media
    .map((one) =>
      kindOf(one) === 'image'
        ? `<img alt="${escapeHtml(one.name)}" src="data:${one.type};base64,${read(chat, one)}">`
        : `<p>${escapeHtml(one.name)}</p>`,
    )
    .join('');
}

function speakerOf({ role }: ChatMessage): string {
  return role === 'user' ? 'You' : 'Sotto';
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
