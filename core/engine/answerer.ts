import { TOKENS_PER_MEDIA } from '../../contract/estimate-tokens.ts';
import { FREED_SHARE, fitHistory } from '../../contract/fit-history.ts';
import { splitThought, THINK_BEGIN, THINK_END } from '../../contract/thinking.ts';
import type { ChatEngine, Conversation } from '../../native/binding-types.ts';
import { AppError, assertNever, toErrorInfo } from '../errors.ts';
import type { PlainText } from './control-tokens.ts';
import { contextFull, fromNativeError } from './native-errors.ts';
import type { EngineEvent, EnginePrompt, EngineStats, Turn } from './protocol.ts';
import { createRunFigures } from './run-figures.ts';
import { questionOf, sameTurns, toMessage } from './turn-messages.ts';

/** Answers prompts on one engine and keeps the last conversation's KV cache for the next turn. */
export interface Answerer {
  answer(prompt: EnginePrompt, signal: AbortSignal): AsyncGenerator<EngineEvent, void, void>;
}

/** A conversation inside the engine and the turns that it has read so far. */
interface LiveConversation {
  setup: string;
  turns: Turn[];
  /** How many came before them and were left out. */
  leftOut: number;
  conversation: Conversation;
}

/** Turn marks and role names of chat templates take a few tokens for each message. */
const TOKENS_PER_TURN = 8;
/** Room that must be left for at least a short answer. */
const MIN_ANSWER_TOKENS = 8;

/** A prompt template that adds nothing. */
const AS_IT_IS =
  '{% for message in messages %}{{ message.content if message.content is string else message.content[0].text }}{% endfor %}';

/**
 * A context that grows never shrinks: after a long conversation every token of a short one pays for the whole of it (SmolLM2:
 * 55 tokens/s instead of 140 after 1,400 tokens). From these shares on a new engine, a quarter of a second, is worth it.
 */
const LEAST_GROWN_TOKENS = 512;
const MOST_USED_SHARE = 1 / 3;
/** An answer of usual length. */
const USUAL_ANSWER_TOKENS = 256;

/**
 * @param contextLimit tokens that prompt and answers may have together
 * @param plain makes words of control tokens that somebody has written, see control-tokens.ts
 * @param renew gives another engine of the same model in the place of this one; undefined where that gains nothing
 */
