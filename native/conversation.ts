import type { Addon, RawConversationOptions, RawSendOptions, StreamEnd } from './addon.ts';
import type {
  BenchmarkInfo,
  Conversation,
  ConversationOptions,
  GenerationEvent,
  Message,
  SendOptions,
} from './binding-types.ts';
import { EventQueue } from './event-queue.ts';
import { eventsOfChunk, terminalEvent } from './events.ts';
import { NativeError } from './native-error.ts';

/** LiteRT-LM parses JSON inside native recursion: deeper schemas are mistakes, and could end the process. */
const maxSchemaDepth = 64;

function depthOf(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (limit === 0) return 1;
  let deepest = 0;
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child, limit - 1));
  return deepest + 1;
}

/** LiteRT-LM refuses JSON with half of a surrogate pair, which a page can well hand over. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value;
}

function toJson(value: unknown, what: string): string {
  const json = JSON.stringify(value, wellFormed) as string | undefined;
  if (json === undefined) throw new NativeError('ARGUMENT', `${what} is missing`);
  return json;
}

function schemaJson(schema: object): string {
  if (depthOf(schema, maxSchemaDepth) > maxSchemaDepth) {
    throw new NativeError('CONSTRAINT', `The schema is nested deeper than ${maxSchemaDepth} levels`);
  }
  return toJson(schema, 'The schema');
}

function rawSendOptions(options: SendOptions): RawSendOptions {
  const { constraint } = options;
  return {
    maxOutputTokens: options.maxOutputTokens,
    repetitionPenalty: options.repetitionPenalty,
    regex: constraint?.type === 'regex' ? constraint.pattern : undefined,
    jsonSchema: constraint?.type === 'json-schema' ? schemaJson(constraint.schema) : undefined,
  };
}

/** Turns the options into the flat form of the addon. */
export function rawConversationOptions(options: ConversationOptions): RawConversationOptions {
  const { system, history, sampler, thinking } = options;
  return {
    systemJson:
      system === undefined ? undefined : toJson([{ type: 'text', text: system }], 'The system text'),
    historyJson: history === undefined || history.length === 0 ? undefined : toJson(history, 'The history'),
    template: options.template,
    temperature: sampler.temperature,
    topK: sampler.topK,
    topP: sampler.topP,
    seed: sampler.seed,
    constrained: options.constrained,
    thinking: thinking?.enabled,
    thinkingBudgetTokens: thinking?.budgetTokens,
  };
}

/** A conversation of the addon; `release` tells its engine that it is gone. */
export class NativeConversation implements Conversation {
  readonly #addon: Addon;
  readonly #id: number;
  readonly #options: ConversationOptions;
  /** Every completed turn, oldest first: what the conversation is made anew from when it must be. */
  readonly #history: Message[];
  readonly #adopt: (conversation: NativeConversation) => void;
  readonly #release: (conversation: NativeConversation) => void;
  #running: EventQueue | undefined;
  #disposal: Promise<void> | undefined;

  constructor(
    addon: Addon,
    id: number,
    options: ConversationOptions,
    owner: { adopt(one: NativeConversation): void; release(one: NativeConversation): void },
  ) {
    this.#addon = addon;
    this.#id = id;
    this.#options = options;
    this.#history = [...(options.history ?? [])];
    this.#adopt = owner.adopt;
    this.#release = owner.release;
    this.#adopt(this);
  }

  /** @throws NativeError BUSY, DEAD_HANDLE, ARGUMENT, CONSTRAINT, SEND: before the first event */
  async *send(message: Message, options: SendOptions = {}): AsyncGenerator<GenerationEvent, void, undefined> {
    const queue = await this.#start(message, options);
    try {
      for (let event = await queue.next(); event !== undefined; event = await queue.next()) yield event;
    } finally {
      if (!queue.ended) {
        this.cancel();
        await queue.waitForEnd();
      }
    }
  }

  async #start(message: Message, options: SendOptions): Promise<EventQueue> {
    if (this.#running !== undefined) throw new NativeError('BUSY', 'This conversation is answering already');
    const { constraint } = options;
    if (constraint !== undefined && this.#options.constrained !== true) {
      throw new NativeError('CONSTRAINT', 'This conversation was created without constraints');
    }
    const messageJson = toJson(message, 'The message');
    const rawOptions = rawSendOptions(options);
    const queue = new EventQueue();
    this.#running = queue;
    let answer = '';
    const listener = (chunks: string[], end: StreamEnd | null): void => {
      const events = chunks.flatMap(eventsOfChunk);
      for (const event of events) if (event.type === 'text') answer += event.text;
      queue.push(events);
      if (end === null) return;
      this.#running = undefined;
      if (end.kind === 'end') this.#remember(message, answer);
      queue.push([terminalEvent(end, constraint !== undefined)]);
    };
    try {
      await this.#addon.send(this.#id, messageJson, this.#historyJson(), rawOptions, listener);
    } catch (error) {
      this.#running = undefined;
      queue.push([{ type: 'cancelled' }]);
      throw error;
    }
    return queue;
  }

  #remember(message: Message, answer: string): void {
    this.#history.push(message, { role: 'assistant', content: [{ type: 'text', text: answer }] });
  }

  #historyJson(): string {
    return toJson(this.#history, 'The history');
  }

  cancel(): void {
    if (this.#running !== undefined && this.#disposal === undefined) this.#addon.cancel(this.#id);
  }

  tokenCount(): number {
    return this.#addon.tokenCount(this.#id);
  }

  render(message: Message): string {
    return this.#addon.render(this.#id, toJson(message, 'The message'));
  }

  benchmark(): BenchmarkInfo | undefined {
    return this.#addon.benchmark(this.#id);
  }

  async clone(): Promise<Conversation> {
    const id = await this.#addon.cloneConversation(this.#id, this.#historyJson());
    const owner = { adopt: this.#adopt, release: this.#release };
    return new NativeConversation(this.#addon, id, { ...this.#options, history: this.#history }, owner);
  }

  dispose(): Promise<void> {
    this.#disposal ??= this.#addon.deleteConversation(this.#id).finally(() => this.#release(this));
    return this.#disposal;
  }
}
