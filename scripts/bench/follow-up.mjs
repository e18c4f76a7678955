/**
 * The delay of a follow-up question beside that of the same question alone: what was read of the conversation before must
 * not be read again.
 *
 *   npm run bench -- follow-up [--json] [--runs 5]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCore } from '../../core/create-core.ts';
import { forkEngine } from '../../core/engine/fork-engine.ts';
import { silentLogger } from '../../core/logger.ts';
import { log } from '../lib/log.mjs';
import { root } from '../lib/paths.mjs';
import { median } from './statistics.mjs';
import { fixed, table } from './table.mjs';

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, runs: { type: 'string', default: '5' } },
});
const runs = Number(values.runs);
const LONG = `Here is a text. ${'The river was wide and slow, and nobody knew where it came from. '.repeat(40)}What is it about?`;
const SHORT = 'And who is in it? Answer in one sentence, please.';

const dir = await mkdtemp(join(tmpdir(), 'sotto-follow-up-'));
const core = createCore({
  version: '0.0.0',
  electron: undefined,
  nativeDir: join(root, 'native'),
  builtInModelsDir: join(root, 'models', 'builtin'),
  cacheDir: dir,
  dataDir: dir,
  hashWorker: join(root, 'out', 'main', 'hash-worker.cjs'),
  launchEngine: () => forkEngine(join(root, 'out', 'main', 'engine-process.cjs')),
  log: silentLogger,
  broadcast: () => undefined,
});

/** The engine's own figures of an answer. */
async function ask(chatId, text) {
  const settings = { temperature: 0, maxTokens: 24 };
  const events = core.chat.send(
    { chatId, action: { type: 'ask', text }, settings },
    new AbortController().signal,
  );
  for await (const event of events) {
    if (event.type === 'failed') throw new Error(event.error.message);
    if (event.type === 'done') return event.stats;
  }
  throw new Error('no end');
}
const newChat = async () => (await core.chat.clear()).id;

await ask(await newChat(), SHORT);
const rounds = [];
for (let i = 0; i < runs; i += 1) {
  const alone = await ask(await newChat(), SHORT);
  const chat = await newChat();
  const first = await ask(chat, LONG);
  const followUp = await ask(chat, SHORT);
  rounds.push({ alone, first, followUp });
}
await core.dispose();
await rm(dir, { recursive: true, force: true });

const of = (name, figure) => median(rounds.map((round) => round[name][figure]));
const result = Object.fromEntries(
  ['alone', 'first', 'followUp'].map((name) => [
    name,
    { promptTokens: of(name, 'promptTokens'), ttftMs: of(name, 'ttftMs') },
  ]),
);
result.ratio = median(rounds.map(({ alone, followUp }) => followUp.ttftMs / alone.ttftMs));
if (values.json === true) process.stdout.write(`${JSON.stringify(result)}\n`);
const row = (name, words) => [words, String(result[name].promptTokens), fixed(result[name].ttftMs, 0)];
log(
  table(
    ['question', 'tokens read', 'first word after, ms'],
    [row('first', 'the long first one'), row('followUp', 'the follow-up'), row('alone', 'the same alone')],
  ),
);
log(`the follow-up takes ${fixed(result.ratio, 2)} times as long as the same question alone (goal 1.2)`);