export function createAnswerer(
  first: ChatEngine,
  contextLimit: number,
  plain: PlainText = (text) => text,
  renew?: () => Promise<ChatEngine>,
): Answerer {
  let engine = first;
  let live: LiveConversation | undefined;
  /** The longest that the engine's context has been. */
  let grownTokens = 0;

  /** The kept conversation when this prompt continues it, else a new one with the history to be read again. */
  const conversationFor = async (prompt: EnginePrompt): Promise<LiveConversation> => {
    const setup = JSON.stringify([prompt.system, prompt.sampling]);
    if (
      live !== undefined &&
      live.setup === setup &&
      sameTurns(live.turns, prompt.history.slice(live.leftOut))
    )
      return live;
    return begin(prompt, setup, 0);
  };

  const drop = async () => {
    await live?.conversation.dispose();
    live = undefined;
  };
  const begin = async (prompt: EnginePrompt, setup: string, leftOut: number): Promise<LiveConversation> => {
    const history = prompt.history.slice(leftOut);
    await drop();
    await shrinkFor(prompt, history);
    const conversation = await engine.createConversation({
      ...(prompt.system === undefined ? {} : { system: prompt.system }),
      history: history.map(toMessage),
      sampler: samplerOf(prompt),
    });
    live = { setup, turns: history, leftOut, conversation };
    return live;
  };
  const shrinkFor = async ({ system = '', question, maxTokens }: EnginePrompt, history: Turn[]) => {
    if (renew === undefined) return;
    const read = history.reduce((sum, turn) => sum + countTurn(turn), count(system) + count(question));
    const needed = read + Math.min(maxTokens, USUAL_ANSWER_TOKENS);
    if (grownTokens >= LEAST_GROWN_TOKENS && needed <= grownTokens * MOST_USED_SHARE) {
      engine = await renew();
      grownTokens = 0;
    }
    // What is stopped on the way is counted by nobody else, and grows it all the same.
    grownTokens = Math.max(grownTokens, read);
  };
  /** Reads a text as it is, without the marks of turns. */
  const beginPlain = async (prompt: EnginePrompt): Promise<LiveConversation> => {
    await drop();
    const conversation = await engine.createConversation({ sampler: samplerOf(prompt), template: AS_IT_IS });
    live = { setup: '', turns: [], leftOut: 0, conversation };
    return live;
  };

  const count = (text: string) => engine.tokenize(text).length + TOKENS_PER_TURN;
  const countTurn = ({ text, media = [] }: Pick<Turn, 'text' | 'media'>) =>
    count(text) + media.length * TOKENS_PER_MEDIA;
  /** Which turns fit beside the question, with room for an answer. */
  const fit = (prompt: EnginePrompt): number => {
    const fixed = count(prompt.system ?? '') + countTurn(questionOf(prompt));
    const most = Math.floor(contextLimit * (1 - FREED_SHARE));
    const turns = prompt.history.map(countTurn);
    return fitHistory(turns, most - fixed);
  };

  /** Tokens in the context before the answer: what is there plus what the question adds. Close, not exact. */
  const neededTokens = (prompt: EnginePrompt, current: LiveConversation): number => {
    const known = current.conversation.tokenCount();
    const before =
      known > 0
        ? known
        : count(prompt.system ?? '') + current.turns.reduce((sum, turn) => sum + countTurn(turn), 0);
    return before + countTurn(questionOf(prompt));
  };

  /** Asks once. Returns why that failed before there was a word; everything else is told as it comes. */
  async function* ask(
    current: LiveConversation,
    prompt: EnginePrompt,
    maxTokens: number,
    signal: AbortSignal,
  ): AsyncGenerator<EngineEvent, unknown, void> {
    const { conversation } = current;
    const run = createRunFigures();
    const stats = () => run.stats(conversation, engine, contextLimit);
    const asked = questionOf(prompt);
    const sent = conversation.send(toMessage(asked), {
      maxOutputTokens: maxTokens,
      repetitionPenalty: prompt.sampling.repetitionPenalty,
    });
    const abort = () => conversation.cancel();
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    try {
      for await (const event of sent) {
        switch (event.type) {
          case 'text':
          case 'thinking':
            for (const text of run.add(event.text, event.type === 'thinking')) yield { type: 'delta', text };
            break;
          case 'cancelled':
            yield { type: 'done', reason: 'cancelled', stats: stats() };
            return undefined;
          case 'error':
            if (run.text === '') return event.error;
            yield { type: 'failed', error: toErrorInfo(asAppError(event.error)) };
            return undefined;
          case 'end':
            current.turns.push(asked, { role: 'assistant', text: run.text });
            yield finished(stats(), maxTokens, prompt.maxTokens);
            return undefined;
          default:
            assertNever(event);
        }
      }
    } finally {
      signal.removeEventListener('abort', abort);
      grownTokens = Math.max(grownTokens, conversation.tokenCount());
    }
    return undefined;
  }

  /**
   * Goes on with an answer that was cut: what the model's template makes of the conversation, and the answer as far as it
   * goes, are read as one text, so that the next token is the one that would have come.
   */
  async function* goOn(
    prompt: EnginePrompt,
    begun: string,
    signal: AbortSignal,
  ): AsyncGenerator<EngineEvent, void, void> {
    const textOf = async (leftOut: number) => {
      const { conversation } = await begin(prompt, '', leftOut);
      return conversation.render(toMessage(questionOf(prompt))) + begun;
    };
    const room = (text: string) => contextLimit - engine.tokenize(text).length;
    let text = await textOf(0);
    if (room(text) < contextLimit * FREED_SHARE && prompt.history.length > 0) {
      const leftOut = fit({ ...prompt, question: `${prompt.question} ${begun}` });
      text = await textOf(leftOut);
      if (leftOut > 0) yield { type: 'trimmed', turns: leftOut };
    }
    const left = room(text);
    if (left < MIN_ANSWER_TOKENS) throw contextFull(contextLimit - left, contextLimit);
    // Its turns are not those of the chat: the next question begins anew.
    const plain = await beginPlain(prompt);
    const failure = yield* ask(
      plain,
      { ...prompt, question: text },
      Math.min(prompt.maxTokens, left),
      signal,
    );
    if (failure !== undefined) yield { type: 'failed', error: toErrorInfo(asAppError(failure)) };
  }

  return {
    async *answer(written, signal) {
      const prompt = inPlainText(written, plain);
      if (prompt.begun !== undefined) {
        yield* goOn(prompt, prompt.begun, signal);
        return;
      }
      let current = await conversationFor(prompt);
      if (signal.aborted) {
        const stats = createRunFigures().stats(current.conversation, engine, contextLimit);
        yield { type: 'done', reason: 'cancelled', stats };
        return;
      }
      let needed = neededTokens(prompt, current);
      for (let mayTrim = true; ; mayTrim = false) {
        if (needed + MIN_ANSWER_TOKENS > contextLimit && mayTrim && current.turns.length > 0) {
          current = await begin(prompt, current.setup, fit(prompt));
          needed = neededTokens(prompt, current);
        }
        if (needed + MIN_ANSWER_TOKENS > contextLimit) throw contextFull(needed, contextLimit);
        if (current.leftOut > 0) yield { type: 'trimmed', turns: current.leftOut };
        const maxTokens = Math.min(prompt.maxTokens, contextLimit - needed);
        const failure = yield* ask(current, prompt, maxTokens, signal);
        if (failure === undefined) return;
        // A model of fixed context reads in pieces of fixed length, and fails where the last piece would reach beyond its
        // end, long before it is full (seen: 128 tokens before). With fewer turns there is room again.
        const isNearEnd = needed > contextLimit / 2 && current.turns.length > 0;
        if (!mayTrim || !isNearEnd) {
          yield { type: 'failed', error: toErrorInfo(asAppError(failure)) };
          return;
        }
        current = await begin(prompt, current.setup, fit(prompt));
        needed = neededTokens(prompt, current);
      }
    },
  };
}

