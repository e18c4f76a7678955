import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { SHORTEST_PASSPHRASE } from '../../../contract/limits.ts';
import { AppError } from '../../errors.ts';
import { readOwnText } from '../../system/regular-file.ts';
import { makeFolder, writeFirst, writeWhole } from '../../system/whole-file.ts';
import {
  KEY_BYTES,
  type KeyFile,
  keyFileSchema,
  unwrapWithPassphrase,
  type Wrap,
  wrapWithPassphrase,
} from './key-file.ts';
import { openerOf, recipientOf } from './recipient.ts';
import { createTries } from './tries.ts';

/** The system's secret store, as the host has it. Undefined where there is none that is worth the name. */
export interface SecretStore {
  wrap(secret: string): Promise<string | undefined>;
  unwrap(data: string): Promise<string | undefined>;
}

export const NO_SECRET_STORE: SecretStore = { wrap: async () => undefined, unwrap: async () => undefined };

/** How the key can be had. */
export type KeyState =
  /** There is none yet, and no store to keep one in: a passphrase must come first. */
  | { kind: 'none' }
  | { kind: 'passphrase' }
  | { kind: 'key'; key: Buffer; isFromSystem: boolean }
  /** There is one, and the system does not give it out. */
  | { kind: 'unavailable' };

export interface Vault {
  /** Whether there is a key, without opening it. @throws AppError KEY_UNAVAILABLE for a damaged file. */
  exists(): Promise<boolean>;
  /** Looks for the key; makes one where the system can keep it. @throws AppError KEY_UNAVAILABLE for a damaged file. */
  open(): Promise<KeyState>;
  /** @throws AppError AUTH_WRONG, AUTH_WAIT. */
  unlock(passphrase: string): Promise<Buffer>;
  /** Wraps the key, or a new one, with a passphrase; the system's store is no longer asked. @throws AppError PARAM_RANGE. */
  setPassphrase(passphrase: string, key?: Buffer): Promise<Buffer>;
  /** To whom one can seal without the key. Undefined: there is no key yet. @throws AppError KEY_UNAVAILABLE for a damaged file. */
  recipient(): Promise<Buffer | undefined>;
}

/** @param hasData whether something is kept that only the key opens: then no other key is made in its place */
export function createVault(
  path: string,
  store: SecretStore,
  hasData: () => boolean,
  now: () => number = Date.now,
): Vault {
  const tries = createTries(join(dirname(path), 'vault-tries.json'), now);

  const read = async (): Promise<KeyFile | undefined> => {
    let text: string;
    try {
      text = await readOwnText(path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw unavailable(cause);
    }
    try {
      return keyFileSchema.parse(JSON.parse(text));
    } catch (cause) {
      // Never a new key in its place: what the old one opens would be lost.
      throw unavailable(cause);
    }
  };
  const textOf = async (wrap: Wrap, key: Buffer): Promise<string> => {
    const recipient = (await recipientOf(await openerOf(key))).toString('base64');
    const file: KeyFile = { version: 1, wrap, recipient };
    return `${JSON.stringify(file, null, 2)}\n`;
  };
  const write = async (wrap: Wrap, key: Buffer) => {
    await makeFolder(dirname(path));
    await writeWhole(path, await textOf(wrap, key));
  };
  /** A key that another process made in the same instant is never replaced: what it opens would be lost. */
  const writeNew = async (wrap: Wrap, key: Buffer) => {
    await makeFolder(dirname(path));
    if (!(await writeFirst(path, await textOf(wrap, key)))) throw unavailable();
  };
  /** What is sealed to somebody else could not be opened, or not by its owner alone. */
  const mend = async (file: KeyFile, key: Buffer) => {
    const recipient = (await recipientOf(await openerOf(key))).toString('base64');
    if (file.recipient !== recipient) await write(file.wrap, key);
  };
  return {
    exists: async () => (await read()) !== undefined,
    recipient: async () => {
      const file = await read();
      return file === undefined ? undefined : Buffer.from(file.recipient, 'base64');
    },
    open: async () => {
      const file = await read();
      if (file?.wrap.kind === 'passphrase') return { kind: 'passphrase' };
      if (file === undefined) {
        if (hasData()) return { kind: 'unavailable' };
        const key = randomBytes(KEY_BYTES);
        const data = await store.wrap(key.toString('base64'));
        if (data === undefined) return { kind: 'none' };
        await writeNew({ kind: 'system', data }, key);
        return { kind: 'key', key, isFromSystem: true };
      }
      const secret = await store.unwrap(file.wrap.data);
      const key = Buffer.from(secret ?? '', 'base64');
      if (key.length !== KEY_BYTES) return { kind: 'unavailable' };
      await mend(file, key);
      return { kind: 'key', key, isFromSystem: true };
    },
    unlock: async (passphrase) => {
      await tries.refuseWhileWaiting();
      const file = await read();
      if (file?.wrap.kind !== 'passphrase') throw unavailable();
      const key = await unwrapWithPassphrase(file.wrap, passphrase);
      if (key === undefined) {
        await tries.countWrong();
        throw new AppError('AUTH_WRONG', 'This is not the passphrase.', {
          hint: 'Try again; without it nothing can be opened.',
        });
      }
      await tries.forget();
      await mend(file, key);
      return key;
    },
    setPassphrase: async (passphrase, known) => {
      if (known === undefined && (hasData() || (await read()) !== undefined)) throw unavailable();
      const key = known ?? randomBytes(KEY_BYTES);
      if (passphrase.trim().length < SHORTEST_PASSPHRASE) {
        throw new AppError('PARAM_RANGE', 'The passphrase is too short.', {
          hint: `Take at least ${SHORTEST_PASSPHRASE} characters; four or five words are better.`,
        });
      }
      const wrap = await wrapWithPassphrase(key, passphrase);
      await (known === undefined ? writeNew(wrap, key) : write(wrap, key));
      return key;
    },
  };
}

function unavailable(cause?: unknown): AppError {
  return new AppError('KEY_UNAVAILABLE', 'The key of your saved chats cannot be had. Nothing was changed.', {
    hint: 'Unlock the system’s secret store, or put vault.json back from a copy.',
    cause,
  });
}
