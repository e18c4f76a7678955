/** The terminal host: `sotto`. One file a command; this one only says what there is. */
import { Command } from 'commander';
import { toErrorInfo } from '../core/errors.ts';
import { createRouter } from '../core/router.ts';
import { addBenchCommands } from './bench-commands.ts';
import { createClient } from './client.ts';
import { type ChatFlags, runChat } from './commands/chat.ts';
import { runDoctor } from './commands/doctor.ts';
import type { RecordFlags } from './commands/record.ts';
import type { TranscribeFlags } from './commands/transcribe.ts';
import { EXIT } from './exit-status.ts';
import { addKeptCommands } from './kept-commands.ts';
import { addModelCommands } from './model-commands.ts';
import { ask, print, reportFailure } from './output.ts';
import { type JsonFlag, withCore, withKept } from './run-command.ts';
import { readVersion } from './terminal-core.ts';

// One sentence and a code, whatever happens: a stack trace helps nobody, and shows paths.
process.on('uncaughtException', (error) => {
  if (process.env.SOTTO_VERBOSE === '1') ask(`${error.stack ?? error.message}\n`);
  process.exit(reportFailure(toErrorInfo(error), process.argv.includes('--json')));
});
// Node's own warnings are for whoever writes programs.
process.removeAllListeners('warning');

/** What every command that transcribes can be told. */
function addSpeechOptions(command: Command, output: string): Command {
  return command
    .option('--model <id|path>', 'a speech model of `sotto models list`, or the path of one')
    .option('--language <code>', 'the language that is spoken, such as en or de; found by itself')
    .option('--translate', 'write English whatever is spoken')
    .option('--format <name>', 'txt, srt, vtt, json or docx')
    .option('--output <path>', output)
    .option('--words', 'find the time of every word')
    .option('--speakers <n|auto>', 'tell people apart by their voices: how many, or auto')
    .option('--prompt <text>', 'names and words to expect')
    .option('--prompt-file <path>', 'the same, in a file')
    .option('--threads <n>', 'processor threads; by default one a physical core')
    .option('--json', 'one event a line');
}

const program = new Command('sotto')
  .description('Private AI on your own machine.')
  .version(readVersion(), '--version')
  // An option is that of the command before it: `bench` and `bench list` both have --json.
  .enablePositionalOptions()
  .configureOutput({ writeOut: print, writeErr: ask })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.usage))
  .addHelpText(
    'after',
    `
Examples:
  sotto chat "What is the capital of France?"
  sotto chat --json --temperature 0 "Name three rivers."
  sotto chat --system "Answer in one sentence." < question.txt
  sotto transcribe interview.mp3 --format srt --output interview.srt
  sotto record --seconds 60 --transcribe
  sotto models search gemma
  sotto models pull gemma3-1b-it-int4
  sotto bench --prompts 64,256 --output speed.md
  sotto doctor

What is on a command line can be read by every program of this machine, and stays in your shell's history: give what is
private in a file (--prompt-file, --system-file) or on standard input.

Exit status: 0 done, 1 unexpected, 2 wrong use, 3 text refused, 4 model, 5 machine or runtime,
6 engine, 7 conversation too long, 8 audio, 9 network or hub, 10 saved chats, 130 stopped with Ctrl-C.`,
  );

program
  .command('chat')
  .description('answer a prompt, standard input, or (on a terminal) a conversation')
  .argument('[prompt]', 'the question; without it, standard input or a conversation')
  .option('--model <id|path>', 'a model of `sotto models list`, or a .litertlm file')
  .option('--system <text>', 'how the model should behave')
  .option('--prompt-file <path>', 'the question, in a file')
  .option('--system-file <path>', 'how the model should behave, in a file')
  .option('--max-tokens <n>', 'longest answer, in tokens')
  .option('--temperature <x>', '0 always takes the likeliest word')
  .option('--top-k <n>', 'choose among the n likeliest tokens')
  .option('--top-p <x>', 'choose among the likeliest tokens that share this probability')
  .option('--seed <n>', 'makes a choice repeatable')
  .option('--backend <name>', 'auto, cpu, gpu or npu')
  .option('--threads <n>', 'processor threads; by default one a physical core')
  .option('--image <file...>', 'PNG or JPEG pictures that go along with the first question')
  .option('--json', 'one event a line')
  .option('--lines', 'every line of standard input is a question')
  .option('--continue <id>', 'go on with a chat of `sotto chats list`; what is said is kept there')
  .action((prompt: string | undefined, flags: ChatFlags) =>
    flags.continue === undefined
      ? withCore((core) => runChat(createClient(createRouter(core), false), prompt, flags))
      : withKept(flags, ({ client }) => runChat(client, prompt, flags)),
  );

const transcribe = program
  .command('transcribe')
  .description('write down what is said in sound files')
  .argument('<file...>', 'WAV, MP3, FLAC, OGG, Opus or WebM files; the app also reads M4A, MP4 and MKV');
addSpeechOptions(transcribe, 'write to a file, or with several files to a folder').action(
  (files: string[], flags: TranscribeFlags) =>
    withCore(async (core) => {
      // Exporters and decoders are large: read only by whoever needs them.
      const { runTranscribe } = await import('./commands/transcribe.ts');
      return runTranscribe(core, files, flags);
    }),
);

const record = program
  .command('record')
  .description('record from a microphone of this machine')
  .option('--seconds <n>', 'stop after this time; by default at Ctrl-C')
  .option('--device <name|number>', 'one of --devices')
  .option('--devices', 'list the microphones')
  .option('--title <text>', 'what the recording is called')
  .option('--captions', 'print what is said while it is said')
  .option('--transcribe', 'transcribe it when it ends; takes the options of `transcribe`');
addSpeechOptions(record, 'write the transcript to a file, or to one that ends in .wav the sound').action(
  (flags: RecordFlags) =>
    withKept(flags, async (kept) => {
      const { runRecord } = await import('./commands/record.ts');
      return runRecord(kept, flags);
    }),
);

const recordings = program.command('recordings').description('the recordings on this machine');
const loadRecordings = () => import('./commands/recordings.ts');
recordings
  .command('list')
  .option('--json')
  .action((flags: JsonFlag) =>
    withKept(flags, async ({ client, json }) => (await loadRecordings()).listRecordings(client, json)),
  );
addSpeechOptions(recordings.command('transcribe').argument('<id>'), 'write to a file').action(
  (id: string, flags: TranscribeFlags) =>
    withKept(flags, async ({ client }) => (await loadRecordings()).transcribeRecording(client, id, flags)),
);
recordings
  .command('export')
  .argument('<id>')
  .argument('<file>', 'where to write the WAV file')
  .option('--json')
  .action((id: string, file: string, flags: JsonFlag) =>
    withKept(flags, async ({ client, json }) =>
      (await loadRecordings()).exportRecording(client, id, file, json),
    ),
  );
recordings
  .command('rm')
  .argument('<id>')
  .description('delete a recording and its transcripts for good')
  .option('--json')
  .action((id: string, flags: JsonFlag) =>
    withKept(flags, async ({ client, json }) => (await loadRecordings()).removeRecording(client, id, json)),
  );

addKeptCommands(program);
addModelCommands(program, withCore);
addBenchCommands(program, withCore);

program
  .command('doctor')
  .description('what this machine is and what can run on it')
  .option('--json')
  .action(({ json }: JsonFlag) => withCore((core) => runDoctor(core, json === true)));

void program.parseAsync();
