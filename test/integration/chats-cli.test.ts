import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withTempDir } from '../support/models.ts';
import { parseEvents, runCli } from '../support/run-cli.ts';
import { seedLongChat } from '../support/seed-chats.ts';
import { TINY_GEMMA } from '../support/tiny-gemma.ts';

const PASSPHRASE = 'four words by heart';

describe('sotto chats', () => {
  it('lists, finds, shows, goes on with, exports, backs up, removes and restores', async () => {
    await withTempDir(async (dir) => {
      await seedLongChat(dir, PASSPHRASE, 6);
      const sotto = (...args: string[]) =>
        runCli(args, { env: { SOTTO_DATA_DIR: join(dir, 'data'), SOTTO_PASSPHRASE: PASSPHRASE } });
      const json = async (...args: string[]) => JSON.parse((await sotto(...args, '--json')).stdout);

      const [chat] = await json('chats', 'list');
      expect(chat).toMatchObject({ title: 'Question 0?', isPinned: false });
      expect(await json('chats', 'search', 'answer 3')).toMatchObject([
        { chatId: chat.id, role: 'assistant' },
      ]);
      expect((await sotto('chats', 'show', chat.id)).stdout).toContain(
        '# Question 0?\n\n**You**\n\nQuestion 0?',
      );

      const asked = await sotto(
        ...['chat', '--continue', chat.id, '--model', TINY_GEMMA, '--temperature', '0', '--json'],
        'What is Sotto?',
      );
      expect(parseEvents(asked.stdout).at(-1)).toMatchObject({ type: 'done' });
      const { messages } = await json('chats', 'show', chat.id);
      expect(messages.map(({ text }: { text: string }) => text).slice(6)).toEqual([
        'What is Sotto?',
        expect.stringMatching(/\S/),
      ]);

      const file = join(dir, 'all.html');
      await sotto('chats', 'export', file);
      const html = await readFile(file, 'utf8');
      expect(html).toContain('Question 4?');
      expect(html).toContain('**some**');
      expect((await sotto('chats', 'export', join(dir, 'all.exe'))).status).toBe(2);

      const own = join(dir, 'all.json');
      await sotto('chats', 'export', own);
      const { ids } = await json('chats', 'import', own);
      expect(await json('chats', 'list')).toHaveLength(2);
      await sotto('chats', 'rm', ids[0]);
      const bad = await sotto('chats', 'import', file, '--json');
      expect(bad.status).toBe(10);
      expect(JSON.parse(bad.stdout)).toMatchObject({ error: { code: 'IMPORT_FORMAT' } });

      const { name } = await json('backup');
      expect(await json('backup', '--list')).toEqual([{ name, at: expect.any(Number) }]);
      await sotto('chats', 'rm', chat.id);
      expect(await json('chats', 'list')).toEqual([]);
      // Deleted is deleted: the backup does not bring it back.
      await sotto('restore', name);
      expect(await json('chats', 'list')).toEqual([]);
    });
  });

  it('says what is wanted: a passphrase, the right one, or chats at all', async () => {
    await withTempDir(async (dir) => {
      const list = (env: NodeJS.ProcessEnv) =>
        runCli(['chats', 'list', '--json'], { env: { SOTTO_DATA_DIR: join(dir, 'data'), ...env } });
      const codeOf = async (env: NodeJS.ProcessEnv) => {
        const { stdout, status } = await list(env);
        return { code: JSON.parse(stdout).error.code, status };
      };
      expect(await codeOf({})).toEqual({ code: 'DB_UNAVAILABLE', status: 10 });
      await seedLongChat(dir, PASSPHRASE, 2);
      expect(await codeOf({})).toEqual({ code: 'STORAGE_LOCKED', status: 10 });
      expect(await codeOf({ SOTTO_PASSPHRASE: 'another' })).toEqual({ code: 'AUTH_WRONG', status: 10 });
    });
  });
});
