import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StorageStatus } from '../../../../contract/history.ts';
import { silentLogger } from '../../../../core/logger.ts';
import type { ChangedChat } from '../../../../core/storage/chats/chat-changes.ts';
import { createStorage, type Storage } from '../../../../core/storage/storage.ts';
import type { SecretStore } from '../../../../core/storage/vault/vault.ts';
import { withTempDir } from '../../../support/models.ts';

export const PASSPHRASE = 'correct horse battery';

/** As the system's own: what it wrapped it gives back, until somebody changes it. */
export function fakeSecrets(): SecretStore & { isBroken: boolean } {
  const kept = new Map<string, string>();
  const store = {
    isBroken: false,
    wrap: async (secret: string) => {
      const name = `wrapped-${kept.size}`;
      kept.set(name, secret);
      return name;
    },
    unwrap: async (data: string) => (store.isBroken ? undefined : kept.get(data)),
  };
  return store;
}

export async function withStorage(
  use: (open: (secrets?: SecretStore) => Storage, dir: string, told: StorageStatus[]) => Promise<void>,
  onChatChange: (changed: ChangedChat) => void = () => undefined,
): Promise<void> {
  await withTempDir(async (dir) => {
    const all: Storage[] = [];
    const told: StorageStatus[] = [];
    const open = (secrets?: SecretStore) => {
      const storage = createStorage({
        dataDir: dir,
        isKept: true,
        ...(secrets === undefined ? {} : { secrets }),
        onChange: (status) => told.push(status),
        onChatChange,
        log: silentLogger,
      });
      all.push(storage);
      return storage;
    };
    try {
      await use(open, dir, told);
    } finally {
      for (const storage of all) await storage.dispose();
    }
  });
}

export async function say(storage: Storage, text: string): Promise<string> {
  const chats = await storage.chats();
  const { id } = chats.create();
  chats.add(id, { role: 'user', text, state: 'complete' });
  return id;
}

/** The database as whoever has the key could read it byte by byte. */
export async function decrypt(path: string, secrets: SecretStore, dir: string): Promise<Buffer> {
  const { default: Database } = await import('better-sqlite3-multiple-ciphers');
  const vault = JSON.parse(await readFile(join(dir, 'vault.json'), 'utf8'));
  const key = Buffer.from(String(await secrets.unwrap(vault.wrap.data)), 'base64').toString('hex');
  await copyFile(path, `${path}.plain`);
  const db = new Database(`${path}.plain`);
  db.pragma("cipher='chacha20'");
  db.pragma(`key="raw:${key}"`);
  db.pragma('journal_mode = DELETE');
  db.pragma("rekey=''");
  db.close();
  const bytes = await readFile(`${path}.plain`);
  await rm(`${path}.plain`);
  return bytes;
}