/**
 * A prompt whose texts are nothing but texts, whoever wrote them: a person, a file, an imported chat. Of how an answer begins
 * the mark of its thoughts stays one, since the model goes on behind it.
 */
function inPlainText(prompt: EnginePrompt, plain: PlainText): EnginePrompt {
  const { system, begun } = prompt;
  return {
    ...prompt,
    ...(system === undefined ? {} : { system: plain(system) }),
    history: prompt.history.map((turn) => ({ ...turn, text: plain(turn.text) })),
    question: plain(prompt.question),
    ...(begun === undefined ? {} : { begun: plainAnswer(begun, plain) }),
  };
}

function plainAnswer(begun: string, plain: PlainText): string {
  const { thought, isThinking } = splitThought(begun);
  if (thought === undefined) return plain(begun);
  const start = begun.indexOf(THINK_BEGIN) + THINK_BEGIN.length;
  const end = isThinking ? begun.length : begun.indexOf(THINK_END);
  const rest = isThinking ? '' : THINK_END + plain(begun.slice(end + THINK_END.length));
  return begun.slice(0, start) + plain(begun.slice(start, end)) + rest;
}

function finished(stats: EngineStats, maxTokens: number, askedTokens: number): EngineEvent {
  const full = stats.contextTokens >= stats.contextLimit - 1;
  const cut = stats.completionTokens >= maxTokens;
  if (!full && !cut) return { type: 'done', reason: 'stop', stats };
  const limit = full || maxTokens < askedTokens ? 'context' : 'max-tokens';
  return { type: 'done', reason: 'length', limit, stats };
}

function samplerOf({ sampling }: EnginePrompt) {
  const { temperature, topK, topP, seed } = sampling;
  return { temperature, topK, topP, ...(seed === undefined ? {} : { seed }) };
}

function asAppError(error: unknown): unknown {
  const known = fromNativeError(error);
  return known instanceof AppError ? known : error;
}
