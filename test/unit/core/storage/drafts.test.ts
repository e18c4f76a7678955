import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Storage } from '../../../../core/storage/storage.ts';
import { filesWith } from '../../../support/files-with.ts';
import { decrypt, fakeSecrets, PASSPHRASE, say, withStorage } from './opening.ts';

const TEXT = { kind: 'text', id: 'one', name: 'notes.txt', text: 'canary-attached' } as const;
const PICTURE = {
  kind: 'media',
  id: 'two',
  media: { name: 'a.jpg', type: 'image/jpeg', bytes: new Uint8Array([0xff, 0xd8, 0, 1]) },
} as const;

describe('a draft', () => {
  it('is there again at the next start, with what goes along, and cannot be read in any file', async () => {
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const first = open(secrets);
      const chatId = (await first.chats()).create().id;
      await first.changeDraft({ chatId, text: 'canary-draft', add: TEXT });
      await first.changeDraft({ chatId, add: PICTURE });
      expect(filesWith(dir, 'canary')).toEqual([]);
      await first.dispose();
      const second = open(secrets);
      expect(await second.draft(chatId)).toEqual({ text: 'canary-draft', attachments: [TEXT, PICTURE] });
      expect((await second.chats()).list()).toMatchObject([{ title: 'canary-draft', hasDraft: true }]);
    });
  });

  it('that was in memory is kept with the first passphrase', async () => {
    await withStorage(async (open) => {
      const storage = open();
      const chatId = await say(storage, 'Hello');
      await storage.changeDraft({ chatId, text: 'Half a', add: PICTURE });
      await storage.setPassphrase(PASSPHRASE, undefined);
      expect(await storage.draft(chatId)).toEqual({ text: 'Half a', attachments: [PICTURE] });
    });
  });

  it('that comes in the moment of the lock waits for the passphrase, in its order', async () => {
    await withStorage(async (open, dir) => {
      const storage = open();
      await storage.setPassphrase(PASSPHRASE, undefined);
      const chatId = await say(storage, 'Hello');
      await storage.lock();
      await storage.changeDraft({ chatId, text: 'canary-l' });
      await storage.changeDraft({ chatId, text: 'canary-late', add: PICTURE });
      await expect(storage.draft(chatId)).rejects.toMatchObject({ code: 'STORAGE_LOCKED' });
      expect(filesWith(dir, 'canary')).toEqual([]);
      await storage.unlock(PASSPHRASE);
      expect(await storage.draft(chatId)).toEqual({ text: 'canary-late', attachments: [PICTURE] });
    });
  });

  it('that comes after the lock outlives core, and cannot be read in any file', async () => {
    await withStorage(async (open, dir) => {
      const first = open();
      await first.setPassphrase(PASSPHRASE, undefined);
      const chatId = await say(first, 'Hello');
      await first.lock();
      await first.changeDraft({ chatId, text: 'canary-late', add: PICTURE });
      expect(first.isSafeToEnd()).toBe(true);
      await first.dispose();
      expect(filesWith(dir, 'canary')).toEqual([]);
      const second = open();
      await second.unlock(PASSPHRASE);
      expect(await second.draft(chatId)).toEqual({ text: 'canary-late', attachments: [PICTURE] });
      expect(await readdir(dir)).not.toContain('late-drafts.json');
    });
  });

  it('that could not be written after the lock keeps core from ending', async () => {
    await withStorage(async (open, dir) => {
      const storage = open();
      await storage.setPassphrase(PASSPHRASE, undefined);
      const chatId = await say(storage, 'Hello');
      await storage.lock();
      // In the way of the file, as a disk that takes nothing would be.
      await mkdir(join(dir, 'late-drafts.json', 'in the way'), { recursive: true });
      await storage.changeDraft({ chatId, text: 'late' });
      expect(storage.isSafeToEnd()).toBe(false);
      await storage.unlock(PASSPHRASE);
      expect(await storage.draft(chatId)).toMatchObject({ text: 'late' });
    });
  });

  it('of a chat that is gone is refused', async () => {
    await withStorage(async (open) => {
      const change = open(fakeSecrets()).changeDraft({ chatId: 'gone', text: 'x' });
      await expect(change).rejects.toMatchObject({ code: 'CHAT_UNKNOWN' });
    });
  });

  it('is not taken for an empty chat by the next new one, and keeps its place in none once it is empty', async () => {
    await withStorage(async (open) => {
      const storage = open(fakeSecrets());
      const chats = await storage.chats();
      const { id } = chats.create();
      await storage.changeDraft({ chatId: id, add: TEXT });
      expect(chats.list()).toMatchObject([{ id, title: 'notes.txt' }]);
      expect(chats.create().id).not.toBe(id);
      await storage.changeDraft({ chatId: id, remove: [TEXT.id] });
      expect(chats.list()).toEqual([]);
    });
  });
});

describe('what was written and then deleted', () => {
  const traces = async (remove: (storage: Storage, chatId: string) => Promise<unknown>) => {
    let left: boolean[] = [];
    await withStorage(async (open, dir) => {
      const secrets = fakeSecrets();
      const storage = open(secrets);
      const chatId = await say(storage, 'Hello');
      await storage.changeDraft({ chatId, text: 'canary-draft', add: TEXT });
      const name = await storage.backup();
      await remove(storage, chatId);
      await storage.dispose();
      const files = [join(dir, 'sotto.db'), join(dir, 'backups', name)];
      left = await Promise.all(
        files.map(async (file) => (await decrypt(file, secrets, dir)).includes('canary')),
      );
    });
    return left;
  };

  it('leaves no trace in the database or in its backups when its chat is deleted', async () => {
    expect(await traces((storage, chatId) => storage.deleteChat(chatId))).toEqual([false, false]);
  });

  it('leaves none when it is discarded', async () => {
    const discard = (storage: Storage, chatId: string) =>
      storage.changeDraft({ chatId, text: '', remove: [TEXT.id] });
    expect(await traces(discard)).toEqual([false, false]);
  });

  it('leaves none when it was sent, and the message is removed then', async () => {
    const sendAndRemove = async (storage: Storage, chatId: string) => {
      const chats = await storage.chats();
      const message = chats.add(chatId, { role: 'user', text: 'canary-draft', state: 'complete' });
      await storage.changeDraft({ chatId, text: '', remove: [TEXT.id], isSent: true });
      await storage.removeMessages(chatId, message.id);
    };
    expect(await traces(sendAndRemove)).toEqual([false, false]);
  });
});
