import type { Command } from 'commander';
import type { BenchFlags } from './commands/bench.ts';
import type { JsonFlag, WithCore } from './run-command.ts';

/** `sotto bench …` */
export function addBenchCommands(program: Command, withCore: WithCore): void {
  const load = () => import('./commands/bench.ts');
  const bench = program
    .command('bench')
    .argument('[models...]', 'ids or files of models that answer or hear; by default the one that answers')
    .description(
      'measure how fast models answer and hear on this machine; every combination of what is given',
    )
    .option('--devices <names>', 'cpu, gpu, npu, with commas between them (cpu)')
    .option('--threads <numbers>', 'of the processor; by default one a physical core')
    .option('--prompts <numbers>', 'tokens to read (64,256,1024)')
    .option('--tokens <n>', 'tokens to write (64)')
    .option('--seconds <numbers>', 'of speech to hear, 30 at most (5,30)')
    .option('--rounds <n>', 'answers to take the median of (5)')
    .option('--output <path>', 'write the result to a file that ends in .md or .json')
    .option('--json', 'one event a line')
    .action((models: string[], flags: BenchFlags) =>
      withCore(async (core) => (await load()).runBench(core, models, flags)),
    );
  bench
    .command('list')
    .description('what was measured, or imported, the newest first')
    .option('--json')
    .action(({ json }: JsonFlag) => withCore(async (core) => (await load()).listRuns(core, json === true)));
  bench
    .command('show')
    .argument('[ids...]', 'of `sotto bench list`; by default the newest')
    .description('print runs as tables')
    .action((ids: string[]) => withCore(async (core) => (await load()).showRuns(core, ids)));
  bench
    .command('export')
    .argument('<file>', 'ends in .md or .json')
    .argument('[ids...]', 'of `sotto bench list`; by default all')
    .description('write runs to a file')
    .option('--json')
    .action((path: string, ids: string[], { json }: JsonFlag) =>
      withCore(async (core) => (await load()).exportRuns(core, path, ids, json === true)),
    );
  bench
    .command('import')
    .argument('<file>', 'a .json file of `sotto bench export`, of this machine or another')
    .description('take runs in, to compare them')
    .option('--json')
    .action((path: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).importRuns(core, path, json === true)),
    );
  bench
    .command('rm')
    .argument('<id>', 'of `sotto bench list`')
    .description('delete a run')
    .option('--json')
    .action((id: string, { json }: JsonFlag) =>
      withCore(async (core) => (await load()).removeRun(core, id, json === true)),
    );
}
