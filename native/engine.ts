import { mkdir } from 'node:fs/promises';
import type { Addon, RawEngineOptions } from './addon.ts';
import type { ChatEngine, Conversation, ConversationOptions, EngineOptions } from './binding-types.ts';
import { NativeConversation, rawConversationOptions } from './conversation.ts';
import { NativeError } from './native-error.ts';

const activationTypes = { f32: 0, f16: 1, i16: 2, i8: 3 } as const;

/**
 * Turns the options into the flat form of the addon.
 * @throws NativeError ARGUMENT for an activation type that there is not
 */
function rawEngineOptions(options: EngineOptions): RawEngineOptions {
  const { activationType } = options;
  if (activationType !== undefined && !(activationType in activationTypes)) {
    throw new NativeError(
      'ARGUMENT',
      `activationType must be one of ${Object.keys(activationTypes).join(', ')}`,
    );
  }
  return {
    modelPath: options.modelPath,
    backend: options.backend,
    cacheDir: options.cacheDir ?? NO_CACHE,
    dispatchLibDir: options.dispatchLibDir,
    visionBackend: options.visionBackend,
    audioBackend: options.audioBackend,
    threads: options.threads,
    maxTokens: options.maxTokens,
    activationType: activationType === undefined ? undefined : activationTypes[activationType],
    prefillChunkTokens: options.prefillChunkTokens,
    benchmark: true,
    growingCache: options.kvCache === undefined ? options.backend === 'cpu' : options.kvCache === 'growing',
  };
}

/** LiteRT-LM's word for no folder of compiled weights: they are made in memory with every start. */
const NO_CACHE = ':nocache';

/** LiteRT-LM writes compiled weights there and refuses a folder that does not exist. */
async function ensureCacheDir(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NativeError('ENGINE_CREATE', `The cache folder cannot be made: ${reason}`);
  }
}

/** Loads a model; see EngineOptions. Benchmark figures cost nothing and change no answer. */
export async function createEngine(addon: Addon, options: EngineOptions): Promise<ChatEngine> {
  const raw = rawEngineOptions(options);
  if (typeof raw.cacheDir === 'string' && raw.cacheDir !== NO_CACHE && !raw.cacheDir.includes('\0'))
    await ensureCacheDir(raw.cacheDir);
  return new NativeEngine(addon, await addon.createEngine(raw));
}

/** An engine of the addon. It knows its conversations, to let go of them before itself. */
class NativeEngine implements ChatEngine {
  readonly loadMs: number;
  readonly #addon: Addon;
  readonly #id: number;
  readonly #conversations = new Set<NativeConversation>();
  /** Conversations being made: the engine waits for them before it goes. */
  readonly #pending = new Set<Promise<unknown>>();
  #disposal: Promise<void> | undefined;

  constructor(addon: Addon, created: { id: number; loadMs: number }) {
    this.#addon = addon;
    this.#id = created.id;
    this.loadMs = created.loadMs;
  }

  async createConversation(options: ConversationOptions): Promise<Conversation> {
    const making = this.#addon.createConversation(this.#id, rawConversationOptions(options)).then(
      (id) =>
        new NativeConversation(this.#addon, id, options, {
          adopt: (one) => this.#conversations.add(one),
          release: (one) => this.#conversations.delete(one),
        }),
    );
    this.#pending.add(making);
    try {
      return await making;
    } finally {
      this.#pending.delete(making);
    }
  }

  tokenize(text: string): number[] {
    return this.#addon.tokenize(this.#id, text);
  }

  detokenize(tokens: number[]): string {
    return this.#addon.detokenize(this.#id, tokens);
  }

  dispose(): Promise<void> {
    this.#disposal ??= this.#close();
    return this.#disposal;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#pending);
    await Promise.all([...this.#conversations].map((conversation) => conversation.dispose()));
    await this.#addon.deleteEngine(this.#id);
  }
}
