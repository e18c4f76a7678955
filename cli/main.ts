/** The terminal host: `sotto`. One file a command; this one only says what there is. */
import { Command } from 'commander';
import type { Core } from '../core/create-core.ts';
import { type ChatFlags, runChat } from './commands/chat.ts';
import { runDoctor } from './commands/doctor.ts';
import { listModels, verifyModels } from './commands/models.ts';
import { EXIT } from './exit-status.ts';
import { createTerminalCore, readVersion } from './terminal-core.ts';

/** Runs a command on a core of its own and leaves with its exit status. */
async function withCore(run: (core: Core) => Promise<number>): Promise<void> {
  const core = createTerminalCore();
  const status = await run(core);
  await core.dispose();
  process.exitCode = status;
  // A pipe that nobody closes (a terminal's standard input) must not keep the program alive.
  process.stdin.destroy();
}

const program = new Command('sotto')
  .description('Private AI on your own machine.')
  .version(readVersion(), '--version')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage))
  .addHelpText(
    'after',
    `
Examples:
  sotto chat "What is the capital of France?"
  sotto chat --json --temperature 0 "Name three rivers."
  sotto chat --system "Answer in one sentence." < question.txt
  sotto models list
  sotto doctor

Exit status: 0 done, 1 unexpected, 2 wrong use, 3 text refused, 4 model, 5 machine or runtime,
6 engine, 7 conversation too long, 130 stopped with Ctrl-C.`,
  );

program
  .command('chat')
  .description('answer a prompt, standard input, or (on a terminal) a conversation')
  .argument('[prompt]', 'the question; without it, standard input or a conversation')
  .option('--model <id|path>', 'a model of `sotto models list`, or a .litertlm file')
  .option('--system <text>', 'how the model should behave')
  .option('--max-tokens <n>', 'longest answer, in tokens')
  .option('--temperature <x>', '0 always takes the likeliest word')
  .option('--top-k <n>', 'choose among the n likeliest tokens')
  .option('--top-p <x>', 'choose among the likeliest tokens that share this probability')
  .option('--seed <n>', 'makes a choice repeatable')
  .option('--backend <name>', 'auto, cpu, gpu or npu')
  .option('--threads <n>', 'processor threads; by default one a physical core')
  .option('--json', 'one event a line')
  .option('--lines', 'every line of standard input is a question')
  .action((prompt: string | undefined, flags: ChatFlags) => withCore((core) => runChat(core, prompt, flags)));

const models = program.command('models').description('the models on this machine');
models
  .command('list')
  .option('--json')
  .action(({ json }: { json?: boolean }) => withCore((core) => listModels(core, json === true)));
models
  .command('verify')
  .argument('[id]')
  .description('hash model files and compare')
  .option('--json')
  .action((id: string | undefined, { json }: { json?: boolean }) =>
    withCore((core) => verifyModels(core, id, json === true)),
  );

program
  .command('doctor')
  .description('what this machine is and what can run on it')
  .option('--json')
  .action(({ json }: { json?: boolean }) => withCore((core) => runDoctor(core, json === true)));

void program.parseAsync();
