import { chmod, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Reply } from '../../contract/client.ts';
import { calls } from '../../contract/tables.ts';
import type { AccessToken } from '../../core/models/hub/access-token.ts';
import { DEFAULT_HUB } from '../../core/models/hub/hub.ts';
import { readOwnText } from '../../core/system/regular-file.ts';
import { userDataDir } from '../../core/system/user-folders.ts';
import { makeFolder, writeWhole } from '../../core/system/whole-file.ts';
import type { CoreHost } from './core-host.ts';
import { readHubOrigin } from './hub-in-use.ts';
import { unwrapSecret, wrapSecret } from './secret-store.ts';

/** Known until the app ends, where the system keeps no secrets. */
let inMemory: AccessToken | undefined;

/**
 * Two lines: the origin that the token was given for, then both of them, encrypted. Files of earlier versions have one
 * line, the encrypted token.
 */
const path = () => join(userDataDir(), 'hub-token');

/**
 * Keeps the user's access token for the hub that is in use, encrypted by the system, or forgets it. The page never
 * reads it back, and no other hub is ever sent it.
 */
export async function setToken(
  input: unknown,
  core: Pick<CoreHost, 'call'>,
): Promise<Reply<{ isKept: boolean }>> {
  const parsed = calls['models.setToken'].input.safeParse(input);
  const secret = parsed.data?.token.trim() ?? '';
  // A token is one word; anything else would become a second header.
  if (!parsed.success || !/^[\x21-\x7e]*$/.test(secret)) {
    return { ok: false, error: { code: 'REQUEST_INVALID', message: 'This is no access token.' } };
  }
  if (secret === '') {
    inMemory = undefined;
    await rm(path(), { force: true });
    return { ok: true, value: { isKept: false } };
  }
  const hub = await readHubOrigin(core);
  if (!hub.ok) return hub;
  const origin = hub.value;
  inMemory = { secret, origin };
  await rm(path(), { force: true });
  const wrapped = wrapSecret(`${origin} ${secret}`);
  if (wrapped === undefined) return { ok: true, value: { isKept: false } };
  await makeFolder(dirname(path()));
  await writeWhole(path(), `${origin}\n${wrapped}`);
  await chmod(path(), 0o600);
  return { ok: true, value: { isKept: true } };
}

/** Undefined where there is none for that origin, or the store does not give it out any more. */
export async function readToken(origin: string): Promise<string | undefined> {
  // The store is not unlocked for a token that would not be sent.
  if (!(await hasToken(origin))) return undefined;
  inMemory ??= await unlockToken();
  return inMemory?.origin === origin ? inMemory.secret : undefined;
}

/** Whether there is one for that origin, without unlocking it. */
export async function hasToken(origin: string): Promise<boolean> {
  if (inMemory !== undefined) return inMemory.origin === origin;
  const kept = await readKept();
  return kept !== undefined && kept.origin === origin;
}

async function unlockToken(): Promise<AccessToken | undefined> {
  const kept = await readKept();
  const [first, second] = (kept && unwrapSecret(kept.wrapped))?.split(' ') ?? [];
  if (first === undefined) return undefined;
  return second === undefined ? { secret: first, origin: DEFAULT_HUB } : { secret: second, origin: first };
}

async function readKept(): Promise<{ origin: string; wrapped: string } | undefined> {
  const text = await readOwnText(path()).catch(() => undefined);
  if (text === undefined) return undefined;
  const [first = '', second] = text.trim().split('\n');
  return second === undefined ? { origin: DEFAULT_HUB, wrapped: first } : { origin: first, wrapped: second };
}
