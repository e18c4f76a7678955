/**
 * The surface of the native package, as core/engine uses it. One process may hold several engines;
 * all work of one engine is serialised by LiteRT-LM itself. Every failure rejects or throws a
 * NativeError; nothing here can crash on a dead handle.
 */

/** What a native call failed with. `absl` is LiteRT-LM's own status code (0..16), when it gave one. */
export interface NativeErrorShape extends Error {
  readonly code:
    | 'RUNTIME_MISSING'
    | 'RUNTIME_UNTRUSTED'
    | 'RUNTIME_INCOMPATIBLE'
    | 'ENGINE_CREATE'
    | 'CONVERSATION_CREATE'
    | 'CONSTRAINT'
    | 'SEND'
    | 'CONTEXT'
    | 'DEAD_HANDLE'
    | 'BUSY'
    | 'ARGUMENT';
  readonly absl?: number;
}

export interface EngineOptions {
  modelPath: string;
  backend: 'cpu' | 'gpu' | 'npu';
  /** CPU threads; ignored on gpu and npu, where the runtime only warns. */
  threads?: number;
  /** Context size in tokens, prompt and answers together. */
  maxTokens?: number;
  /** Folder for compiled weights; never the model's own folder. Without one they are made in memory with every start. */
  cacheDir?: string;
  /** Loads the encoder of pictures, and runs it there. Only for a model that has one. */
  visionBackend?: 'cpu' | 'gpu';
  /** The same for sound, which the runtime encodes on the CPU only. */
  audioBackend?: 'cpu';
  activationType?: 'f32' | 'f16' | 'i16' | 'i8';
  /**
   * Most tokens of a prompt that a model with a growing cache reads at once. Less takes less memory and
   * reads a little slower; the default is the runtime's own.
   */
  prefillChunkTokens?: number;
  /**
   * Whether the model's KV cache has a fixed exported size or grows. LiteRT-LM 0.18.1 cannot return to
   * an older state of a growing cache, so there a conversation is read again from its history after a
   * cancelled or failed send, and whenever another conversation of the engine has run since. Default:
   * growing on cpu, the safe choice; fixed elsewhere, because a growing one only runs on the CPU.
   */
  kvCache?: 'fixed' | 'growing';
  /** Folder with the NPU dispatch library. */
  dispatchLibDir?: string;
}

/** A picture (JPEG or PNG) or a sound (WAV) is given by its bytes in base64. */
export type MessagePart = { type: 'text'; text: string } | { type: 'image' | 'audio'; blob: string };
export interface Message {
  role: 'system' | 'user' | 'assistant';
  content: MessagePart[];
}

export interface Sampler {
  /** 0 means greedy. */
  temperature: number;
  topK: number;
  topP: number;
  seed?: number;
}

export interface ConversationOptions {
  /** Always passed on as a JSON content array: a bare text would be parsed as JSON. */
  system?: string;
  /** Earlier turns, oldest first. */
  history?: Message[];
  /** Jinja template in place of the model's own. */
  template?: string;
  sampler: Sampler;
  /** Must be set here for `SendOptions.constraint` to work later. */
  constrained?: boolean;
  thinking?: { enabled: boolean; budgetTokens?: number };
}

export interface SendOptions {
  maxOutputTokens?: number;
  /** 1 means none. */
  repetitionPenalty?: number;
  constraint?: { type: 'regex'; pattern: string } | { type: 'json-schema'; schema: object };
}

/** One event of an answer. Exactly one terminal event ends every iteration: end, cancelled or error. */
export type GenerationEvent =
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | { type: 'end' }
  | { type: 'cancelled' }
  | { type: 'error'; error: NativeErrorShape };

/**
 * Figures of the last completed turn, as the runtime measured them; only timeToFirstTokenSeconds stays
 * that of the first turn. decodeTokens reaches maxOutputTokens exactly when that limit ended the answer.
 */
