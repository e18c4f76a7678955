import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StorageStatus } from '../../../../contract/history.ts';
import { silentLogger } from '../../../../core/logger.ts';
import { createStorage, type Storage } from '../../../../core/storage/storage.ts';
import type { SecretStore } from '../../../../core/storage/vault/vault.ts';
import { withTempDir } from '../../../support/models.ts';

const PASSPHRASE = 'correct horse battery';

/** As the system's own: what it wrapped it gives back, until somebody changes it. */
function fakeSecrets(): SecretStore & { isBroken: boolean } {
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

async function withStorage(
  use: (open: (secrets?: SecretStore) => Storage, dir: string, told: StorageStatus[]) => Promise<void>,
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

async function say(storage: Storage, text: string): Promise<string> {
  const chats = await storage.chats();
  const { id } = chats.create();
  chats.add(id, { role: 'user', text, state: 'complete' });
  return id;
}

/** Files below a folder that hold a text. */
function filesWith(dir: string, text: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text))
    .map((entry) => entry.name);
}

describe('what is kept', () => {
  it('is there again at the next start, with the system’s secret store and without a question', async () => {
    await withStorage(async (open) => {
      const secrets = fakeSecrets();
      const first = open(secrets);
      const id = await say(first, 'Remember me');
      expect(await first.status()).toMatchObject({ state: 'open', hasPassphrase: false });
      await first.dispose();
      expect((await open(secrets).chats()).open(id).messages[0]?.text).toBe('Remember me');
    });
  });

  it('is nothing where there is no secret store and no passphrase, and nothing is written', async () => {
    await withStorage(async (open, dir) => {
      const storage = open();
      await say(storage, 'canary-in-memory');
      expect(await storage.status()).toMatchObject({ state: 'memory', hasPassphrase: false });
      expect(await readdir(dir)).toEqual([]);
    });
  });

  it('begins with the first passphrase, which takes along what was said before', async () => {
    await withStorage(async (open, _dir, told) => {
      const first = open();
      const id = await say(first, 'Said before');
      await first.setPassphrase(PASSPHRASE, undefined);
      expect(told.at(-1)).toMatchObject({ state: 'open', hasPassphrase: true });
      await say(first, 'Said after');
      await first.dispose();

      const second = open();
      expect(await second.status()).toMatchObject({ state: 'locked', hasPassphrase: true });
      await expect(second.chats()).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
      await expect(second.unlock('wrong horse')).rejects.toMatchObject({ code: 'AUTH_WRONG' });
      await second.unlock(PASSPHRASE);
      expect((await second.chats()).list()).toHaveLength(2);
      expect((await second.chats()).open(id).messages[0]?.text).toBe('Said before');
    });
  });

  it('cannot be read in any file, while it is open and after', async () => {
    await withStorage(async (open, dir) => {
      const storage = open(fakeSecrets());
      const id = await say(storage, 'canary-one tells of canary-two');
      (await storage.chats()).change({ id, title: 'canary-three' });
      await storage.search({ text: 'canary' });
      await storage.backup();
      for (const canary of ['canary-one', 'canary-two', 'canary-three', 'anary', 'SQLite format']) {
        expect(filesWith(dir, canary)).toEqual([]);
      }
      await storage.dispose();
      expect(filesWith(dir, 'anary')).toEqual([]);
    });
  });

  it('is locked and unlocked; locked, it gives nothing out', async () => {
    await withStorage(async (open, _dir, told) => {
      const storage = open();
      await storage.setPassphrase(PASSPHRASE, undefined);
      const id = await say(storage, 'Secret');
      const chats = await storage.chats();
      await storage.lock();
      expect(told.at(-1)?.state).toBe('locked');
      await expect(storage.search({ text: 'secret' })).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
      expect(() => chats.open(id)).toThrow();
      await storage.unlock(PASSPHRASE);
      expect(await storage.search({ text: 'secret' })).toHaveLength(1);
    });
  });

  it('is not locked where nobody could open it again', async () => {
    await withStorage(async (open) => {
      const storage = open(fakeSecrets());
      await storage.lock();
      expect((await storage.status()).state).toBe('open');
    });
  });

  it('gets another passphrase only with the one before', async () => {
    await withStorage(async (open) => {
      const storage = open();
      await expect(storage.setPassphrase('short', undefined)).rejects.toMatchObject({ code: 'PARAM_RANGE' });
      await storage.setPassphrase(PASSPHRASE, undefined);
      await expect(storage.setPassphrase('another one', 'wrong')).rejects.toMatchObject({
        code: 'AUTH_WRONG',
      });
      await storage.setPassphrase('another one', PASSPHRASE);
      await storage.lock();
      await expect(storage.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'AUTH_WRONG' });
      await storage.unlock('another one');
    });
  });

  it('is left alone when the secret store does not give the key out: no new database', async () => {
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const first = open(secrets);
      await say(first, 'Kept');
      await first.dispose();
      const before = await readFile(join(dir, 'sotto.db'));
      secrets.isBroken = true;
      const second = open(secrets);
      expect(await second.status()).toMatchObject({ state: 'memory', problem: { code: 'KEY_UNAVAILABLE' } });
      await say(second, 'Only now');
      await second.dispose();
      expect((await readFile(join(dir, 'sotto.db'))).equals(before)).toBe(true);
      secrets.isBroken = false;
      expect((await open(secrets).chats()).list()).toHaveLength(1);
    });
  });

  it.each([
    ['no database', 'not a database at all, whatever the name says'],
    ['an empty key file', undefined],
  ])('is left alone when it is damaged: %s', async (_, content) => {
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const first = open(secrets);
      await say(first, 'Kept');
      await first.dispose();
      const path = join(dir, content === undefined ? 'vault.json' : 'sotto.db');
      await writeFile(path, content ?? '');
      const second = open(secrets);
      const code = content === undefined ? 'KEY_UNAVAILABLE' : 'DB_DAMAGED';
      expect(await second.status()).toMatchObject({ state: 'memory', problem: { code } });
      await second.dispose();
      expect(await readFile(path, 'utf8')).toBe(content ?? '');
    });
  });

  it('is never given another key when the file of the key is gone', async () => {
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const first = open(secrets);
      await say(first, 'Kept');
      await first.dispose();
      await rm(join(dir, 'vault.json'));
      const second = open(secrets);
      expect(await second.status()).toMatchObject({ state: 'memory', problem: { code: 'KEY_UNAVAILABLE' } });
      await expect(second.setPassphrase(PASSPHRASE, undefined)).rejects.toMatchObject({
        code: 'KEY_UNAVAILABLE',
      });
      expect(await readdir(dir)).not.toContain('vault.json');
      // The same where there is no secret store.
      const third = open();
      await expect(third.setPassphrase(PASSPHRASE, undefined)).rejects.toMatchObject({
        code: 'KEY_UNAVAILABLE',
      });
    });
  });

  it('belongs to one process', async () => {
    await withStorage(async (open) => {
      const secrets = fakeSecrets();
      await say(open(secrets), 'Mine');
      expect(await open(secrets).status()).toMatchObject({
        state: 'memory',
        problem: { code: 'DB_UNAVAILABLE' },
      });
    });
  });

  it('ends answers that were being written when Sotto was ended by force', async () => {
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const first = open(secrets);
      const id = await say(first, 'Why?');
      (await first.chats()).add(id, { role: 'assistant', text: 'Becau', state: 'streaming' });
      // As it is after a kill: the files of that instant.
      const copy = join(dir, 'copy');
      await mkdir(copy);
      for (const name of ['sotto.db', 'sotto.db-wal', 'vault.json']) {
        await copyFile(join(dir, name), join(copy, name));
      }
      const second = createStorage({
        dataDir: copy,
        isKept: true,
        secrets,
        onChange: () => undefined,
        log: silentLogger,
      });
      expect((await second.chats()).open(id).messages[1]).toMatchObject({ text: 'Becau', state: 'stopped' });
      await second.dispose();
    });
  });
});

