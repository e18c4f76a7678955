import { chatMessageSchema } from '../../../../contract/chat.ts';
import { type Fields, fieldsOf, keyOf, listOf, textOf, timeOf } from './fields.ts';
import { type ImportedChat, inLine, keepTalk, type OwnFacts, type RawMessage } from './imported-chat.ts';
import { readMedia } from './imported-media.ts';
import { toRaw, unreadable } from './raw-message.ts';
import { readSaid } from './said.ts';

const FACTS = ['state', 'limit', 'error', 'stats', 'summary'] as const;

/** A chat of Sotto's own export; older ones have the shown branch only, in line. */
export function isOwn(entry: Fields): boolean {
  return typeof entry.title === 'string' && Array.isArray(entry.messages);
}

export function fromOwn(entry: Fields): ImportedChat {
  const messages = listOf(entry.messages);
  const isTree = messages.some((message) => fieldsOf(message)?.parentId !== undefined);
  const known = new Set<string>();
  const read = messages.map((value, index): RawMessage => {
    const message = fieldsOf(value);
    const id = keyOf(message?.id);
    const key = id === null || known.has(id) ? `#${index}` : id;
    known.add(key);
    const place = { key, parentKey: keyOf(message?.parentId) };
    return message === undefined ? unreadable(place) : readMessage(place, message);
  });
  const raw = isTree ? read : inLine(read);
  return {
    title: textOf(entry.title) ?? '',
    createdAt: timeOf(entry.createdAt),
    updatedAt: timeOf(entry.updatedAt),
    isPinned: entry.isPinned === true,
    isArchived: entry.isArchived === true,
    folder: textOf(entry.folder),
    ...keepTalk(raw, (isTree ? keyOf(entry.shown) : undefined) ?? raw.at(-1)?.key),
  };
}

function readMessage(place: Pick<RawMessage, 'key' | 'parentKey'>, message: Fields): RawMessage {
  const said = readSaid(message.text ?? message.content, '\n');
  const media = readMedia(listOf(message.media));
  return toRaw(
    place,
    textOf(message.role),
    { ...said, hasOther: said.hasOther || message.media !== undefined },
    {
      createdAt: timeOf(message.createdAt),
      own: readFacts(message),
      ...(media.length > 0 ? { media } : {}),
    },
  );
}

/** Each on its own: what makes no sense to this version is left out. */
function readFacts(message: Fields): OwnFacts {
  const facts: Fields = Object.fromEntries(
    FACTS.flatMap((name) => {
      const value = chatMessageSchema.shape[name].safeParse(message[name]);
      return value.success && value.data !== undefined ? [[name, value.data]] : [];
    }),
  );
  // Nobody goes on writing it.
  return facts.state === 'streaming' ? { ...facts, state: 'stopped' } : facts;
}
