import type { Command } from 'commander';
import type { Core } from '../core/create-core.ts';

type WithCore = (run: (core: Core) => Promise<number>, keepsChats?: boolean) => Promise<void>;
interface JsonFlag {
  json?: boolean;
}

/** `sotto chats …`, `sotto backup` and `sotto restore` */
export function addChatCommands(program: Command, withCore: WithCore): void {
  const load = () => import('./commands/chats.ts');
  const chats = program.command('chats').description('the chats that are kept on this machine');
  chats
    .command('list')
    .description('every chat, the one used last first')
    .option('--json')
    .action(({ json }: JsonFlag) =>
      withCore(async (core) => (await load()).listChats(core, json === true), true),
    );
  chats
    .command('search')
    .argument('<text>', 'words, or their beginnings')
    .description('find messages')
    .option('--json')
    .action((text: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).searchChats(core, text, json === true), true),
    );
  chats
    .command('show')
    .argument('<id>')
    .description('print a chat')
    .option('--json')
    .action((id: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).showChat(core, id, json === true), true),
    );
  chats
    .command('export')
    .argument('<file>')
    .description('write all chats, or one, to a file')
    .option('--id <id>', 'this chat only')
    .option('--format <name>', 'md, json or html; by default as the file is called')
    .option('--json')
    .action((path: string, flags: JsonFlag & { id?: string; format?: string }) =>
      withCore(async (core) => (await load()).exportToFile(core, path, flags), true),
    );
  chats
    .command('import')
    .argument('<file>')
    .description('take the JSON export of ChatGPT, Open WebUI, LM Studio or Sotto')
    .option('--json')
    .action((path: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).importFile(core, path, json === true), true),
    );
  chats
    .command('rm')
    .argument('<id>')
    .description('delete a chat for good, also in the backups')
    .option('--json')
    .action((id: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).removeChat(core, id, json === true), true),
    );
  program
    .command('passphrase')
    .description('set the passphrase that opens chats and recordings, or another one')
    .option('--json')
    .action(({ json }: JsonFlag) =>
      withCore(async (core) => (await load()).changePassphrase(core, json === true), true),
    );
  program
    .command('backup')
    .description('copy the saved chats, encrypted as they are')
    .option('--list', 'name the copies that there are instead')
    .option('--json')
    .action(({ json, list }: JsonFlag & { list?: boolean }) =>
      withCore(async (core) => {
        const { backUp, listBackups } = await load();
        return list === true ? listBackups(core, json === true) : backUp(core, json === true);
      }, true),
    );
  program
    .command('restore')
    .argument('[name]', 'of a backup; by default the newest')
    .description('put a backup in the place of the saved chats')
    .option('--json')
    .action((name: string | undefined, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).restore(core, name, json === true), true),
    );
}