describe('backups', () => {
  it('bring back what was there, and are refused when they are damaged', async () => {
    await withStorage(async (open, dir) => {
      const storage = open(fakeSecrets());
      const kept = await say(storage, 'Kept in the backup');
      const name = await storage.backup();
      const later = await say(storage, 'Said later');
      await storage.restore(undefined);
      const chats = await storage.chats();
      expect(chats.open(kept).messages).toHaveLength(1);
      expect(() => chats.open(later)).toThrow(expect.objectContaining({ code: 'CHAT_UNKNOWN' }));
      // What was there is not lost either.
      expect(await readdir(dir)).toContain('sotto.db.before-restore');
      const path = join(dir, 'backups', name);
      const bytes = await readFile(path);
      bytes.fill(1, 100, 2000);
      await writeFile(path, bytes);
      await expect(storage.restore(name)).rejects.toMatchObject({ code: 'DB_DAMAGED' });
      expect((await storage.chats()).list()).toHaveLength(1);
      await expect(storage.restore('../vault.json')).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' });
    });
  });

  it.each(['the secret store', 'a passphrase'])('replace a damaged database, with %s', async (how) => {
    await withStorage(async (open, dir) => {
      const secrets = how === 'the secret store' ? fakeSecrets() : undefined;
      const first = open(secrets);
      if (secrets === undefined) await first.setPassphrase(PASSPHRASE, undefined);
      const id = await say(first, 'Kept in the backup');
      await first.backup();
      await first.dispose();
      await writeFile(join(dir, 'sotto.db'), 'damaged');
      const second = open(secrets);
      if (secrets === undefined) await second.unlock(PASSPHRASE);
      expect(await second.status()).toMatchObject({
        state: 'memory',
        problem: { code: 'DB_DAMAGED' },
        backupAt: expect.any(Number),
      });
      await second.restore(undefined);
      expect(await second.status()).toMatchObject({ state: 'open' });
      expect((await second.status()).problem).toBeUndefined();
      expect((await second.chats()).open(id).messages).toHaveLength(1);
    });
  });

  it('are five at most', async () => {
    await withStorage(async (open, dir) => {
      const storage = open(fakeSecrets());
      await say(storage, 'Kept');
      const names = [];
      for (let i = 0; i < 7; i += 1) names.push(await storage.backup());
      expect((await readdir(join(dir, 'backups'))).sort()).toEqual(names.slice(2));
    });
  });
});

