import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { AppError, fromInfo } from '../../core/errors.ts';
import type { Client } from '../client.ts';
import { EXIT } from '../exit-status.ts';
import { ask, note, print, printJson } from '../output.ts';
import { dateOf } from '../to-date.ts';

/**
 * Opens what is kept: with SOTTO_PASSPHRASE, or by asking on a terminal.
 *
 * @throws AppError STORAGE_LOCKED where nobody can be asked, or the window is locked; AUTH_*, DB_*, KEY_UNAVAILABLE.
 */
export async function openKept(client: Client): Promise<void> {
  await unlock(client);
  const { state, problem } = await client.call('storage.status', undefined);
  if (problem !== undefined) throw fromInfo(problem);
  if (state === 'memory') {
    throw new AppError('DB_UNAVAILABLE', 'No chats are kept on this machine yet.', {
      hint: 'Set a passphrase in the window; then the terminal finds them too.',
    });
  }
}

/**
 * Asks for the passphrase where one is wanted. A window that is locked stays so: whoever sits before it would see what
 * was unlocked from elsewhere.
 *
 * @throws AppError STORAGE_LOCKED where nobody can be asked, or the window is locked; AUTH_*.
 */
export async function unlock(client: Client): Promise<void> {
  const { state } = await client.call('storage.status', undefined);
  if (state !== 'locked') return;
  if (client.isWindow) {
    throw new AppError('STORAGE_LOCKED', 'Sotto is open and locked.', { hint: 'Unlock it in the window.' });
  }
  await client.call('storage.unlock', {
    passphrase: await readPassphrase('Passphrase', 'SOTTO_PASSPHRASE'),
  });
}

/** `sotto lock`: what the window that is open shows, and the key it has. */
export async function lock(client: Client, json: boolean): Promise<number> {
  if (client.isWindow) {
    const { hasPassphrase } = await client.call('storage.status', undefined);
    if (!hasPassphrase) {
      throw new AppError('PASSPHRASE_NEEDED', 'Without a passphrase nothing can be locked.', {
        hint: 'Set one with `sotto passphrase`.',
      });
    }
    await client.call('storage.lock', undefined);
  }
  if (json) printJson({ type: 'done' });
  else note(client.isWindow ? 'Sotto is locked.' : 'Sotto is not open, so nothing is unlocked.');
  return EXIT.ok;
}

/** `sotto passphrase`: sets the first one, or another. */
export async function changePassphrase(client: Client, json: boolean): Promise<number> {
  const { hasPassphrase, state } = await client.call('storage.status', undefined);
  if (state === 'locked' && client.isWindow) await unlock(client);
  const current = hasPassphrase ? await readPassphrase('Passphrase', 'SOTTO_PASSPHRASE') : undefined;
  if (current !== undefined && state === 'locked')
    await client.call('storage.unlock', { passphrase: current });
  const passphrase = await readPassphrase(
    'New passphrase',
    hasPassphrase ? 'SOTTO_NEW_PASSPHRASE' : 'SOTTO_PASSPHRASE',
  );
  await client.call('storage.setPassphrase', { passphrase, ...(current === undefined ? {} : { current }) });
  if (json) printJson({ type: 'done' });
  else
    note(
      'From now on chats and recordings are kept, encrypted. Without the passphrase nobody opens them, you neither.',
    );
  return EXIT.ok;
}

async function readPassphrase(question: string, variable: string): Promise<string> {
  const given = process.env[variable];
  if (given !== undefined) return given;
  if (!process.stdin.isTTY) {
    throw new AppError('STORAGE_LOCKED', 'A passphrase is wanted, and nobody can be asked.', {
      hint: `Give it in ${variable}.`,
    });
  }
  ask(`${question}: `);
  // What is typed is not shown.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  const passphrase = await reader.question('');
  reader.close();
  note('');
  return passphrase;
}

/** `sotto backup` */
export async function backUp(client: Client, json: boolean): Promise<number> {
  await openKept(client);
  const { name } = await client.call('storage.backUp', undefined);
  if (json) printJson({ type: 'done', name });
  else print(`${name}\n`);
  return EXIT.ok;
}

/** `sotto backup --list` */
export async function listBackups(client: Client, json: boolean): Promise<number> {
  const backups = await client.call('storage.backups', undefined);
  if (json) printJson(backups);
  for (const { name, at } of json ? [] : backups) print(`${name}\t${dateOf(at)}\n`);
  if (backups.length === 0) note('No backups yet.');
  return EXIT.ok;
}

/** `sotto restore`: the newest backup, or the one of that name. */
export async function restore(client: Client, name: string | undefined, json: boolean): Promise<number> {
  await unlock(client);
  await client.call('storage.restore', name === undefined ? {} : { name });
  if (json) printJson({ type: 'done' });
  else note('Restored. What was there before lies beside it as sotto.db.before-restore.');
  return EXIT.ok;
}
