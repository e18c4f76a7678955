import type { Command } from 'commander';
import { type JsonFlag, withKept } from './run-command.ts';

/** `sotto chats …`, `sotto passphrase`, `sotto lock`, `sotto backup` and `sotto restore` */
export function addKeptCommands(program: Command): void {
  addChatCommands(program.command('chats').description('the chats that are kept on this machine'));
  const load = () => import('./commands/keeping.ts');
  program
    .command('passphrase')
    .description('set the passphrase that opens chats and recordings, or another one')
    .option('--json')
    .action((flags: JsonFlag) =>
      withKept(flags, async ({ client, json }) => (await load()).changePassphrase(client, json)),
    );
  program
    .command('lock')
    .description('lock the window that is open: its page is emptied and its key dropped')
    .option('--json')
    .action((flags: JsonFlag) =>
      withKept(flags, async ({ client, json }) => (await load()).lock(client, json)),
    );
  program
    .command('backup')
    .description('copy the saved chats, encrypted as they are')
    .option('--list', 'name the copies that there are instead')
    .option('--json')
    .action((flags: JsonFlag & { list?: boolean }) =>
      withKept(flags, async ({ client, json }) => {
        const { backUp, listBackups } = await load();
        return flags.list === true ? listBackups(client, json) : backUp(client, json);
      }),
    );
  program
    .command('restore')
    .argument('[name]', 'of a backup; by default the newest')
    .description('put a backup in the place of the saved chats')
    .option('--json')
    .action((name: string | undefined, flags: JsonFlag) =>
      withKept(flags, async ({ client, json }) => (await load()).restore(client, name, json)),
    );
}

function addChatCommands(chats: Command): void {
  const load = () => import('./commands/chats.ts');
  chats
    .command('list')
    .description('every chat, the one used last first')
    .option('--json')
    .action((flags: JsonFlag) =>
      withKept(flags, async ({ client, json }) => (await load()).listChats(client, json)),
    );
  chats
    .command('search')
    .argument('<text>', 'words, or their beginnings')
    .description('find messages')
    .option('--json')
    .action((text: string, flags: JsonFlag) =>
      withKept(flags, async ({ client, json }) => (await load()).searchChats(client, text, json)),
    );
  chats
    .command('show')
    .argument('<id>')
    .description('print a chat')
    .option('--json')
    .action((id: string, flags: JsonFlag) =>
      withKept(flags, async ({ client, json }) => (await load()).showChat(client, id, json)),
    );
  chats
    .command('export')
    .argument('<file>')
    .description('write all chats, or one, to a file')
    .option('--id <id>', 'this chat only')
    .option('--format <name>', 'md, json or html; by default as the file is called')
    .option('--json')
    .action((path: string, flags: JsonFlag & { id?: string; format?: string }) =>
      withKept(flags, async ({ client }) => (await load()).exportToFile(client, path, flags)),
    );
  chats
    .command('import')
    .argument('<file>')
    .description('take the JSON export of ChatGPT, Open WebUI, LM Studio or Sotto')
    .option('--json')
    .action((path: string, flags: JsonFlag) =>
      withKept(flags, async ({ client, json }) => (await load()).importFile(client, path, json)),
    );
  chats
    .command('rm')
    .argument('<id>')
    .description('delete a chat for good, also in the backups')
    .option('--json')
    .action((id: string, flags: JsonFlag) =>
      withKept(flags, async ({ client, json }) => (await load()).removeChat(client, id, json)),
    );
}
