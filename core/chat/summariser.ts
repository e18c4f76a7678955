import type { ChatMessage, Summarise, SummaryEvent } from '../../contract/chat.ts';
import { estimateTokens } from '../../contract/estimate-tokens.ts';
import { saidIn } from '../../contract/thinking.ts';
import type { EnginePrompt } from '../engine/protocol.ts';
import { AppError, toErrorInfo } from '../errors.ts';
import type { ChatStore } from '../storage/chats/chat-store.ts';
import { openInSteps } from '../storage/chats/open-in-steps.ts';
import type { ModelChoice, ModelChooser, ReadyModel } from './model-choice.ts';
import { lastSummaryOf } from './prompt.ts';
import { writeText } from './write-text.ts';

/** Has the model write down in short what a long conversation began with, and keeps that in its place. */
export interface Summariser {
  /** Every outcome is an event. Aborting leaves the chat as it was. */
  summarise(input: Summarise, signal: AbortSignal): AsyncGenerator<SummaryEvent, void, void>;
}

/** Of the context: what stays as it was said, what is read at once, and how long the summary may be. */
const KEPT_SHARE = 0.25;
const PIECE_SHARE = 0.4;
const SUMMARY_SHARE = 0.15;
const MOST_SUMMARY_TOKENS = 400;
/** What is not taken at this length is not taken for its length. */
const LEAST_PIECE_TOKENS = 16;

export function createSummariser(chats: () => Promise<ChatStore>, chooser: ModelChooser): Summariser {
  async function* run({ chatId }: Summarise, signal: AbortSignal): AsyncGenerator<SummaryEvent, void, void> {
    const store = await chats();
    const chat = await openInSteps(store, chatId);
    if (chat.messages.at(-1)?.state === 'streaming') throw busy();
    const choice = await chooser.choose({}, chat.personaId);
    const limit = choice.request.contextTokens;
    const plan = planSummary(chat.messages, limit);
    if (plan === undefined) throw nothingToSummarise();
    const left = cut(plan.said, Math.floor(limit * PIECE_SHARE));
    let done = 0;
    yield { type: 'progress', done, total: left.length };
    const { ready } = await loaded(chooser.load(choice, signal));
    let summary = plan.before;
    for (let piece = left.shift(); piece !== undefined; piece = left.shift()) {
      try {
        const written = await writeText(ready, promptFor(summary, piece, choice), signal);
        summary = written === '' ? undefined : written;
        done += 1;
      } catch (error) {
        // How much a model can hold of a text was a guess.
        const size = estimateTokens(piece);
        if (!isTooLong(error) || size < LEAST_PIECE_TOKENS) throw error;
        left.unshift(...cut([piece], Math.ceil(size / 2)));
      }
      if (signal.aborted) return yield { type: 'stopped' };
      yield { type: 'progress', done, total: done + left.length };
    }
    if (summary === undefined) throw nothingToSummarise();
    // It may have been deleted meanwhile.
    const { messages } = await openInSteps(store, chatId);
    if (!messages.some(({ id }) => id === plan.messageId)) return yield { type: 'stopped' };
    store.update(chatId, plan.messageId, { summary });
    yield { type: 'done', messageId: plan.messageId, summary };
  }

  return {
    async *summarise(input, signal) {
      try {
        yield* run(input, signal);
      } catch (error) {
        yield signal.aborted ? { type: 'stopped' } : { type: 'failed', error: toErrorInfo(error) };
      }
    },
  };
}

/** How far a model is with loading says nothing here. */
async function loaded(loading: AsyncGenerator<unknown, ReadyModel, void>): Promise<ReadyModel> {
  let step = await loading.next();
  while (step.done !== true) step = await loading.next();
  return step.value;
}

interface SummaryPlan {
  /** What an earlier summary says. */
  before: string | undefined;
  /** What was said since then, up to that message. */
  said: string[];
  messageId: string;
}

/** Which messages are summed up: all but the last, as many of them as a quarter of the context holds. */
export function planSummary(messages: readonly ChatMessage[], limitTokens: number): SummaryPlan | undefined {
  const { from, summary } = lastSummaryOf(messages);
  const sizes = messages.map((message) => estimateTokens(saidIn(message)));
  let keptFrom = messages.length;
  let kept = 0;
  for (let at = messages.length - 1; at > from; at -= 1) {
    kept += sizes[at] ?? 0;
    const isFirst = keptFrom === messages.length;
    if (!isFirst && kept > limitTokens * KEPT_SHARE) break;
    if (messages[at]?.role === 'user') keptFrom = at;
  }
  const message = messages[keptFrom];
  if (message === undefined || keptFrom <= from) return undefined;
  const said = messages
    .slice(from, keptFrom)
    .map(({ role, text }) => ({ who: role === 'user' ? 'User' : 'Assistant', text: saidIn({ role, text }) }))
    .filter(({ text }) => text !== '')
    .map(({ who, text }) => `${who}: ${text}`);
  return said.length === 0 ? undefined : { before: summary, said, messageId: message.id };
}

/** Texts put together, and cut, so that every piece has about that many tokens at most. */
export function cut(texts: readonly string[], mostTokens: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const text of texts) {
    for (const part of split(text, mostTokens)) {
      if (piece !== '' && estimateTokens(`${piece}\n\n${part}`) > mostTokens) {
        pieces.push(piece);
        piece = '';
      }
      piece = piece === '' ? part : `${piece}\n\n${part}`;
    }
  }
  return piece === '' ? pieces : [...pieces, piece];
}

function split(text: string, mostTokens: number): string[] {
  const tokens = estimateTokens(text);
  if (tokens <= mostTokens) return [text];
  const middle = text.lastIndexOf(' ', text.length / 2);
  // Not between the two halves of a character.
  const at = middle > 0 ? middle : Math.floor(text.length / 2) + (isInPair(text) ? 1 : 0);
  return [...split(text.slice(0, at), mostTokens), ...split(text.slice(at).trimStart(), mostTokens)];
}

function isInPair(text: string): boolean {
  const code = text.charCodeAt(Math.floor(text.length / 2));
  return code >= 0xdc00 && code <= 0xdfff;
}

function promptFor(
  before: string | undefined,
  piece: string,
  { loadable, request }: ModelChoice,
): EnginePrompt {
  const maxTokens = Math.min(MOST_SUMMARY_TOKENS, Math.floor(request.contextTokens * SUMMARY_SHARE));
  const known = before === undefined ? '' : `Summary of what came before:\n${before}\n\n`;
  return {
    history: [],
    question: `${known}Conversation:\n${piece}\n\nSum this up in a few short sentences, in the language of the conversation. Keep names, numbers, decisions and open questions. Write the summary only.`,
    maxTokens,
    sampling: {
      temperature: 0,
      topK: 1,
      topP: 1,
      repetitionPenalty: loadable.model.defaultSampling.repetitionPenalty,
    },
  };
}

function isTooLong(error: unknown): boolean {
  return error instanceof AppError && error.code === 'CONTEXT_FULL';
}

function busy(): AppError {
  return new AppError('ENGINE_BUSY', 'An answer is still being written in this chat.', {
    hint: 'Stop it first.',
  });
}

function nothingToSummarise(): AppError {
  return new AppError('TEXT_EMPTY', 'There is nothing to sum up yet.', { hint: 'Write something first.' });
}
