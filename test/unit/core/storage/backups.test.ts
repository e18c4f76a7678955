import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decrypt, fakeSecrets, PASSPHRASE, say, withStorage } from './opening.ts';

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

  it('that cannot be put in place leave what there is, and chats go on', async () => {
    await withStorage(async (open, dir) => {
      const storage = open(fakeSecrets());
      const id = await say(storage, 'Kept');
      await storage.backup();
      await say(storage, 'Said later');
      // A folder in the way: no file can be written there.
      await mkdir(join(dir, 'sotto.db.next'));
      await expect(storage.restore(undefined)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
      const chats = await storage.chats();
      expect(chats.list()).toHaveLength(2);
      expect(chats.open(id).messages).toHaveLength(1);
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

  it('is final when Sotto closes: nothing is left in the database or in a backup, even with the key', async () => {
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const storage = open(secrets);
      const gone = [];
      for (let i = 0; i < 20; i += 1)
        gone.push(await say(storage, `canary-${i} ${'secret words '.repeat(50)}`));
      const kept = await say(storage, 'This stays');
      // Every copy: two backups, and what a restore put aside.
      await storage.backup();
      await storage.restore(undefined);
      await storage.backup();
      for (const id of gone) await storage.deleteChat(id);
      await storage.dispose();
      // Both files, as plain SQLite: what the key can read is what there is.
      const again = open(secrets);
      await again.status();
      const names = (await readdir(join(dir, 'backups'))).map((name) => join('backups', name));
      expect(names).toHaveLength(2);
      for (const name of ['sotto.db', 'sotto.db.before-restore', ...names]) {
        const path = join(dir, name);
        const plain = await decrypt(path, secrets, dir);
        expect(plain.includes('This stays')).toBe(true);
        expect(plain.includes('canary')).toBe(false);
        expect(plain.includes('secret words')).toBe(false);
      }
      expect((await again.chats()).open(kept).messages).toHaveLength(1);
    });
  });

  it('of a part of a chat is final in the backups too, and the rest can be restored', async () => {
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const storage = open(secrets);
      const id = await say(storage, 'This stays');
      const chats = await storage.chats();
      const answer = chats.add(id, { role: 'assistant', text: 'canary-answer', state: 'complete' });
      chats.add(id, { role: 'user', text: 'canary-question', state: 'complete' });
      const name = await storage.backup();
      await storage.removeMessages(id, answer.id);
      expect(chats.open(id).messages).toHaveLength(1);
      await expect(storage.removeMessages(id, answer.id)).rejects.toMatchObject({ code: 'CHAT_UNKNOWN' });
      await storage.dispose();
      for (const file of ['sotto.db', join('backups', name)]) {
        const plain = await decrypt(join(dir, file), secrets, dir);
        expect(plain.includes('This stays')).toBe(true);
        expect(plain.includes('canary')).toBe(false);
      }
      const again = open(secrets);
      await again.restore(name);
      expect((await again.chats()).open(id).messages.map(({ text }) => text)).toEqual(['This stays']);
    });
  });
});
