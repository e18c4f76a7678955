import { expect, it } from 'vitest';
import type { ChangedChat } from '../../../../core/storage/chats/chat-changes.ts';
import { PASSPHRASE, withStorage } from './opening.ts';

const rest = () => new Promise(setImmediate);

it('a chat is reported as the list has it, once for all that is done to it at a time', async () => {
  const changes: ChangedChat[] = [];
  await withStorage(
    async (open) => {
      const storage = open();
      const chats = await storage.chats();
      const { id } = chats.create();
      chats.add(id, { role: 'user', text: 'Where does the Danube end?', state: 'complete' });
      chats.change({ id, isPinned: true });
      await rest();
      const chat = { title: 'Where does the Danube end?', isPinned: true, isEmpty: false };
      expect(changes.splice(0)).toMatchObject([{ id, chat }]);
      chats.nameByModel(id, 'The Danube');
      await rest();
      expect(changes.splice(0)).toMatchObject([{ chat: { title: 'The Danube' } }]);
      await storage.deleteChat(id);
      await rest();
      expect(changes.splice(0)).toEqual([{ id }]);
      chats.undelete(id);
      await rest();
      expect(changes.splice(0)).toMatchObject([{ chat: { title: 'The Danube' } }]);
    },
    (changed) => changes.push(changed),
  );
});

it('a chat in which something is being written is in the list', async () => {
  const changes: ChangedChat[] = [];
  await withStorage(
    async (open) => {
      const storage = open();
      const { id } = (await storage.chats()).create();
      await storage.changeDraft({ chatId: id, text: 'An idea' });
      await rest();
      expect(changes).toMatchObject([{ id, chat: { title: 'An idea', hasDraft: true, isEmpty: true } }]);
      await storage.changeDraft({ chatId: id, text: '' });
      await rest();
      expect(changes.at(-1)).toEqual({ id });
    },
    (changed) => changes.push(changed),
  );
});

it('nothing is reported of a chat once Sotto is locked', async () => {
  const changes: ChangedChat[] = [];
  await withStorage(
    async (open) => {
      const storage = open();
      await storage.setPassphrase(PASSPHRASE, undefined);
      const chats = await storage.chats();
      const { id } = chats.create();
      chats.add(id, { role: 'user', text: 'Secret', state: 'complete' });
      const locking = storage.lock();
      await locking;
      await rest();
      expect(JSON.stringify(changes)).not.toContain('Secret');
    },
    (changed) => changes.push(changed),
  );
});