export interface BenchmarkInfo {
  initSeconds: number;
  timeToFirstTokenSeconds: number;
  prefillTokens: number;
  prefillTokensPerSecond: number;
  decodeTokens: number;
  decodeTokensPerSecond: number;
}

export interface ModelInfo {
  modelType: 'llm' | 'embedding' | 'unknown';
  maxContextTokens: number;
  dynamicContext: boolean;
  minRuntimeVersion?: string;
  supportsThinking: boolean;
  supportsFunctionCalling: boolean;
  /** NPU brand that the file was compiled for, if any: without one, "npu" would silently run on CPU. */
  npuBrand?: string;
  socName?: string;
  sampler: { topK?: number; topP?: number; temperature?: number };
}

export interface Conversation {
  /**
   * Streams one answer. Only one at a time on the whole engine (BUSY otherwise). After a cancelled or
   * failed send the conversation stands where it stood before that send, ready for the next. Leaving the loop early (break, throw) cancels and waits for the terminal chunk.
   */
  send(message: Message, options?: SendOptions): AsyncIterable<GenerationEvent>;
  /** Asks the running send to stop; it still ends with its terminal event. No-op when idle. */
  cancel(): void;
  /** Tokens in the context after the last completed turn, counted by the runtime; 0 before the first. */
  tokenCount(): number;
  /** The exact text that this message would add to the prompt. */
  render(message: Message): string;
  benchmark(): BenchmarkInfo | undefined;
  clone(): Promise<Conversation>;
  /** Cancels, waits for the terminal chunk, deletes off the event loop. Idempotent. */
  dispose(): Promise<void>;
}

export interface ChatEngine {
  readonly loadMs: number;
  createConversation(options: ConversationOptions): Promise<Conversation>;
  tokenize(text: string): number[];
  detokenize(tokens: number[]): string;
  /** Disposes every conversation first. Idempotent. */
  dispose(): Promise<void>;
}

/** One length of audio that a speech model was exported for: 10 ms frames in, 20 ms positions out. */
export interface SpeechWindowShape {
  seconds: number;
  frames: number;
  positions: number;
  /** Names of its signatures. */
  encode: string;
  decode: string;
  prefill: string;
}

/** Sizes of a Whisper-type model, as models/recipes/speech writes them into speech.json. */
export interface SpeechModelOptions {
  modelPath: string;
  /** File for repacked weights; without it they are repacked at every start and kept in memory. */
  cachePath?: string;
  threads: number;
  mels: number;
  layers: number;
  heads: number;
  headSize: number;
  vocabularySize: number;
  cacheLength: number;
  prefillLength: number;
  alignmentHeads: number;
  windows: SpeechWindowShape[];
}

/** A Whisper file without a KV cache, which comes without a description: its graph tells its sizes. */
export interface PlainSpeechModelOptions
  extends Pick<SpeechModelOptions, 'modelPath' | 'cachePath' | 'threads'> {
  kvCache: false;
}

/** What a loaded speech model is, as its graph or its description says. Frames of 10 ms, positions of 20. */
export interface SpeechModelFacts {
  mels: number;
  vocabularySize: number;
  /** Tokens that a window can hold, prompt and text together. */
  cacheLength: number;
  frames: number;
  positions: number;
}

export interface DecodeOptions {
  endOfText: number;
  noSpeech?: number;
  noTimestamps: number;
  timestampBegin: number;
  /** Earlier text, start of transcript, language, task: all that stands before the text. */
  prompt: number[];
  /** Index in the prompt of the start-of-transcript token. */
  startIndex: number;
  /** Tokens that never come, and tokens that never come first. */
  suppressed: number[];
  suppressedFirst: number[];
  timestamps: boolean;
  maxTokens: number;
  /** At temperature 0: how many texts are weighed against each other. 1, the default, takes the likeliest token each time. */
  beams?: number;
  /** 0 takes the likeliest text. */
  temperature: number;
  seed?: number;
}

