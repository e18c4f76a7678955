import { join } from 'node:path';
import { silentLogger } from '../../core/logger.ts';
import { createStorage } from '../../core/storage/storage.ts';

/** Writes chats of one message each into a profile, under a passphrase. */
export async function seedChats(profile: string, passphrase: string, texts: string[]): Promise<void> {
  const storage = createStorage({
    dataDir: join(profile, 'data'),
    isKept: true,
    onChange: () => undefined,
    log: silentLogger,
  });
  const chats = await storage.chats();
  for (const text of texts) chats.add(chats.create().id, { role: 'user', text, state: 'complete' });
  await storage.setPassphrase(passphrase, undefined);
  await storage.dispose();
}

/** Writes a chat of so many messages into a profile, under a passphrase, as the app would have. */
export async function seedLongChat(profile: string, passphrase: string, length: number): Promise<void> {
  const storage = createStorage({
    dataDir: join(profile, 'data'),
    isKept: true,
    onChange: () => undefined,
    log: silentLogger,
  });
  const chats = await storage.chats();
  const { id } = chats.create();
  for (let i = 0; i < length; i += 1) {
    const role = i % 2 === 0 ? 'user' : 'assistant';
    const text = role === 'user' ? `Question ${i}?` : `Answer ${i}, with **some** words.\n\n- one\n- two`;
    chats.add(id, { role, text, state: 'complete' });
  }
  // In memory until now: the passphrase takes it to the disk.
  await storage.setPassphrase(passphrase, undefined);
  await storage.dispose();
}
