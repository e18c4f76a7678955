import { join } from 'node:path';
import { silentLogger } from '../../core/logger.ts';
import { createStorage } from '../../core/storage/storage.ts';

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
