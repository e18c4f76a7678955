import { withoutThought } from '../../contract/thinking.ts';
import type { EngineRequest, EngineSupervisor } from '../engine/engine-supervisor.ts';
import type { EnginePrompt } from '../engine/protocol.ts';
import type { Logger } from '../logger.ts';
import type { ChatStore } from '../storage/chats/chat-store.ts';
import { writeText } from './write-text.ts';

/** Names chats in the background, once nobody waits for the model. */
export interface Titler {
  /** Names a chat when the model has had nothing to do for a while. */
  later(chatId: string, request: EngineRequest): void;
  /** Somebody asks: that comes first. */
  stop(): void;
}

export interface TitlerOptions {
  chats: () => Promise<ChatStore>;
  engines: EngineSupervisor;
  log: Logger;
  /** A follow-up question usually comes sooner: what the engine has read of the chat is still there for it. */
  idleMs?: number;
}

const IDLE_MS = 30_000;
/** Smaller ones write titles that are worse than the question (tried with 135M and 270M parameters). */
const LEAST_MODEL_BYTES = 400_000_000;
const MOST_CHARS = 60;
const LEAST_CHARS = 2;
const MOST_WORDS = 10;
/** Of question and answer: what they are about shows early. */
const READ_CHARS = 600;

export function createTitler({ chats, engines, log, idleMs = IDLE_MS }: TitlerOptions): Titler {
  let timer: NodeJS.Timeout | undefined;
  let running: AbortController | undefined;
  const stop = () => {
    clearTimeout(timer);
    running?.abort();
    running = undefined;
  };
  const name = async (chatId: string, request: EngineRequest) => {
    const store = await chats();
    if (!store.isUnnamed(chatId)) return;
    const [question, answer] = store.open(chatId).messages;
    if (question === undefined || answer === undefined || engines.needsLoading(request)) return;
    running = new AbortController();
    const { signal } = running;
    const ready = await engines.acquire(request);
    const prompt = promptFor(question.text, withoutThought(answer.text));
    const text = await writeText(ready, prompt, signal);
    const title = signal.aborted ? undefined : toTitle(text);
    if (title !== undefined) store.nameByModel(chatId, title);
  };
  return {
    stop,
    later: (chatId, request) => {
      stop();
      if (request.loadable.model.sizeBytes < LEAST_MODEL_BYTES) return;
      timer = setTimeout(() => {
        name(chatId, request).catch((cause) => log.info(`a title: ${cause}`));
      }, idleMs);
      timer.unref();
    },
  };
}

function promptFor(question: string, answer: string): EnginePrompt {
  const asked = `Question: ${question.slice(0, READ_CHARS)}\n\nAnswer: ${answer.slice(0, READ_CHARS)}`;
  return {
    history: [],
    question: `Write a title of at most six words for the following conversation, in its language. Write the title only.\n\n${asked}`,
    maxTokens: 24,
    sampling: { temperature: 0, topK: 1, topP: 1, repetitionPenalty: 1 },
  };
}

/** What a model wrote, as a title. Undefined: it is none. */
export function toTitle(text: string): string | undefined {
  const line = withoutThought(text)
    .split('\n')
    .map((one) => one.trim())
    .find((one) => one !== '');
  const title = line
    ?.replace(/^(?:#+\s*)?(?:\*\*)?(?:title|titel|titre|título)\s*:\s*/iu, '')
    .replace(/^[\s"'“”„«»*#`]+|[\s"'“”„«»*#`.。]+$/gu, '')
    .replace(/\s+/g, ' ');
  if (title === undefined || title.length < LEAST_CHARS || [...title].length > MOST_CHARS) return undefined;
  return title.split(' ').length > MOST_WORDS ? undefined : title;
}
