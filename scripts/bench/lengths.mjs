/**
 * Speed of model files by length of context, beside llama.cpp on the weights they were made from, in turn:
 * `npm run bench -- lengths FILE… --gguf FILE [--rounds 3] [--words 195 …] [--json]`. Without files: the built-in model and its
 * GGUF. --words takes some of the lengths only: each is a measurement of its own.
 */
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { countPhysicalCores } from '../../core/system/physical-cores.ts';
import { log } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { fileContender, llamaContender, modelDir } from './contenders.mjs';
import { median } from './statistics.mjs';
import { fixed, table } from './table.mjs';

/** Words read and tokens written; a word of the text is some 1.3 tokens. */
const SHAPES = [
  { words: 45, tokens: 64 },
  { words: 195, tokens: 128 },
  { words: 1230, tokens: 64 },
];
const CONTEXT_TOKENS = 2048;
const LLAMA = 'llama.cpp';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    gguf: { type: 'string' },
    rounds: { type: 'string' },
    words: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  },
});
const rounds = Number(values.rounds ?? 3);
const shapes = SHAPES.filter(
  ({ words }) => values.words === undefined || values.words.includes(String(words)),
);
const threads = countPhysicalCores();

// Without a penalty both repeat themselves, and neither ends early.
const addon = (path) => fileContender(basename(path), path, threads, CONTEXT_TOKENS, 1);
const gguf = values.gguf === undefined ? undefined : resolve(values.gguf);
const llama = llamaContender(LLAMA, threads, CONTEXT_TOKENS, 1, gguf);

async function builtIn() {
  const { file } = JSON.parse(await readFile(join(modelDir, 'manifest.json'), 'utf8'));
  return join(modelDir, file);
}

const files = positionals.length > 0 ? positionals.map((path) => resolve(path)) : [await builtIn()];
const text = (await readFile(join(root, 'models', 'recipes', 'heldout.txt'), 'utf8'))
  .replace(/<\|[^|]*\|>|=====/g, ' ')
  .split(/\s+/);
const promptOf = (words) => Array.from({ length: words }, (_, i) => text[i % text.length]).join(' ');

/** Those that run at all. */
async function start() {
  const contenders = [];
  for (const contender of [...files.map(addon), llama]) {
    log(`Starting ${contender.name} …`);
    try {
      await contender.start();
      await contender.run(promptOf(20), 8);
      contenders.push(contender);
    } catch (error) {
      log(`${contender.name} is left out: ${error.message}`);
      await contender.stop();
    }
  }
  return contenders;
}

const rows = [];
// New engines for every length: a context that has grown stays so, and makes what comes after it slower.
for (const { words, tokens } of shapes) {
  const contenders = await start();
  for (let round = 0; round < rounds; round += 1) {
    log(`${words} words, round ${round + 1} of ${rounds} …`);
    for (const contender of contenders) {
      const figures = await contender.run(promptOf(words), tokens);
      rows.push({ name: contender.name, words, ...figures });
    }
  }
  for (const contender of contenders) await contender.stop();
}
const names = [...new Set(rows.map(({ name }) => name))];

const of = (name, words, metric) =>
  median(rows.filter((row) => row.name === name && row.words === words).map((row) => row[metric]));
const result = shapes.flatMap(({ words }) =>
  names.map((name) => ({
    name,
    promptTokens: of(name, words, 'promptTokens'),
    tokens: of(name, words, 'tokens'),
    prefillTokensPerSecond: of(name, words, 'prefillTokensPerSecond'),
    decodeTokensPerSecond: of(name, words, 'decodeTokensPerSecond'),
    prefillRatio: of(name, words, 'prefillTokensPerSecond') / of(LLAMA, words, 'prefillTokensPerSecond'),
    decodeRatio: of(name, words, 'decodeTokensPerSecond') / of(LLAMA, words, 'decodeTokensPerSecond'),
  })),
);
log(
  table(
    [
      '',
      'prompt + answer',
      'prefill tokens/s',
      'decode tokens/s',
      'prefill / llama.cpp',
      'decode / llama.cpp',
    ],
    result.map((row) => [
      row.name,
      `${row.promptTokens} + ${row.tokens}`,
      fixed(row.prefillTokensPerSecond, 0),
      fixed(row.decodeTokensPerSecond, 1),
      fixed(row.prefillRatio, 2),
      fixed(row.decodeRatio, 2),
    ]),
  ),
);
if (values.json) process.stdout.write(`${JSON.stringify({ threads, rounds, rows: result })}\n`);