describe('a deletion', () => {
  it('can be taken back', async () => {
    await withStorage(async (open) => {
      const storage = open(fakeSecrets());
      const id = await say(storage, 'Back again');
      await storage.deleteChat(id);
      expect((await storage.chats()).list()).toEqual([]);
      (await storage.chats()).undelete(id);
      expect((await storage.chats()).list()).toHaveLength(1);
    });
  });

  it('leaves nothing in the log either', async () => {
    await withStorage(async (open, dir) => {
      const storage = open(fakeSecrets());
      await storage.deleteChat(await say(storage, 'Gone'));
      expect((await stat(join(dir, 'sotto.db-wal'))).size).toBeGreaterThan(0);
      (await storage.chats()).purge(Number.MAX_SAFE_INTEGER);
      expect((await stat(join(dir, 'sotto.db-wal'))).size).toBe(0);
    });
  });

  it('is final when Sotto closes: nothing is left in the database or in a backup, even with the key', async () => {
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const storage = open(secrets);
      const gone = [];
      for (let i = 0; i < 20; i += 1)
        gone.push(await say(storage, `canary-${i} ${'secret words '.repeat(50)}`));
      const kept = await say(storage, 'This stays');
      const name = await storage.backup();
      for (const id of gone) await storage.deleteChat(id);
      await storage.dispose();
      // Both files, as plain SQLite: what the key can read is what there is.
      const again = open(secrets);
      await again.status();
      for (const path of [join(dir, 'sotto.db'), join(dir, 'backups', name)]) {
        const plain = await decrypt(path, secrets, dir);
        expect(plain.includes('This stays')).toBe(true);
        expect(plain.includes('canary')).toBe(false);
        expect(plain.includes('secret words')).toBe(false);
        await rm(`${path}.plain`);
      }
      expect((await again.chats()).open(kept).messages).toHaveLength(1);
    });
  });
});

/** The database as whoever has the key could read it byte by byte. */
async function decrypt(path: string, secrets: SecretStore, dir: string): Promise<Buffer> {
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
  return readFile(`${path}.plain`);
}
