import type { SkippedMessages } from '../../../../contract/history.ts';
import { AppError } from '../../../errors.ts';
import { fromChatGpt, isChatGpt } from './chatgpt.ts';
import { type Fields, fieldsOf } from './fields.ts';
import type { ImportedChat } from './imported-chat.ts';
import { fromLmStudio, isLmStudio } from './lm-studio.ts';
import { fromOpenWebUi, isOpenWebUi } from './open-webui.ts';
import { fromOwn, isOwn } from './own.ts';

const READERS: ReadonlyArray<{ knows(entry: Fields): boolean; read(entry: Fields): ImportedChat }> = [
  { knows: isChatGpt, read: fromChatGpt },
  { knows: isOpenWebUi, read: fromOpenWebUi },
  { knows: isLmStudio, read: fromLmStudio },
  { knows: isOwn, read: fromOwn },
];

/** What an export holds: chats, how many of its entries could not be read, and what of the chats was left out. */
export interface ReadExport {
  chats: ImportedChat[];
  leftOut: number;
  skipped: SkippedMessages;
}

/**
 * Reads an export of ChatGPT, Open WebUI, LM Studio or Sotto, by what is in it and not by its name. An entry that makes no
 * sense is left out and counted, and so is a message.
 *
 * @throws AppError IMPORT_FORMAT for anything else.
 */
export function readExport(text: string): ReadExport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unknownFormat(cause);
  }
  const found: ReadExport = {
    chats: [],
    leftOut: 0,
    skipped: { unreadable: 0, withoutText: 0, tools: 0, tooMany: 0 },
  };
  for (const entry of entriesOf(value)) {
    const fields = fieldsOf(entry);
    const reader = fields && READERS.find(({ knows }) => knows(fields));
    if (fields === undefined || reader === undefined) {
      found.leftOut += 1;
      continue;
    }
    const chat = reader.read(fields);
    for (const [reason, count] of Object.entries(chat.skipped))
      found.skipped[reason as keyof SkippedMessages] += count;
    if (chat.messages.length > 0) found.chats.push(chat);
  }
  if (found.chats.length === 0) throw unknownFormat();
  return found;
}

function entriesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const chats = fieldsOf(value)?.chats;
  return Array.isArray(chats) ? chats : [value];
}

function unknownFormat(cause?: unknown): AppError {
  return new AppError('IMPORT_FORMAT', 'This file holds no chats that Sotto can read.', {
    hint: 'Take the JSON export of ChatGPT (conversations.json), Open WebUI, LM Studio or Sotto.',
    cause,
  });
}
