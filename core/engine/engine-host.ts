import { stat } from 'node:fs/promises';
import type { EngineOptions, LiteRtRuntime, LoadRuntime, SandboxRules } from '../../native/binding-types.ts';
import { isNativeError } from '../../native/native-error.ts';
import { AppError, assertNever, toErrorInfo } from '../errors.ts';
import { npuModelProblem, readNpu } from '../system/npu.ts';
import { type Answerer, createAnswerer } from './answerer.ts';
import { makeCacheDir } from './cache-dir.ts';
import { createPlainText, readControlTexts } from './control-tokens.ts';
import { sandboxFor } from './engine-sandbox.ts';
import { gatherDeltas } from './gather-deltas.ts';
import { dropGpuWeights, dropLinks } from './gpu-cache.ts';
import { BEAT_INTERVAL_MS } from './heartbeat.ts';
import { fromNativeError } from './native-errors.ts';
import {
  type EngineEvent,
  type EngineLoad,
  type FromEngine,
  type SpeechEngineEvent,
  type ToEngine,
  toEngineSchema,
} from './protocol.ts';
import { collectGarbage } from './speech/collect-garbage.ts';
import { createSpeechHost, type SpeechHost } from './speech/speech-host.ts';
import type { SpeechLoad } from './speech/speech-protocol.ts';
import { reasonIn } from './stderr-reasons.ts';
import { cacheNameOf, openWeightCache, type WeightCache } from './weight-cache.ts';

/** The engine process's end of the line to core. */
export interface EnginePort {
  post(message: FromEngine): void;
  onMessage(listener: (message: unknown) => void): void;
}

/**
 * A prompt of 278 tokens read at once needs 24 MB more than in pieces of 96, for 3 % of speed; pieces of 64
 * save nothing more and cost 15 % (docs/performance.md).
 */
export const PREFILL_CHUNK_TOKENS = 96;

/** At this level the runtime tells which graphics adapter it chose, on standard error. */
const GPU_LOG_LEVEL = 2;

type Loader = (options: {
  nativeDir: string;
  logLevel?: number;
  confine: SandboxRules;
}) => ReturnType<LoadRuntime>;
/** Does the work of one request and tells of it; must end with a terminal event. */
type Work = (tell: (event: EngineEvent | SpeechEngineEvent) => void, signal: AbortSignal) => Promise<void>;

/**
 * The whole life of an engine process: confines itself, loads one model, does one request at a time, beats. It holds
 * nothing that is not also in core, because it may be killed at any moment.
 *
 * @param mainDir the folder of the bundle that runs: its own code stays readable
 */
