import type { Chat, ChatMessage } from '../../../contract/chat.ts';
import type { ChatFormat } from '../../../contract/history.ts';
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
  const bytes = new TextEncoder().encode(WRITERS[format](title, chats));
  return { name: safeFileName(title, 'Chat', format), bytes };
}

const WRITERS: Record<ChatFormat, (title: string, chats: Chat[]) => string> = {
  md: (_, chats) => chats.map(toMarkdown).join('\n\n---\n\n').concat('\n'),
  json: (_, chats) => `${JSON.stringify({ version: 1, chats: chats.map(toPlain) }, null, 2)}\n`,
  html: (title, chats) => toHtml(title, chats),
};

function toMarkdown({ title, messages }: Chat): string {
  const said = messages.map(
    (message) => `**${speakerOf(message)}**\n\n${withoutThought(message.text).trim()}`,
  );
  return [`# ${title}`, ...said].join('\n\n');
}

/** Figures and errors are Sotto's own and of no use elsewhere. */
function toPlain({ id, title, messages }: Chat) {
  return { id, title, messages: messages.map(({ role, text, state }) => ({ role, text, state })) };
}

/** Text only: what a model wrote is never markup, here no more than in the window. */
function toHtml(title: string, chats: Chat[]): string {
  const body = chats.map(
    (chat) =>
      `<section><h1>${escapeHtml(chat.title)}</h1>${chat.messages
        .map(
          (message) => `<h2>${speakerOf(message)}</h2><pre>${escapeHtml(withoutThought(message.text))}</pre>`,
        )
        .join('')}</section>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:16px/1.6 system-ui}pre{white-space:pre-wrap;font:inherit}h2{font-size:1rem;margin:1.5rem 0 0}</style><body>${body.join('<hr>')}</body></html>\n`;
}

function speakerOf({ role }: ChatMessage): string {
  return role === 'user' ? 'You' : 'Sotto';
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
