import type { ChatEngine, Conversation, Message } from '../../native/binding-types.ts';
import { AppError, assertNever, toErrorInfo } from '../errors.ts';
import { contextFull, fromNativeError } from './native-errors.ts';
import type { EngineEvent, EnginePrompt, EngineStats, Turn } from './protocol.ts';

/** Answers prompts on one engine and keeps the last conversation's KV cache for the next turn. */
export interface Answerer {
  answer(prompt: EnginePrompt, signal: AbortSignal): AsyncGenerator<EngineEvent, void, void>;
}

/** A conversation inside the engine and the turns that it has read so far. */
interface LiveConversation {
  setup: string;
  turns: Turn[];
  conversation: Conversation;
}

/** Turn marks and role names of chat templates take a few tokens for each message. */
const TOKENS_PER_TURN = 8;
/** Room that must be left for at least a short answer. */
const MIN_ANSWER_TOKENS = 8;

/** @param contextLimit tokens that prompt and answers may have together. */
export function createAnswerer(engine: ChatEngine, contextLimit: number): Answerer {
  let live: LiveConversation | undefined;

  /** The kept conversation when this prompt continues it, else a new one with the history to be read again. */
  const conversationFor = async (prompt: EnginePrompt): Promise<LiveConversation> => {
    const setup = JSON.stringify([prompt.system, prompt.sampling]);
    if (live !== undefined && live.setup === setup && sameTurns(live.turns, prompt.history)) return live;
    await live?.conversation.dispose();
    live = undefined;
    const conversation = await engine.createConversation({
      ...(prompt.system === undefined ? {} : { system: prompt.system }),
      history: prompt.history.map((turn) => toMessage(turn.role, turn.text)),
      sampler: {
        temperature: prompt.sampling.temperature,
        topK: prompt.sampling.topK,
        topP: prompt.sampling.topP,
        ...(prompt.sampling.seed === undefined ? {} : { seed: prompt.sampling.seed }),
      },
    });
    live = { setup, turns: [...prompt.history], conversation };
    return live;
  };

  /** Tokens in the context before the answer: what is there plus what the question adds. Close, not exact. */
  const neededTokens = (prompt: EnginePrompt, current: LiveConversation): number => {
    const known = current.conversation.tokenCount();
    const count = (text: string) => engine.tokenize(text).length + TOKENS_PER_TURN;
    const before =
      known > 0
        ? known
        : count(prompt.system ?? '') + current.turns.reduce((sum, turn) => sum + count(turn.text), 0);
    return before + count(prompt.question);
  };

  return {
    async *answer(prompt, signal) {
      const current = await conversationFor(prompt);
      const needed = neededTokens(prompt, current);
      if (needed + MIN_ANSWER_TOKENS > contextLimit) throw contextFull(needed, contextLimit);
      const maxTokens = Math.min(prompt.maxTokens, contextLimit - needed);
      const { conversation } = current;
      const run = createRunFigures();
      const abort = () => conversation.cancel();
      if (signal.aborted) {
        yield { type: 'done', reason: 'cancelled', stats: run.stats(conversation, engine, contextLimit) };
        return;
      }
      signal.addEventListener('abort', abort, { once: true });
      try {
        const sent = conversation.send(toMessage('user', prompt.question), {
          maxOutputTokens: maxTokens,
          repetitionPenalty: prompt.sampling.repetitionPenalty,
        });
        for await (const event of sent) {
          switch (event.type) {
            case 'text':
              run.add(event.text);
              yield { type: 'delta', text: event.text };
              break;
            case 'thinking':
              // Shown by a later version; it must not be taken for the answer.
              break;
            case 'cancelled':
              yield {
                type: 'done',
                reason: 'cancelled',
                stats: run.stats(conversation, engine, contextLimit),
              };
              return;
            case 'error':
              yield { type: 'failed', error: toErrorInfo(asAppError(event.error)) };
              return;
            case 'end': {
              current.turns.push(
                { role: 'user', text: prompt.question },
                { role: 'assistant', text: run.text },
              );
              yield finished(run.stats(conversation, engine, contextLimit), maxTokens, prompt.maxTokens);
              return;
            }
            default:
              assertNever(event);
          }
        }
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
  };
}

function finished(stats: EngineStats, maxTokens: number, askedTokens: number): EngineEvent {
  const full = stats.contextTokens >= stats.contextLimit - 1;
  const cut = stats.completionTokens >= maxTokens;
  if (!full && !cut) return { type: 'done', reason: 'stop', stats };
  const limit = full || maxTokens < askedTokens ? 'context' : 'max-tokens';
  return { type: 'done', reason: 'length', limit, stats };
}

/** Gathers one answer's text and times. */
function createRunFigures() {
  const startedAt = performance.now();
  let firstAt: number | undefined;
  let text = '';
  return {
    get text() {
      return text;
    },
    add: (piece: string) => {
      firstAt ??= performance.now();
      text += piece;
    },
    stats: (conversation: Conversation, engine: ChatEngine, contextLimit: number): EngineStats => {
      const measured = conversation.benchmark();
      const completionTokens = measured?.decodeTokens ?? (text === '' ? 0 : engine.tokenize(text).length);
      const decodeMs = firstAt === undefined ? 0 : performance.now() - firstAt;
      return {
        promptTokens: measured?.prefillTokens ?? 0,
        completionTokens,
        ttftMs: firstAt === undefined ? 0 : firstAt - startedAt,
        prefillTokensPerSecond: measured?.prefillTokensPerSecond ?? 0,
        decodeTokensPerSecond:
          measured?.decodeTokensPerSecond ?? (decodeMs > 0 ? (completionTokens * 1000) / decodeMs : 0),
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
        contextTokens: Math.max(0, conversation.tokenCount()),
        contextLimit,
      };
    },
  };
}

function toMessage(role: Message['role'], text: string): Message {
  return { role, content: [{ type: 'text', text }] };
}

function sameTurns(a: Turn[], b: Turn[]): boolean {
  return a.length === b.length && a.every((turn, i) => turn.role === b[i]?.role && turn.text === b[i]?.text);
}

function asAppError(error: unknown): unknown {
  const known = fromNativeError(error);
  return known instanceof AppError ? known : error;
}