export interface DecodeResult {
  tokens: Int32Array;
  /** Natural logarithms, one a token. */
  logProbabilities: Float32Array;
  meanLogProbability: number;
  noSpeechProbability: number;
  /** A limit ended it rather than the model. */
  cut: boolean;
  cancelled: boolean;
}

/** A loaded speech model. One call at a time (BUSY otherwise), except cancel. */
export interface SpeechModel {
  readonly loadMs: number;
  readonly facts: SpeechModelFacts;
  /** @param samples 16 kHz mono, -1 to 1, at most the window long. @param window index into `windows` */
  encode(samples: Float32Array, window: number): Promise<void>;
  /** Probabilities of tokens right after `start`, among themselves: which language is spoken. */
  score(start: number, tokens: number[]): Promise<Float32Array>;
  /** Writes the encoded window's text; the listener gets every token as it comes, the last ones perhaps just after the result. */
  decode(options: DecodeOptions, listener: (token: number) => void): Promise<DecodeResult>;
  /**
   * The 20 ms position at which each token begins, and the end of the last.
   * @param rows for each token the index of the token read before it, counted from the prompt's first
   * @param audioPositions how many positions hold audio
   */
  align(rows: number[], audioPositions: number): Promise<Int32Array>;
  /** The running decode ends after its current token, with `cancelled`. */
  cancel(): void;
  dispose(): Promise<void>;
}

/** A plain `.tflite` model: named float tensors in, named float tensors out. */
export interface TensorModel {
  run(
    signature: string,
    inputs: Record<string, Float32Array>,
    outputs: readonly string[],
  ): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

export interface LiteRtRuntime {
  readonly version: string;
  readonly platform: string;
  readonly libraryPath: string;
  readonly librarySha256: string;
  /** Undefined where it was not asked to be confined. */
  readonly sandbox: SandboxFacts | undefined;
  createEngine(options: EngineOptions): Promise<ChatEngine>;
  loadSpeechModel(options: SpeechModelOptions | PlainSpeechModelOptions): Promise<SpeechModel>;
  loadTensorModel(options: { modelPath: string; threads: number }): Promise<TensorModel>;
  /** Reads a model file's own facts through the runtime; run it only in a process that may die. */
  modelInfo(modelPath: string): Promise<ModelInfo>;
}

/** What a process that runs models may still reach: no network, no other programs, no files but these. */
export interface SandboxRules {
  /** Absolute paths of files, and of folders with all that is in them. Those that are missing are passed over. */
  read: string[];
  /** Absolute paths of folders in which files may be made, changed and removed. */
  write: string[];
  /** Drivers of a GPU or NPU open devices and start helpers of their own. */
  devices: boolean;
}

/** What the system took on; "" where it has no such thing. */
export interface SandboxFacts {
  /** "landlock 7", "seatbelt". */
  files: string;
  /** "seccomp", "seatbelt". */
  network: string;
}

/**
 * Loads the addon and the pinned runtime library, each by the handle that was hashed. Refuses one that is not pinned
 * (RUNTIME_UNTRUSTED), in runtime/platforms.json or by `addonSha256`.
 */
export type LoadRuntime = (options?: {
  /**
   * The folder native/ with runtime/ and build/ in it. Default: SOTTO_NATIVE_DIR, else `native` in the
   * working directory. Bundled and packaged code must give one of the first two.
   */
  nativeDir?: string;
  libraryPath?: string;
  addonPath?: string;
  /** What the addon's SHA-256 must be, in hex. Left out, any is taken: one that was just built from its sources. */
  addonSha256?: string;
  /** Confines this process before the library is opened; see SandboxRules. */
  confine?: SandboxRules;
  /** 0 verbose … 5 fatal; 1000 silent. Default 3: warnings would drown the reasons of failures. */
  logLevel?: number;
}) => Promise<LiteRtRuntime>;
