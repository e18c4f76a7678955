import { createInterface } from 'node:readline/promises';
import { type AnswerSettings, answerSettingsSchema } from '../../contract/chat.ts';
import { checkParameters } from '../../core/check-parameters.ts';
import { AppError, toErrorInfo } from '../../core/errors.ts';
import { type AnswerOptions, answerOnce } from '../answer.ts';
import type { Client } from '../client.ts';
import { EXIT } from '../exit-status.ts';
import { note, reportFailure } from '../output.ts';
import { readAll, readLines, readTextFile } from '../read-input.ts';
import { readPictures } from '../read-pictures.ts';
import { toNumber } from '../to-number.ts';
import { openKept } from './keeping.ts';

/** Options as the user wrote them: numbers are still text. */
export interface ChatFlags {
  model?: string;
  system?: string;
  /** Files with the question and with how the model should behave. */
  promptFile?: string;
  systemFile?: string;
  maxTokens?: string;
  temperature?: string;
  topK?: string;
  topP?: string;
  seed?: string;
  backend?: string;
  threads?: string;
  /** Files of pictures. */
  image?: string[];
  json?: boolean;
  lines?: boolean;
  /** A saved chat to go on with. */
  continue?: string;
}

/** Runs `sotto chat`: one prompt, standard input, or a loop on a terminal. Returns the exit status. */
export async function runChat(
  client: Client,
  written: string | undefined,
  given: ChatFlags,
): Promise<number> {
  const json = given.json === true;
  try {
    const { promptFile, systemFile } = given;
    const prompt = promptFile === undefined ? written : await readTextFile(promptFile);
    const flags = systemFile === undefined ? given : { ...given, system: await readTextFile(systemFile) };
    const media = await readPictures(flags.image ?? []);
    const options: AnswerOptions = { settings: toSettings(flags), json, media };
    if (flags.continue !== undefined) await openKept(client);
    const { id } = await client.call('chat.open', flags.continue === undefined ? {} : { id: flags.continue });
    if (prompt !== undefined) return await answerOnce(client, id, prompt, options);
    if (flags.lines === true) return await answerLines(client, id, options);
    if (!process.stdin.isTTY) return await answerOnce(client, id, await readAll(process.stdin), options);
    return await converse(client, id, options);
  } catch (error) {
    return reportFailure(toErrorInfo(error), json);
  }
}

/** Every line is a question in one conversation; the first failure's status is returned at the end. */
async function answerLines(client: Client, chatId: string, options: AnswerOptions): Promise<number> {
  let result: number = EXIT.ok;
  for await (const line of readLines(process.stdin)) {
    const isRefused = line instanceof AppError;
    const status = isRefused
      ? reportFailure(line.toInfo(), options.json)
      : await answerOnce(client, chatId, line, options);
    if (status === EXIT.cancelled) return status;
    if (result === EXIT.ok) result = status;
  }
  return result;
}

async function converse(client: Client, first: string, options: AnswerOptions): Promise<number> {
  let chatId = first;
  note('Nothing you write here leaves this computer. /new starts over, /quit or Ctrl-D ends.');
  void client.call('engine.warm', undefined).catch(() => undefined);
  for (;;) {
    // A new reader each time: while an answer runs, Ctrl-C must reach the answer and not the line editor.
    const reader = createInterface({ input: process.stdin, output: process.stderr });
    const ended = new Promise<undefined>((resolve) => reader.once('close', () => resolve(undefined)));
    reader.once('SIGINT', () => reader.close());
    const line = (await Promise.race([reader.question('> '), ended]))?.trim();
    reader.close();
    if (line === undefined || line === '/quit') return EXIT.ok;
    if (line === '/new') chatId = (await client.call('chat.clear', undefined)).id;
    else if (line !== '') await answerOnce(client, chatId, line, options);
  }
}

function toSettings(flags: ChatFlags): AnswerSettings {
  const numbers = {
    maxTokens: flags.maxTokens,
    temperature: flags.temperature,
    topK: flags.topK,
    topP: flags.topP,
    seed: flags.seed,
    threads: flags.threads,
  };
  const given: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(numbers)) {
    if (text !== undefined) given[name] = toNumber(text);
  }
  if (flags.model !== undefined) given.modelId = flags.model;
  if (flags.system !== undefined) given.system = flags.system;
  if (flags.backend !== undefined) given.backend = flags.backend;
  return checkParameters(answerSettingsSchema, given);
}
