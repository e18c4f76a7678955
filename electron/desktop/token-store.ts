import { chmod, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Reply } from '../../contract/client.ts';
import { calls } from '../../contract/tables.ts';
import { readOwnText } from '../../core/system/regular-file.ts';
import { userDataDir } from '../../core/system/user-folders.ts';
import { makeFolder, writeWhole } from '../../core/system/whole-file.ts';
import { unwrapSecret, wrapSecret } from './secret-store.ts';

/** Known until the app ends, where the system keeps no secrets. */
let inMemory: string | undefined;

const path = () => join(userDataDir(), 'hub-token');

/** Keeps the user's access token, encrypted by the system, or forgets it. The page never reads it back. */
export async function setToken(input: unknown): Promise<Reply<{ isKept: boolean }>> {
  const parsed = calls['models.setToken'].input.safeParse(input);
  const token = parsed.data?.token.trim() ?? '';
  // A token is one word; anything else would become a second header.
  if (!parsed.success || !/^[\x21-\x7e]*$/.test(token)) {
    return { ok: false, error: { code: 'REQUEST_INVALID', message: 'This is no access token.' } };
  }
  inMemory = token === '' ? undefined : token;
  await rm(path(), { force: true });
  const wrapped = token === '' ? undefined : wrapSecret(token);
  if (wrapped === undefined) return { ok: true, value: { isKept: false } };
  await makeFolder(dirname(path()));
  await writeWhole(path(), wrapped);
  await chmod(path(), 0o600);
  return { ok: true, value: { isKept: true } };
}

/** Undefined where there is none, or the store does not give it out any more. */
export async function readToken(): Promise<string | undefined> {
  if (inMemory !== undefined) return inMemory;
  try {
    inMemory = unwrapSecret(await readOwnText(path()));
  } catch {
    return undefined;
  }
  return inMemory;
}

export async function hasToken(): Promise<boolean> {
  return inMemory !== undefined || (await readOwnText(path()).catch(() => undefined)) !== undefined;
}
