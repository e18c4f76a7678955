import { join } from 'node:path';
import { chatOf, expect, expectState, test } from '../support/desktop.ts';
import { PASSPHRASE, setPassphrase, unlock } from '../support/passphrase.ts';
import { parseEvents, runCli } from '../support/run-cli.ts';
import { useTinyGemma } from '../support/tiny-gemma.ts';

test('the terminal talks to the core of the open window, which shows what it does and keeps its lock', async ({
  launch,
  profile,
}) => {
  const env = {
    SOTTO_DATA_DIR: join(profile, 'data'),
    SOTTO_CACHE_DIR: join(profile, 'cache'),
    SOTTO_PASSPHRASE: PASSPHRASE,
  };
  const sotto = (...args: string[]) => runCli(args, { env });
  const json = async (...args: string[]) => JSON.parse((await sotto(...args, '--json')).stdout);

  await useTinyGemma(profile);
  const { app, page } = await launch();
  const chat = chatOf(page);
  await chat.ask('What is Sotto?');
  await expectState(page, 0, 'complete');
  expect(await json('chats', 'list')).toMatchObject({ error: { code: 'DB_UNAVAILABLE' } });
  expect(await json('lock')).toMatchObject({ error: { code: 'PASSPHRASE_NEEDED' } });
  // Set from the terminal, it holds for the window.
  expect((await sotto('passphrase')).status).toBe(0);
  await expect(page.getByTestId('storage')).toHaveAttribute('data-state', 'open');

  const [written] = await json('chats', 'list');
  expect(written).toMatchObject({ title: 'What is Sotto?' });
  expect(await json('chats', 'search', 'Sotto is private')).toMatchObject([{ chatId: written.id }]);

  // An answer that the terminal asked for is in the window, in the chat that is shown.
  const asked = await sotto('chat', '--continue', written.id, '--temperature', '0', '--json', 'Who are you?');
  expect(parseEvents(asked.stdout).at(-1)).toMatchObject({ type: 'done' });
  await expect(chat.answers).toHaveCount(2);
  await expect(chat.answers.last()).toContainText('I am a tiny test model of Sotto.');

  const file = join(profile, 'all.json');
  expect((await sotto('chats', 'export', file)).status).toBe(0);
  const { ids } = await json('chats', 'import', file);
  await expect(page.getByTestId('chat-item')).toHaveCount(2);
  expect((await sotto('chats', 'rm', ids[0])).status).toBe(0);
  await expect(page.getByTestId('chat-item')).toHaveCount(1);
  const { name } = await json('backup');
  expect(await json('backup', '--list')).toMatchObject([{ name }]);
  expect((await sotto('restore', name)).status).toBe(0);
  await expect(chat.answers).toHaveCount(2);

  // Locked from the terminal; unlocked only by whoever sits before the window.
  expect((await sotto('lock')).status).toBe(0);
  await expect(page.getByTestId('lock-screen')).toBeVisible();
  expect(await page.content()).not.toContain('private AI');
  for (const command of [['chats', 'list'], ['backup'], ['recordings', 'list']]) {
    expect(await json(...command)).toMatchObject({ error: { code: 'STORAGE_LOCKED' } });
  }
  await expect(page.getByTestId('lock-screen')).toBeVisible();
  await unlock(page);
  await expect(chat.answers).toHaveCount(2);

  // The chat that is shown goes from under the window.
  expect((await sotto('chats', 'rm', written.id)).status).toBe(0);
  await expect(page.getByTestId('chat-item')).toHaveCount(0);
  await expect(chat.answers).toHaveCount(0);
  await app.close();
  // Without a window the terminal opens them itself.
  expect(await json('chats', 'list')).toEqual([]);
  expect((await sotto('lock')).stderr).toContain('not open');
});

test('a window that is open goes on when its terminal is killed, and a terminal when its window is', async ({
  launch,
  profile,
}) => {
  const env = { SOTTO_DATA_DIR: join(profile, 'data'), SOTTO_CACHE_DIR: join(profile, 'cache') };
  await useTinyGemma(profile);
  const { app, page } = await launch();
  const chat = chatOf(page);
  await setPassphrase(page);
  await chat.ask('What is Sotto?');
  await expectState(page, 0, 'complete');
  const { stdout } = await runCli(['chats', 'list', '--json'], { env });
  const [{ id }] = JSON.parse(stdout);
  const long = 'What is INT4? '.repeat(40);
  const killed = await runCli(['chat', '--continue', id, '--json', long], {
    env,
    onStart: (child) => child.stdout?.once('data', () => child.kill('SIGKILL')),
  });
  expect(killed.status).not.toBe(0);
  await page.getByTestId('new-chat').click();
  await chat.ask('Who are you?');
  await expect(chat.texts.last()).toContainText('I am a tiny test model of Sotto.');

  const left = await runCli(['chat', '--continue', id, '--json', long], {
    env,
    onStart: (child) => child.stdout?.once('data', () => app.process().kill('SIGKILL')),
  });
  // Told at once, or ended just before.
  expect(parseEvents(left.stdout).at(-1)?.type).toMatch(/failed|done/);
});
