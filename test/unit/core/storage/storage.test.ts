import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../core/logger.ts';
import { createStorage } from '../../../../core/storage/storage.ts';
import { filesWith } from '../../../support/files-with.ts';
import { fakeSecrets, PASSPHRASE, say, withStorage } from './opening.ts';

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

  it('takes along an answer that is being written when the first passphrase is set', async () => {
    await withStorage(async (open) => {
      const storage = open();
      const id = await say(storage, 'Why?');
      const chats = await storage.chats();
      const answer = chats.add(id, { role: 'assistant', text: 'Be', state: 'streaming' });
      await storage.setPassphrase(PASSPHRASE, undefined);
      // Whoever writes it knows nothing of that.
      chats.update(id, answer.id, { text: 'Because.', state: 'complete' });
      await storage.lock();
      await storage.unlock(PASSPHRASE);
      expect((await storage.chats()).open(id).messages[1]).toMatchObject({
        text: 'Because.',
        state: 'complete',
      });
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

  it('that was busy at the start is had when it is free, with what was written meanwhile', async () => {
    await withStorage(async (open, _dir, told) => {
      const secrets = fakeSecrets();
      const first = open(secrets);
      const kept = await say(first, 'Kept before');
      const second = open(secrets);
      const written = await say(second, 'Written meanwhile');
      const chats = await second.chats();
      expect(chats.list().map(({ id }) => id)).toEqual([written]);
      await first.dispose();
      await expect.poll(() => told.at(-1), { timeout: 10_000 }).toMatchObject({ state: 'open' });
      expect((await second.status()).problem).toBeUndefined();
      expect(
        chats
          .list()
          .map(({ id }) => id)
          .sort(),
      ).toEqual([kept, written].sort());
      await second.dispose();
      const third = await open(secrets).chats();
      expect(third.list()).toHaveLength(2);
    });
  });

  it('that is busy is not waited for by who has closed', async () => {
    await withStorage(async (open, _dir, told) => {
      const secrets = fakeSecrets();
      const first = open(secrets);
      await say(first, 'Kept before');
      const second = open(secrets);
      await say(second, 'Written meanwhile');
      await second.dispose();
      await first.dispose();
      const before = told.length;
      await new Promise((resolve) => setTimeout(resolve, 2500));
      expect(told).toHaveLength(before);
      expect((await open(secrets).chats()).list()).toHaveLength(1);
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
