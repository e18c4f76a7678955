import { fenced } from '../fences.ts';
import { withoutCitations } from './citations.ts';
import { type Fields, fieldsOf, keyOf, listOf, parentsByChildren, textOf, timeOf } from './fields.ts';
import { type ImportedChat, keepTalk, type RawMessage } from './imported-chat.ts';
import { toRaw, unreadable } from './raw-message.ts';
import { readSaid, type Said } from './said.ts';

/** An entry of ChatGPT's `conversations.json`: a tree by id. */
export function isChatGpt(entry: Fields): boolean {
  return fieldsOf(entry.mapping) !== undefined;
}

export function fromChatGpt(entry: Fields): ImportedChat {
  const nodes = Object.entries(fieldsOf(entry.mapping) ?? {});
  const parentOf = parentsByChildren(nodes);
  const raw = nodes.map(([key, value]): RawMessage => {
    const node = fieldsOf(value);
    const place = { key, parentKey: keyOf(node?.parent) ?? parentOf(key) };
    if (node === undefined) return unreadable(place);
    // Only the root has none.
    if (node.message === null || node.message === undefined)
      return { ...place, role: '', text: '', createdAt: undefined };
    const message = fieldsOf(node.message);
    return message === undefined ? unreadable(place) : readMessage(place, message);
  });
  return {
    title: textOf(entry.title) ?? '',
    createdAt: timeOf(entry.create_time),
    updatedAt: timeOf(entry.update_time),
    isArchived: entry.is_archived === true,
    ...keepTalk(raw, keyOf(entry.current_node) ?? undefined),
  };
}

function readMessage(place: Pick<RawMessage, 'key' | 'parentKey'>, message: Fields): RawMessage {
  const role = textOf(fieldsOf(message.author)?.role) ?? textOf(message.role) ?? textOf(message.author);
  const createdAt = timeOf(message.create_time);
  const said = readContent(message.content, textOf(message.channel));
  if (said === undefined) return { ...unreadable(place), createdAt };
  const isTool = role !== undefined && isForTools(message) && (said.text.trim() !== '' || said.hasOther);
  const isThoughtOnly = said.text === '' && said.thought !== '';
  return toRaw(place, role, said, { createdAt, isThoughtOnly, ...(isTool ? { skip: 'tools' } : {}) });
}

/** What goes to a tool, or was put in where nobody sees it, was not said by anybody. */
function isForTools(message: Fields): boolean {
  const metadata = fieldsOf(message.metadata);
  const type = textOf(fieldsOf(message.content)?.content_type) ?? '';
  return (
    (textOf(message.recipient) ?? 'all') !== 'all' ||
    metadata?.is_visually_hidden_from_conversation === true ||
    metadata?.is_user_system_message === true ||
    /^(user|model)_editable_context$/.test(type)
  );
}

/** Undefined: it makes no sense. */
function readContent(value: unknown, channel: string | undefined): Said | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return clean(readSaid(value, '\n'));
  const content = fieldsOf(value);
  if (content === undefined) return undefined;
  const type = textOf(content.content_type);
  if (type === 'reasoning_recap') return { text: '', thought: '', hasOther: false };
  if (type === 'thoughts' || channel === 'analysis') {
    const thoughts = type === 'thoughts' ? listOf(content.thoughts).map(thoughtOf) : [];
    const said = readSaid(content.parts ?? content.text ?? null, '\n').text;
    const thought = [...thoughts, said].filter(Boolean).join('\n\n');
    return { text: '', thought: withoutCitations(thought), hasOther: false };
  }
  if (type === 'code') {
    const code = textOf(content.text) ?? readSaid(content.parts, '\n').text;
    const language = textOf(content.language) ?? '';
    const text = code.trim() === '' ? '' : fenced(code, language === 'unknown' ? '' : language);
    return { text, thought: '', hasOther: false };
  }
  const isEmpty = content.parts === undefined && content.text === undefined && content.result === undefined;
  if (isEmpty && !/editable_context$/.test(type ?? '')) return undefined;
  const said = joinedParts(content);
  return clean(/editable_context$/.test(type ?? '') ? { ...said, hasOther: true } : said);
}

function joinedParts({ parts, text, result }: Fields): Said {
  const said = readSaid(parts ?? null, '\n');
  return said.text === '' ? { ...said, text: textOf(text) ?? textOf(result) ?? '' } : said;
}

function thoughtOf(value: unknown): string {
  const thought = fieldsOf(value);
  const said = [textOf(thought?.summary), textOf(thought?.content)].filter(Boolean);
  return typeof value === 'string' ? value : said.join('\n');
}

function clean(said: Said): Said {
  return { ...said, text: withoutCitations(said.text) };
}
