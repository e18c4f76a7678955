import type { Command } from 'commander';
import type { Core } from '../core/create-core.ts';
import type { PullFlags } from './commands/pull.ts';

type WithCore = (run: (core: Core) => Promise<number>) => Promise<void>;
interface JsonFlag {
  json?: boolean;
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
    .argument('<file>', 'a .litertlm or .tflite file')
    .description('take a model file into the library')
    .option('--link', 'leave the file where it is')
    .option('--json')
    .action((path: string, { link, json }: JsonFlag & { link?: boolean }) =>
      withCore(async (core) => (await load()).importModelFile(core, path, link === true, json === true)),
    );
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
    .option('--json')
    .action((dir: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).importModelPack(core, dir, json === true)),
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
