import { splitDetails } from './details.ts';
import { type Fields, fieldsOf, keyOf, listOf, parentsByChildren, textOf, timeOf } from './fields.ts';
import { type ImportedChat, inLine, keepTalk, type RawMessage } from './imported-chat.ts';
import { readPictures } from './imported-media.ts';
import { toRaw, unreadable } from './raw-message.ts';
import { joinSaid, readSaid, type Said } from './said.ts';

/** The chat itself, with its tree of messages by id, or their list in older versions. */
function chatOf(entry: Fields): Fields | undefined {
  for (const chat of [fieldsOf(entry.chat), entry]) {
    if (chat === undefined) continue;
    if (fieldsOf(fieldsOf(chat.history)?.messages) !== undefined) return chat;
    if (chat !== entry && Array.isArray(chat.messages)) return chat;
  }
  return undefined;
}

/** An entry of Open WebUI's export. */
export function isOpenWebUi(entry: Fields): boolean {
  return chatOf(entry) !== undefined;
}

export function fromOpenWebUi(entry: Fields): ImportedChat {
  const chat = chatOf(entry) ?? {};
  const history = fieldsOf(chat.history);
  const tree = fieldsOf(history?.messages);
  const nodes = Object.entries(tree ?? {});
  const list = listOf(chat.messages);
  const facts = {
    title: textOf(entry.title) ?? textOf(chat.title) ?? '',
    createdAt: timeOf(entry.created_at) ?? timeOf(chat.timestamp),
    updatedAt: timeOf(entry.updated_at),
    isPinned: entry.pinned === true,
    isArchived: entry.archived === true,
  };
  if (nodes.length === 0) {
    const raw = inLine(list.map((one) => readMessage({ key: '', parentKey: null }, one)));
    return { ...facts, ...keepTalk(raw, raw.at(-1)?.key) };
  }
  const parentOf = parentsByChildren(nodes);
  const raw = nodes.map(([key, value]) =>
    readMessage({ key, parentKey: keyOf(fieldsOf(value)?.parentId) ?? parentOf(key) }, value),
  );
  return { ...facts, ...keepTalk(raw, keyOf(history?.currentId) ?? undefined) };
}

function readMessage(place: Pick<RawMessage, 'key' | 'parentKey'>, value: unknown): RawMessage {
  const message = fieldsOf(value);
  if (message === undefined) return unreadable(place);
  const role = textOf(message.role);
  const media = readPictures(listOf(message.files));
  const said = role === 'assistant' ? readAnswer(message) : readSaid(message.content, '\n');
  const hasOther = said.hasOther || listOf(message.files).length > 0;
  const createdAt = timeOf(message.timestamp);
  return toRaw(place, role, { ...said, hasOther }, { createdAt, ...(media.length > 0 ? { media } : {}) });
}

/** Newer versions keep an answer as a list of what the model put out, beside its text or in place of it. */
function readAnswer(message: Fields): Said {
  const said = readSaid(message.content, '\n');
  const { text, thought } = splitDetails(said.text);
  const output = readOutput(message.output);
  const merged = readSaid(fieldsOf(message.merged)?.content, '\n');
  const first = (...texts: string[]) => texts.find((one) => one.trim() !== '') ?? '';
  return {
    text: first(text, output.text, merged.text),
    thought: first(
      [said.thought, thought].filter(Boolean).join('\n\n'),
      output.thought,
      textOf(message.reasoning_content) ?? '',
    ),
    hasOther: said.hasOther || output.hasOther,
  };
}

function readOutput(value: unknown): Said {
  return joinSaid(
    listOf(value).map((item) => readSaid(item, '')),
    '\n\n',
  );
}
