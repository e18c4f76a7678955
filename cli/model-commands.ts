import type { Command } from 'commander';
import type { PreferenceFlags, SettingsFlags } from './commands/model-settings.ts';
import type { PackFlags } from './commands/models.ts';
import type { PullFlags } from './commands/pull.ts';
import type { JsonFlag, WithCore } from './run-command.ts';

function addSettingsCommands(models: Command, withCore: WithCore): void {
  const load = () => import('./commands/model-settings.ts');
  models
    .command('settings')
    .argument('[id]', 'by default the model that answers')
    .description('show what is set for a model, or set it')
    .option('--context <n>', 'at most this much context, in tokens: less takes less memory')
    .option('--threads <n>', 'processor threads')
    .option('--backend <name>', 'auto, cpu, gpu or npu')
    .option('--temperature <x>', '0 always takes the likeliest word')
    .option('--top-k <n>', 'choose among the n likeliest tokens')
    .option('--top-p <x>', 'choose among the likeliest tokens that share this probability')
    .option('--repetition-penalty <x>', '1 allows repetition')
    .option('--max-tokens <n>', 'longest answer, in tokens')
    .option('--system <text>', 'how the model should behave')
    .option('--preset <name>', 'take the values of a preset')
    .option('--save-preset <name>', 'keep what is set as a preset')
    .option('--remove-preset <name>', 'forget a preset of your own')
    .option('--reset', 'take everything back that was set')
    .option('--json')
    .action((id: string | undefined, flags: SettingsFlags) =>
      withCore(async (core) => (await load()).modelSettings(core, id, flags)),
    );
  models
    .command('config')
    .description('show what is set for all models, or set it; "default" takes a value back')
    .option('--hub <address>', 'a mirror of the hub')
    .option('--speed-limit <MB/s>', 'of downloads')
    .option('--idle-minutes <n>', 'a model that nobody asks gives its memory back after this time')
    .option('--json')
    .action((flags: PreferenceFlags) => withCore(async (core) => (await load()).preferences(core, flags)));
}

/** `sotto models …` and `sotto network …` */
export function addModelCommands(program: Command, withCore: WithCore): void {
  const models = program.command('models').description('find, fetch, verify and remove models');
  const load = () => import('./commands/models.ts');
  const loadPull = () => import('./commands/pull.ts');

  models
    .command('list')
    .description('what is on this machine, and what is on its way')
    .option('--json')
    .action(({ json }: JsonFlag) => withCore(async (core) => (await load()).listModels(core, json === true)));
  models
    .command('search')
    .argument('[text]', 'part of a name, a maker or a task')
    .description('what can be had; * marks what suits this machine')
    .option('--json')
    .action((text: string | undefined, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).searchModels(core, text ?? '', json === true)),
    );
  models
    .command('info')
    .argument('<id>')
    .description('everything that is known of a model')
    .option('--json')
    .action((id: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).showModel(core, id, json === true)),
    );
  for (const [name, description] of [
    ['pull', 'download a model; again after a stop, it goes on from there'],
    ['resume', 'go on with a download that was paused'],
  ] as const) {
    models
      .command(name)
      .argument('<id|owner/name>', 'of `sotto models search`, or a repository of the hub')
      .description(description)
      .option('--accept-licence', 'you have read the licence and accept it')
      .option('--accept-unknown-hash', 'take a file that the hub gives no hash for, and keep its hash')
      .option('--replace-hash', 'take another file than the one that was first downloaded')
      .option('--json', 'one event a line')
      .action((id: string, flags: PullFlags) =>
        withCore(async (core) => (await loadPull()).pullModel(core, id, flags)),
      );
  }
  models
    .command('pause')
    .argument('<id>')
    .description('stop a download and keep what came')
    .option('--json')
    .action((id: string, { json }: JsonFlag) =>
      withCore(async (core) => (await loadPull()).pauseModel(core, id, json === true)),
    );
  models
    .command('rm')
    .argument('<id>')
    .description('delete a model, or a download that is not finished')
    .option('--json')
    .action((id: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).removeModel(core, id, json === true)),
    );
  models
    .command('import')
    .argument('<path>', 'a .litertlm or .tflite file, or a folder of them')
    .description('take a model file, or those of a folder, into the library')
    .option('--link', 'leave the file where it is')
    .option('--json')
    .action((path: string, { link, json }: JsonFlag & { link?: boolean }) =>
      withCore(async (core) => (await load()).importModelFile(core, path, link === true, json === true)),
    );
  models
    .command('forget')
    .argument('<owner/name>')
    .description('offer a repository that was added no more; what was fetched of it stays')
    .option('--json')
    .action((repo: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).forgetRepo(core, repo, json === true)),
    );
  addSettingsCommands(models, withCore);
  models
    .command('folder')
    .argument('[path]', 'where to move them')
    .description('where models are kept; with a path, moves all of them there')
    .option('--json')
    .action((to: string | undefined, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).modelsFolder(core, to, json === true)),
    );
  models
    .command('bench')
    .argument('[id]', 'by default the model that answers')
    .description('try a model on every device of this machine; what is found is used from then on')
    .option('--json')
    .action((id: string | undefined, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).benchModel(core, id, json === true)),
    );
  models
    .command('export-pack')
    .argument('<id>')
    .argument('<folder>', 'where to put the pack')
    .description('a folder with the model, its hash and its licence, for machines without a network')
    .option('--json')
    .action((id: string, into: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).exportModelPack(core, id, into, json === true)),
    );
  models
    .command('import-pack')
    .argument('<folder>')
    .description('take a pack into the library, once its hash has been checked')
    .option('--replace-hash', 'take another file than the one that was first imported')
    .option('--json')
    .action((dir: string, flags: PackFlags) =>
      withCore(async (core) => (await load()).importModelPack(core, dir, flags)),
    );
  models
    .command('use')
    .argument('<id>')
    .description('answer, or hear, with this model from now on')
    .option('--json')
    .action((id: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).chooseModel(core, id, json === true)),
    );
  models
    .command('verify')
    .argument('[id]')
    .description('hash model files and compare')
    .option('--json')
    .action((id: string | undefined, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).verifyModels(core, id, json === true)),
    );
  models
    .command('repair')
    .argument('<id>')
    .description('fetch what is damaged of a model')
    .option('--json', 'one event a line')
    .action((id: string, { json }: JsonFlag) =>
      withCore(async (core) => (await loadPull()).repairModel(core, id, json === true)),
    );
  program
    .command('network')
    .argument('<on|off>')
    .description('off: nothing is fetched, whatever is asked for')
    .option('--json')
    .action((state: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).setNetwork(core, state !== 'off', json === true)),
    );
}
