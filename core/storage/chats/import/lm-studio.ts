import { type Fields, fieldsOf, listOf, textOf, timeOf } from './fields.ts';
import { type ImportedChat, keepTalk, type RawMessage } from './imported-chat.ts';
import { toRaw, unreadable } from './raw-message.ts';
import { joinSaid, readSaid, type Said } from './said.ts';

/** A conversation file of LM Studio: messages in line, each with its versions. */
export function isLmStudio(entry: Fields): boolean {
  return listOf(entry.messages).some((message) => fieldsOf(message)?.versions !== undefined);
}

export function fromLmStudio(entry: Fields): ImportedChat {
  const raw: RawMessage[] = [];
  let parentKey: string | null = null;
  for (const [index, value] of listOf(entry.messages).entries()) {
    const message = fieldsOf(value) ?? {};
    const versions = Array.isArray(message.versions) ? message.versions : [message];
    const selected = typeof message.currentlySelected === 'number' ? message.currentlySelected : 0;
    const chosen = fieldsOf(versions[selected]) === undefined ? firstReadable(versions) : selected;
    let key: string = `${index}`;
    const before = parentKey;
    for (const [at, version] of versions.entries()) {
      const place = { key: `${index}.${at}`, parentKey: before };
      const fields = fieldsOf(version);
      // Versions that nobody chose stand beside the one that is gone on with.
      raw.push(fields === undefined ? unreadable(place) : readVersion(place, fields));
      if (at === chosen) key = place.key;
    }
    if (versions.length === 0) raw.push(unreadable({ key, parentKey: before }));
    parentKey = key;
  }
  return {
    title: textOf(entry.name) ?? '',
    createdAt: timeOf(entry.createdAt),
    isPinned: entry.pinned === true,
    ...keepTalk(raw, parentKey ?? undefined),
  };
}

function firstReadable(versions: readonly unknown[]): number {
  return Math.max(
    0,
    versions.findIndex((version) => fieldsOf(version) !== undefined),
  );
}

function readVersion(place: Pick<RawMessage, 'key' | 'parentKey'>, version: Fields): RawMessage {
  const blocks = [readSaid(version.content, ''), ...listOf(version.steps).map(readStep)];
  return toRaw(place, textOf(version.role), joinSaid(blocks, '\n\n'));
}

/** A block of an answer: its pieces are one text as it was streamed. */
function readStep(value: unknown): Said {
  const step = fieldsOf(value);
  if (step === undefined || /debug|tool|status/i.test(textOf(step.type) ?? ''))
    return { text: '', thought: '', hasOther: false };
  const said = readSaid(step.content ?? step.text, '');
  const isThought =
    textOf(fieldsOf(step.style)?.type) === 'thinking' || /think|reason/i.test(textOf(step.prefix) ?? '');
  return isThought ? { ...said, text: '', thought: said.text || said.thought } : said;
}
