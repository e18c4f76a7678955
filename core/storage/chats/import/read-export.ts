import { z } from 'zod';
import { AppError } from '../../../errors.ts';
import { chatGptSchema, fromChatGpt } from './chatgpt.ts';
import { type ImportedChat, inLine, keepTalk } from './imported-chat.ts';
import { fromLmStudio, lmStudioSchema } from './lm-studio.ts';
import { fromOpenWebUi, openWebUiSchema } from './open-webui.ts';

/** Sotto's own export. */
const ownSchema = z.object({
  title: z.string(),
  messages: z.array(z.object({ role: z.string(), text: z.string() })),
});

const READERS = [
  reader(chatGptSchema, fromChatGpt),
  reader(openWebUiSchema, fromOpenWebUi),
  reader(lmStudioSchema, fromLmStudio),
  reader(ownSchema, ({ title, messages }) => ({
    title,
    createdAt: undefined,
    ...keepTalk(
      inLine(messages.map((message) => ({ ...message, createdAt: undefined }))),
      messages.length === 0 ? undefined : String(messages.length - 1),
    ),
  })),
];

/** What an export holds: chats, and how many of its entries made no sense. */
export interface ReadExport {
  chats: ImportedChat[];
  leftOut: number;
}

/**
 * Reads an export of ChatGPT, Open WebUI, LM Studio or Sotto, by what is in it and not by its name. An entry that makes no
 * sense is left out and counted.
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
  const entries = entriesOf(value);
  const chats = entries.flatMap(
    (entry) => READERS.map((read) => read(entry)).find((chat) => chat !== undefined) ?? [],
  );
  const withWords = chats.filter((chat) => chat.messages.length > 0);
  if (withWords.length === 0) throw unknownFormat();
  return { chats: withWords, leftOut: entries.length - chats.length };
}

function entriesOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const own = z.object({ version: z.literal(1), chats: z.array(z.unknown()) }).safeParse(value);
  return own.success ? own.data.chats : [value];
}

function reader<T>(schema: z.ZodType<T>, read: (value: T) => ImportedChat) {
  return (entry: unknown): ImportedChat | undefined => {
    const parsed = schema.safeParse(entry);
    return parsed.success ? read(parsed.data) : undefined;
  };
}

function unknownFormat(cause?: unknown): AppError {
  return new AppError('IMPORT_FORMAT', 'This file holds no chats that Sotto can read.', {
    hint: 'Take the JSON export of ChatGPT (conversations.json), Open WebUI, LM Studio or Sotto.',
    cause,
  });
}
