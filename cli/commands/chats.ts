import { resolve } from 'node:path';
import { toOneLine } from '../../contract/control-characters.ts';
import {
  type ChatFormat,
  chatFormatSchema,
  type ImportEvent,
  type SkippedMessages,
} from '../../contract/history.ts';
import { AppError, fromInfo } from '../../core/errors.ts';
import { toWriteError } from '../../core/system/file-errors.ts';
import { exportWhole } from '../../core/system/whole-file.ts';
import type { Client } from '../client.ts';
import { EXIT } from '../exit-status.ts';
import { interruptible } from '../interrupt.ts';
import { note, print, printJson, printRow } from '../output.ts';
import { planFiles } from '../output-files.ts';
import { dateOf } from '../to-date.ts';
import { openKept } from './keeping.ts';

/** `sotto chats list` */
export async function listChats(client: Client, json: boolean): Promise<number> {
  await openKept(client);
  const chats = await client.call('chats.list', undefined);
  if (json) printJson(chats);
  for (const chat of json ? [] : chats) {
    const marks = [chat.isPinned ? 'pinned' : '', chat.isArchived ? 'archived' : '']
      .filter(Boolean)
      .join(', ');
    const facts = [chat.id, dateOf(chat.updatedAt), chat.title];
    printRow(...facts, ...(marks === '' ? [] : [`(${marks})`]));
  }
  if (chats.length === 0) note('No chats yet.');
  return EXIT.ok;
}

/** `sotto chats search` */
export async function searchChats(client: Client, text: string, json: boolean): Promise<number> {
  await openKept(client);
  const hits = await client.call('chats.search', { text });
  if (json) printJson(hits);
  for (const hit of json ? [] : hits) {
    const { title, createdAt, snippet } = hit;
    const id = hit.kind === 'transcript' ? `transcript ${hit.transcriptId}` : hit.chatId;
    printRow(id, dateOf(createdAt), title);
    if (snippet.length === 0) continue;
    const text = snippet.map((part) => part.text).join('');
    print(`    ${toOneLine(text)}\n`);
  }
  if (hits.length === 0) note('Nothing found.');
  return EXIT.ok;
}

/** `sotto chats show` */
export async function showChat(client: Client, id: string, json: boolean): Promise<number> {
  await openKept(client);
  if (json) printJson(await client.call('chat.open', { id }));
  else print(new TextDecoder().decode((await client.call('chats.export', { id, format: 'md' })).bytes));
  return EXIT.ok;
}

/** `sotto chats export`: one chat, or all of them. */
export async function exportToFile(
  client: Client,
  path: string,
  { id, format, json }: { id?: string; format?: string; json?: boolean },
): Promise<number> {
  const wish = { format: formatOf(format, path), ...(id === undefined ? {} : { id }) };
  await planFiles([path]);
  await openKept(client);
  const { bytes } = await client.call('chats.export', wish);
  try {
    await exportWhole(path, [bytes]);
  } catch (cause) {
    throw toWriteError(cause);
  }
  if (json === true) printJson({ type: 'done', path });
  return EXIT.ok;
}

function formatOf(format: string | undefined, path: string): ChatFormat {
  const parsed = chatFormatSchema.safeParse(format ?? path.slice(path.lastIndexOf('.') + 1).toLowerCase());
  if (parsed.success) return parsed.data;
  throw new AppError('PARAM_RANGE', 'The value of format is not allowed.', {
    hint: `It is one of ${chatFormatSchema.options.join(', ')}.`,
  });
}

/** `sotto chats import`: the export of another program. Ctrl-C takes back what has come in. */
export async function importFile(client: Client, path: string, json: boolean): Promise<number> {
  await openKept(client);
  return interruptible(async (signal) => {
    // The window's core has another folder for its own.
    for await (const event of client.run('chats.import', { path: resolve(path) }, signal)) {
      if (event.type === 'failed') throw fromInfo(event.error);
      if (event.type === 'cancelled') return EXIT.cancelled;
      if (event.type === 'done' && json) printJson(event);
      else if (event.type === 'done') tellImported(event);
    }
    return EXIT.ok;
  });
}

function tellImported({ ids, leftOut, skipped }: Extract<ImportEvent, { type: 'done' }>): void {
  const count = `${ids.length} ${ids.length === 1 ? 'chat' : 'chats'}`;
  note(`${count} imported${leftOut === 0 ? '' : `, ${leftOut} could not be read`}.`);
  for (const [reason, messages] of Object.entries(skipped)) {
    if (messages === 0) continue;
    const left = `${messages} ${messages === 1 ? 'message' : 'messages'}`;
    note(`${left} left out: ${REASONS[reason as keyof SkippedMessages]}.`);
  }
}

const REASONS: Record<keyof SkippedMessages, string> = {
  unreadable: 'could not be read',
  withoutText: 'no text, only pictures or files that are not in the export',
  tools: 'calls of tools and hidden messages',
  tooMany: 'more than one chat can hold',
};

/** `sotto chats rm`: for good. */
export async function removeChat(client: Client, id: string, json: boolean): Promise<number> {
  await openKept(client);
  await client.call('chats.delete', { id });
  if (json) printJson({ type: 'done', id });
  // There is nothing to take back once a core that is the terminal's own has ended.
  else note(client.isWindow ? 'The chat is gone for good in half a minute.' : 'The chat is gone for good.');
  return EXIT.ok;
}
