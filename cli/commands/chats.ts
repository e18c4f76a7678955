import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { type ChatFormat, chatFormatSchema } from '../../contract/history.ts';
import type { Core } from '../../core/create-core.ts';
import { AppError, fromInfo } from '../../core/errors.ts';
import type { ChatStore } from '../../core/storage/chats/chat-store.ts';
import { exportChats } from '../../core/storage/chats/export-chats.ts';
import { exportWhole } from '../../core/system/whole-file.ts';
import { EXIT } from '../exit-status.ts';
import { note, print, printJson } from '../output.ts';
import { reporting } from './models.ts';

/**
 * Opens saved chats: with SOTTO_PASSPHRASE, or by asking on a terminal.
 *
 * @throws AppError STORAGE_LOCKED where nobody can be asked, AUTH_*, DB_*, KEY_UNAVAILABLE.
 */
export async function openChats(core: Core): Promise<ChatStore> {
  await unlock(core);
  const { state, problem } = await core.storage.status();
  if (problem !== undefined) throw fromInfo(problem);
  if (state === 'memory') {
    throw new AppError('DB_UNAVAILABLE', 'No chats are kept on this machine yet.', {
      hint: 'Set a passphrase in the window; then the terminal finds them too.',
    });
  }
  return core.storage.chats();
}

/** Asks for the passphrase where one is wanted. @throws AppError STORAGE_LOCKED where nobody can be asked, AUTH_*. */
export async function unlock(core: Core): Promise<void> {
  const { state } = await core.storage.status();
  if (state === 'locked') await core.storage.unlock(await readPassphrase('Passphrase', 'SOTTO_PASSPHRASE'));
}

/** `sotto passphrase`: sets the first one, or another. */
export async function changePassphrase(core: Core, json: boolean): Promise<number> {
  return reporting(json, async () => {
    const { hasPassphrase } = await core.storage.status();
    const current = hasPassphrase ? await readPassphrase('Passphrase', 'SOTTO_PASSPHRASE') : undefined;
    if (current !== undefined) await core.storage.unlock(current);
    const next = await readPassphrase(
      'New passphrase',
      hasPassphrase ? 'SOTTO_NEW_PASSPHRASE' : 'SOTTO_PASSPHRASE',
    );
    await core.storage.setPassphrase(next, current);
    if (json) printJson({ type: 'done' });
    else
      note(
        'From now on chats and recordings are kept, encrypted. Without the passphrase nobody opens them, you neither.',
      );
    return EXIT.ok;
  });
}

async function readPassphrase(question: string, variable: string): Promise<string> {
  const given = process.env[variable];
  if (given !== undefined) return given;
  if (!process.stdin.isTTY) {
    throw new AppError('STORAGE_LOCKED', 'A passphrase is wanted, and nobody can be asked.', {
      hint: `Give it in ${variable}.`,
    });
  }
  process.stderr.write(`${question}: `);
  // What is typed is not shown.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  const passphrase = await reader.question('');
  reader.close();
  process.stderr.write('\n');
  return passphrase;
}

/** `sotto chats list` */
export async function listChats(core: Core, json: boolean): Promise<number> {
  return reporting(json, async () => {
    const chats = (await openChats(core)).list();
    if (json) printJson(chats);
    for (const chat of json ? [] : chats) {
      const marks = [chat.isPinned ? 'pinned' : '', chat.isArchived ? 'archived' : '']
        .filter(Boolean)
        .join(', ');
      print(`${chat.id}\t${dateOf(chat.updatedAt)}\t${chat.title}${marks === '' ? '' : `\t(${marks})`}\n`);
    }
    if (chats.length === 0) note('No chats yet.');
    return EXIT.ok;
  });
}

/** `sotto chats search` */
export async function searchChats(core: Core, text: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await openChats(core);
    const hits = await core.storage.search({ text });
    if (json) printJson(hits);
    for (const hit of json ? [] : hits) {
      const { title, createdAt, snippet } = hit;
      const id = hit.kind === 'transcript' ? `transcript ${hit.transcriptId}` : hit.chatId;
      print(`${id}\t${dateOf(createdAt)}\t${title}\n`);
      if (snippet.length === 0) continue;
      print(
        `    ${snippet
          .map((part) => part.text)
          .join('')
          .replace(/\s+/g, ' ')}\n`,
      );
    }
    if (hits.length === 0) note('Nothing found.');
    return EXIT.ok;
  });
}

/** `sotto chats show` */
export async function showChat(core: Core, id: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    const store = await openChats(core);
    if (json) printJson(store.open(id));
    else print(new TextDecoder().decode(exportChats(store, id, 'md').bytes));
    return EXIT.ok;
  });
}

/** `sotto chats export`: one chat, or all of them. */
export async function exportToFile(
  core: Core,
  path: string,
  { id, format, json }: { id?: string; format?: string; json?: boolean },
): Promise<number> {
  return reporting(json === true, async () => {
    const store = await openChats(core);
    const { bytes } = exportChats(store, id, formatOf(format, path));
    try {
      await exportWhole(path, [bytes]);
    } catch (cause) {
      throw new AppError('FILE_UNWRITABLE', 'The file cannot be written.', {
        hint: 'Check the path.',
        cause,
      });
    }
    if (json === true) printJson({ type: 'done', path });
    return EXIT.ok;
  });
}

function formatOf(format: string | undefined, path: string): ChatFormat {
  const parsed = chatFormatSchema.safeParse(format ?? path.slice(path.lastIndexOf('.') + 1));
  if (parsed.success) return parsed.data;
  throw new AppError('PARAM_RANGE', 'The value of format is not allowed.', {
    hint: `It is one of ${chatFormatSchema.options.join(', ')}.`,
  });
}

/** `sotto chats import`: the export of another program. */
export async function importFile(core: Core, path: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await openChats(core);
    const { ids, leftOut } = await core.storage.import(path);
    if (json) printJson({ type: 'done', ids, leftOut });
    else note(`${ids.length} chats came in${leftOut === 0 ? '' : `, ${leftOut} made no sense`}.`);
    return EXIT.ok;
  });
}

/** `sotto chats rm`: for good. */
export async function removeChat(core: Core, id: string, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await openChats(core);
    // There is nothing to take back once the program has ended.
    await core.storage.deleteChat(id);
    if (json) printJson({ type: 'done', id });
    else note('The chat is gone for good.');
    return EXIT.ok;
  });
}

/** `sotto backup` */
export async function backUp(core: Core, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await openChats(core);
    const name = await core.storage.backup();
    if (json) printJson({ type: 'done', name });
    else print(`${name}\n`);
    return EXIT.ok;
  });
}

/** `sotto backup --list` */
export async function listBackups(core: Core, json: boolean): Promise<number> {
  return reporting(json, async () => {
    const backups = await core.storage.backups();
    if (json) printJson(backups);
    for (const { name, at } of json ? [] : backups) print(`${name}\t${dateOf(at)}\n`);
    if (backups.length === 0) note('No backups yet.');
    return EXIT.ok;
  });
}

/** `sotto restore`: the newest backup, or the one of that name. */
export async function restore(core: Core, name: string | undefined, json: boolean): Promise<number> {
  return reporting(json, async () => {
    await unlock(core);
    await core.storage.restore(name);
    if (json) printJson({ type: 'done' });
    else note('Restored. What was there before lies beside it as sotto.db.before-restore.');
    return EXIT.ok;
  });
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