export function runEngineHost(port: EnginePort, loadRuntime: Loader, mainDir: string): void {
  let answerer: Promise<Answerer> | undefined;
  let speech: Promise<SpeechHost> | undefined;
  const running = new Map<number, AbortController>();
  /** Once it has answered, everything that the runtime keeps has been made. */
  let publishCache: () => Promise<void> = async () => undefined;

  const loadChat = async (request: EngineLoad): Promise<Answerer> => {
    const startedAt = performance.now();
    const isGpu = request.backend === 'gpu';
    const runtime = await loadRuntime({
      nativeDir: request.nativeDir,
      confine: sandboxFor({ type: 'load', load: request }, mainDir),
      ...(isGpu ? { logLevel: GPU_LOG_LEVEL } : {}),
    });
    tellOfSandbox(runtime);
    const { dir, publish } = await openCache(request, runtime.version);
    if (request.backend !== 'cpu') await dropLinks(request.cacheDir, request.modelPath);
    if (isGpu) await dropGpuWeights(request.cacheDir, request.modelPath);
    await refuseSilentFallback(runtime, request);
    const dispatchDir = request.backend === 'npu' ? readNpu(request.nativeDir).dispatchDir : undefined;
    const options: EngineOptions = {
      modelPath: request.modelPath,
      ...encodersFor(request),
      backend: request.backend,
      ...(request.backend === 'cpu' ? { threads: request.threads } : {}),
      maxTokens: request.maxTokens,
      ...(dir === undefined ? {} : { cacheDir: dir }),
      ...(dispatchDir === undefined ? {} : { dispatchLibDir: dispatchDir }),
      prefillChunkTokens: PREFILL_CHUNK_TOKENS,
      // fp16 activations corrupt digits and JSON on several GPUs.
      activationType: 'f32',
    };
    let engine = await runtime.createEngine(options);
    port.post({ type: 'loaded', loadMs: performance.now() - startedAt, contextLimit: request.maxTokens });
    publishCache = publish;
    const renew = async () => {
      await engine.dispose();
      // The first answer has moved the cache to where all look for it.
      const cache = await openCache(request, runtime.version);
      publishCache = cache.publish;
      const { cacheDir: _before, ...others } = options;
      engine = await runtime.createEngine({
        ...others,
        ...(cache.dir === undefined ? {} : { cacheDir: cache.dir }),
      });
      return engine;
    };
    const plain = createPlainText(await readControlTexts(request.modelPath), (text) => engine.tokenize(text));
    return createAnswerer(engine, request.maxTokens, plain, request.grows === true ? renew : undefined);
  };

  const loadSpeech = async (request: SpeechLoad): Promise<SpeechHost> => {
    const startedAt = performance.now();
    const confine = sandboxFor({ type: 'load-speech', load: request }, mainDir);
    const { nativeDir } = request;
    const host = await createSpeechHost(request, await loadRuntime({ nativeDir, confine }));
    port.post({ type: 'loaded', loadMs: performance.now() - startedAt });
    return host;
  };

  const tellOfFailure = (error: unknown) => {
    const info = toErrorInfo(fromNativeError(error));
    const reason = isNativeError(error) ? reasonIn(error.message) : undefined;
    const message = reason === undefined ? info.message : `${info.message} ${reason}`;
    port.post({ type: 'load-failed', error: { ...info, message } });
  };

  const serve = async (requestId: number, work: Work): Promise<void> => {
    const abort = new AbortController();
    running.set(requestId, abort);
    try {
      await work((event) => port.post({ type: 'event', requestId, event }), abort.signal);
    } catch (error) {
      const failure = toErrorInfo(fromNativeError(error));
      port.post({ type: 'event', requestId, event: { type: 'failed', error: failure } });
    } finally {
      running.delete(requestId);
    }
  };

  const workOf = (message: Exclude<ToEngine, { type: 'load' | 'load-speech' | 'cancel' }>): Work => {
    switch (message.type) {
      case 'generate':
        return async (tell, signal) => {
          const gather = gatherDeltas(tell);
          for await (const event of (await loaded(answerer)).answer(message.prompt, signal)) {
            // Before the end is told, after which this process may be ended. One that was stopped may have met the
            // weights half made.
            if (event.type === 'done' && event.reason !== 'cancelled') await publishCache();
            gather(event);
          }
        };
      case 'transcribe':
        return async (tell, signal) => {
          const tellPartial = (text: string) => tell({ type: 'partial', text });
          const host = await loaded(speech);
          collectGarbage();
          const window = await host.transcribe(message.window, tellPartial, signal);
          const peakRssBytes = process.resourceUsage().maxRSS * 1024;
          tell(window === undefined ? { type: 'cancelled' } : { type: 'heard', window, peakRssBytes });
        };
      case 'find-voice':
        return async (tell) => {
          const probabilities = await (await loaded(speech)).findVoice(message.samples, message.reset);
          tell({ type: 'voice', probabilities });
        };
      case 'print-voice':
        return async (tell) => {
          tell({ type: 'voice-print', print: await (await loaded(speech)).printVoice(message.samples) });
        };
      default:
        return assertNever(message);
    }
  };

  setInterval(() => port.post({ type: 'beat' }), BEAT_INTERVAL_MS);
  port.onMessage((raw) => {
    const message = toEngineSchema.parse(raw);
    switch (message.type) {
      case 'load':
        answerer = loadChat(message.load);
        answerer.catch(tellOfFailure);
        return;
      case 'load-speech':
        speech = loadSpeech(message.load);
        speech.catch(tellOfFailure);
        return;
      case 'cancel':
        running.get(message.requestId)?.abort();
        return;
      default:
        void serve(message.requestId, workOf(message));
    }
  });
}

/** On standard error, which core keeps for its log. */
function tellOfSandbox({ sandbox }: LiteRtRuntime): void {
  if (process.platform !== 'linux' || sandbox === undefined) return;
  if (sandbox.files === '')
    process.stderr.write('sotto: this kernel has no Landlock, so files are not confined\n');
  if (sandbox.network === '')
    process.stderr.write('sotto: this kernel has no seccomp, so the network is not closed\n');
}

/** The GPU's runtime names its files by itself and reads one of them back wrongly: see dropGpuWeights. */
async function openCache(
  { backend, cacheDir, modelPath, media = [] }: EngineLoad,
  version: string,
): Promise<WeightCache> {
  if (backend !== 'cpu') return { dir: makeCacheDir(cacheDir), publish: async () => undefined };
  // Encoders have files of their own in it, which would be missing from one that was finished without them.
  const name = await cacheNameOf(modelPath, [version, ...media].join('_'));
  return openWeightCache(cacheDir, name, (await stat(modelPath)).size);
}

async function loaded<T>(part: Promise<T> | undefined): Promise<T> {
  if (part === undefined) throw new AppError('INTERNAL', 'No model is loaded.');
  return part;
}

/** On the processor: pictures are small beside the model, and a graphics driver more is a risk more. */
function encodersFor({ media = [] }: EngineLoad): Pick<EngineOptions, 'visionBackend' | 'audioBackend'> {
  return {
    ...(media.includes('image') ? { visionBackend: 'cpu' } : {}),
    ...(media.includes('audio') ? { audioBackend: 'cpu' } : {}),
  };
}

/** LiteRT-LM creates a working CPU engine for "npu" when the file was not compiled for one: say so instead. */
async function refuseSilentFallback(runtime: LiteRtRuntime, request: EngineLoad): Promise<void> {
  if (request.backend !== 'npu') return;
  const info = await runtime.modelInfo(request.modelPath);
  const { chip } = readNpu(request.nativeDir);
  const problem = npuModelProblem(info, chip);
  if (problem !== undefined) throw new AppError('BACKEND_FAILED', problem);
}
