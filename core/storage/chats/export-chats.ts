import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChatMessage } from '../../../contract/chat.ts';
import { withoutControls } from '../../../contract/control-characters.ts';
import type { ChatFormat, ChatSummary } from '../../../contract/history.ts';
import { kindOf, type Media } from '../../../contract/media.ts';
import type { CallOutput } from '../../../contract/tables.ts';
import { saidIn } from '../../../contract/thinking.ts';
import { safeFileName } from '../../system/file-name.ts';
import type { ChatStore, StoredMessage } from './chat-store.ts';
import { closeFences } from './fences.ts';
import { PAGE, type Pause, readMessages, shownBranch } from './open-in-steps.ts';

/** What is in a picture or a sound, in base64. */
type ReadMedia = (media: Media) => string;
type Shown = ChatSummary & { shownId: string | null };
/** What is written around messages, and what for each. */
interface Writer {
  begin(title: string): string;
  chat(chat: Shown, isFirst: boolean): string;
  message(message: StoredMessage, read: ReadMedia, isFirst: boolean): string;
  endChat: string;
  end: string;
  /** Whether it has every branch. */
  isWhole: boolean;
}

/**
 * A chat, or every one, as a file that other programs read.
 *
 * @param pause lets everybody else have a turn
 */
export async function exportChats(
  store: ChatStore,
  id: string | undefined,
  format: ChatFormat,
  pause: Pause = nextTurn,
): Promise<CallOutput<'chats.export'>> {
  const ids = id === undefined ? everyChat(store) : [id];
  const title = id === undefined ? 'Sotto chats' : store.summary(id).title;
  const writer = WRITERS[format];
  const encoder = new TextEncoder();
  const pieces = [encoder.encode(writer.begin(title))];
  const write = (text: string) => pieces.push(encoder.encode(text));
  for (const [index, chatId] of ids.entries()) {
    const chat = store.summary(chatId);
    write(writer.chat(chat, index === 0));
    const all = await readMessages(store, chatId, pause);
    const messages = writer.isWhole ? all : await shownBranch(all, chat.shownId, pause);
    const read: ReadMedia = (media) => Buffer.from(store.media(chatId, media.id).bytes).toString('base64');
    for (let from = 0; from < messages.length; from += PAGE) {
      const page = messages.slice(from, from + PAGE);
      write(page.map((message, at) => writer.message(message, read, from + at === 0)).join(''));
      await pause();
    }
    write(writer.endChat);
  }
  write(writer.end);
  return { name: safeFileName(title, 'Chat', format), bytes: new Uint8Array(Buffer.concat(pieces)) };
}

/** In which something was asked: a draft is nobody's but its writer's. */
function everyChat(store: ChatStore): string[] {
  const ids = store.list().map((chat) => chat.id);
  return ids.filter((id) => store.summary(id).shownId !== null);
}

const markdown: Writer = {
  isWhole: false,
  begin: () => '',
  chat: ({ title }, isFirst) => `${isFirst ? '' : '\n\n---\n\n'}# ${title}`,
  message: (message) => {
    const said = [namesOf(message), closeFences(saidIn(message).trim())].filter(Boolean).join('\n\n');
    return `\n\n**${speakerOf(message)}**\n\n${said}`;
  },
  endChat: '',
  end: '\n',
};

/** With all that an import needs to make the same chats again. */
const json: Writer = {
  isWhole: true,
  begin: () => '{\n  "version": 1,\n  "chats": [',
  chat: ({ shownId, createdAt, updatedAt, ...chat }, isFirst) => {
    const facts = { ...chat, createdAt: dateOf(createdAt), updatedAt: dateOf(updatedAt), shown: shownId };
    const head = indent(JSON.stringify(facts, null, 2), 4).replace(/\n {4}\}$/, ',');
    return `${isFirst ? '' : ','}\n    ${head}\n      "messages": [`;
  },
  message: (message, read, isFirst) =>
    `${isFirst ? '' : ','}\n        ${indent(JSON.stringify(toPlain(message, read), null, 2), 8)}`,
  endChat: '\n      ]\n    }',
  end: '\n  ]\n}\n',
};

/** Text only: what a model wrote is never markup, here no more than in the window. */
const html: Writer = {
  isWhole: false,
  begin: (title) =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:16px/1.6 system-ui}pre{white-space:pre-wrap;font:inherit}img{display:block;max-width:24rem;max-height:24rem;margin:.5rem 0}h2{font-size:1rem;margin:1.5rem 0 0}</style><body>`,
  chat: ({ title }, isFirst) => `${isFirst ? '' : '<hr>'}<section><h1>${escapeHtml(title)}</h1>`,
  message: (message, read) =>
    `<h2>${speakerOf(message)}</h2>${picturesOf(message, read)}${pre(saidIn(message))}`,
  endChat: '</section>',
  end: '</body></html>\n',
};

const WRITERS: Record<ChatFormat, Writer> = { md: markdown, json, html };

/** A file of text has no room for what they show. */
function namesOf({ media = [] }: ChatMessage): string {
  return media.map(({ name }) => `[${name}]`).join(' ');
}

function toPlain(message: StoredMessage, read: ReadMedia) {
  const { seq: _seq, versions: _versions, parentId, createdAt, media, ...said } = message;
  const { id, ...rest } = said;
  return {
    id,
    parentId,
    createdAt: dateOf(createdAt),
    ...rest,
    ...(media === undefined
      ? {}
      : { media: media.map((one) => ({ name: one.name, type: one.type, base64: read(one) })) }),
  };
}

function dateOf(time: number): string {
  return new Date(time).toISOString();
}

function indent(text: string, spaces: number): string {
  return text.replaceAll('\n', `\n${' '.repeat(spaces)}`);
}

function picturesOf({ media = [] }: ChatMessage, read: ReadMedia): string {
  return media
    .map((one) =>
      kindOf(one) === 'image'
        ? `<img alt="${escapeHtml(one.name)}" src="data:${one.type};base64,${read(one)}">`
        : `<p>${escapeHtml(one.name)}</p>`,
    )
    .join('');
}

function speakerOf({ role }: ChatMessage): string {
  return role === 'user' ? 'You' : 'Sotto';
}

/** A browser takes the first line break away. */
function pre(text: string): string {
  return `<pre dir="auto">\n${escapeHtml(withoutControls(text))}</pre>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
