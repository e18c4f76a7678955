import { isMainThread } from 'node:worker_threads';
import type {
  BenchmarkInfo,
  DecodeOptions,
  DecodeResult,
  NativeErrorShape,
  SandboxFacts,
  SandboxRules,
  SpeechModelFacts,
} from './binding-types.ts';
import { NativeError } from './native-error.ts';

/** How a streamed answer ended. */
export interface StreamEnd {
  kind: 'end' | 'cancelled' | 'error';
  error?: NativeErrorShape;
}

/** Called with the JSON messages that came since the last call; `end` is set once, on the last call. */
export type StreamListener = (chunks: string[], end: StreamEnd | null) => void;

/** What LiteRT-LM says about a model file, numbers not yet named. */
export interface RawModelInfo {
  modelType: number;
  maxContextTokens: number;
  dynamicContext: boolean;
  minRuntimeVersion: string;
  supportsThinking: boolean;
  supportsFunctionCalling: boolean;
  npuBrand: number;
  socName: string;
  topK: number;
  topP: number;
  temperature: number;
}

/** Options as the addon takes them: flat, and undefined where the model's default stands. */
export interface RawEngineOptions {
  modelPath: string;
  backend: string;
  cacheDir: string;
  dispatchLibDir: string | undefined;
  visionBackend: string | undefined;
  audioBackend: string | undefined;
  threads: number | undefined;
  maxTokens: number | undefined;
  activationType: number | undefined;
  prefillChunkTokens: number | undefined;
  benchmark: boolean;
  growingCache: boolean;
}

export interface RawConversationOptions {
  systemJson: string | undefined;
  historyJson: string | undefined;
  template: string | undefined;
  temperature: number;
  topK: number;
  topP: number;
  seed: number | undefined;
  constrained: boolean | undefined;
  thinking: boolean | undefined;
  thinkingBudgetTokens: number | undefined;
}

export interface RawSendOptions {
  maxOutputTokens: number | undefined;
  repetitionPenalty: number | undefined;
  regex: string | undefined;
  jsonSchema: string | undefined;
}

/** Speech model sizes as the addon takes them: the windows as parallel arrays. */
/** A file without a KV cache: its graph tells the rest. */
export interface RawPlainSpeechOptions {
  modelPath: string;
  cachePath: string | undefined;
  threads: number;
  kvCache: false;
}

export interface RawSpeechOptions {
  modelPath: string;
  cachePath: string | undefined;
  threads: number;
  mels: number;
  layers: number;
  heads: number;
  headSize: number;
  vocabularySize: number;
  cacheLength: number;
  prefillLength: number;
  alignmentHeads: number;
  windowFrames: number[];
  windowPositions: number[];
  encode: string[];
  decode: string[];
  prefill: string[];
}

/** The exports of sotto.node; see native/src/calls.h. Handles are plain numbers. */
export interface Addon {
  confine(rules: SandboxRules): SandboxFacts;
  /** `from`: where it is opened, a handle that was hashed or the path. */
  open(path: string, from: string, preloads: string[], logLevel: number): void;
  createEngine(options: RawEngineOptions): Promise<{ id: number; loadMs: number }>;
  deleteEngine(id: number): Promise<void>;
  tokenize(engine: number, text: string): number[];
  detokenize(engine: number, tokens: number[]): string;
  modelInfo(path: string): Promise<RawModelInfo>;
  createConversation(engine: number, options: RawConversationOptions): Promise<number>;
  cloneConversation(id: number, historyJson: string): Promise<number>;
  deleteConversation(id: number): Promise<void>;
  tokenCount(id: number): number;
  render(id: number, messageJson: string): string;
  benchmark(id: number): BenchmarkInfo | undefined;
  send(
    id: number,
    messageJson: string,
    historyJson: string,
    options: RawSendOptions,
    listener: StreamListener,
  ): Promise<void>;
  cancel(id: number): void;
  loadSpeech(options: RawSpeechOptions | RawPlainSpeechOptions): Promise<number>;
  encodeSpeech(id: number, samples: Float32Array, window: number): Promise<void>;
  scoreSpeech(id: number, start: number, tokens: number[]): Promise<Float32Array>;
  decodeSpeech(id: number, options: DecodeOptions, listener: (token: number) => void): Promise<DecodeResult>;
  speechFacts(id: number): SpeechModelFacts;
  alignSpeech(id: number, rows: number[], audioPositions: number): Promise<Int32Array>;
  /** The log-mel spectrum that a speech model gets, [mels, frames]. */
  logMel(samples: Float32Array, mels: number, frames: number): Float32Array;
  cancelSpeech(id: number): void;
  deleteSpeech(id: number): Promise<void>;
  loadTensors(options: { modelPath: string; threads: number }): Promise<number>;
  runTensors(
    id: number,
    signature: string,
    inputNames: string[],
    inputs: Float32Array[],
    outputNames: readonly string[],
  ): Promise<Float32Array[]>;
  deleteTensors(id: number): Promise<void>;
  /** Stops every stream of this process and waits until none runs, a few seconds at most. */
  cancelAll(): void;
}

let stopsAtExit = false;

/**
 * An exit in the middle of an answer would destroy the library's objects under the threads that use them. A
 * worker's exit is not the process's: its environment stops its own streams.
 */
function stopStreamsAtExit(addon: Addon): void {
  if (stopsAtExit || !isMainThread) return;
  stopsAtExit = true;
  process.once('exit', () => addon.cancelAll());
}

/**
 * Loads sotto.node.
 *
 * @param path what it is called, for messages
 * @param from where it is opened: a handle that was hashed, or the path
 * @throws NativeError RUNTIME_MISSING when it is not built or does not fit this Node
 */
export function loadAddon(path: string, from = path): Addon {
  try {
    const addon = { exports: {} };
    process.dlopen(addon, from);
    stopStreamsAtExit(addon.exports as Addon);
    return addon.exports as Addon;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NativeError('RUNTIME_MISSING', `The addon cannot be loaded from ${path}: ${reason}`);
  }
}
