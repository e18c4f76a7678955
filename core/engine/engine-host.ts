import type { LiteRtRuntime, LoadRuntime } from '../../native/binding-types.ts';
import { AppError, assertNever, toErrorInfo } from '../errors.ts';
import { type Answerer, createAnswerer } from './answerer.ts';
import { BEAT_INTERVAL_MS } from './heartbeat.ts';
import { fromNativeError } from './native-errors.ts';
import { type EngineLoad, type FromEngine, type ToEngine, toEngineSchema } from './protocol.ts';

/** The engine process's end of the line to core. */
export interface EnginePort {
  post(message: FromEngine): void;
  onMessage(listener: (message: unknown) => void): void;
}

type Loader = (options: { nativeDir: string }) => ReturnType<LoadRuntime>;

/**
 * The whole life of an engine process: loads one model, answers one prompt at a time, beats. It holds
 * nothing that is not also in core, because it may be killed at any moment.
 */
export function runEngineHost(port: EnginePort, loadRuntime: Loader): void {
  let answerer: Promise<Answerer> | undefined;
  const running = new Map<number, AbortController>();

  const load = async (request: EngineLoad): Promise<Answerer> => {
    const startedAt = performance.now();
    const runtime = await loadRuntime({ nativeDir: request.nativeDir });
    await refuseSilentFallback(runtime, request);
    const engine = await runtime.createEngine({
      modelPath: request.modelPath,
      backend: request.backend,
      ...(request.backend === 'cpu' ? { threads: request.threads } : {}),
      maxTokens: request.maxTokens,
      cacheDir: request.cacheDir,
      // fp16 activations corrupt digits and JSON on several GPUs.
      activationType: 'f32',
    });
    port.post({ type: 'loaded', loadMs: performance.now() - startedAt, contextLimit: request.maxTokens });
    return createAnswerer(engine, request.maxTokens);
  };

  const generate = async ({ requestId, prompt }: Extract<ToEngine, { type: 'generate' }>): Promise<void> => {
    const abort = new AbortController();
    running.set(requestId, abort);
    try {
      const ready = await answerer;
      if (ready === undefined) throw new AppError('INTERNAL', 'No model is loaded.');
      for await (const event of ready.answer(prompt, abort.signal)) {
        port.post({ type: 'event', requestId, event });
      }
    } catch (error) {
      port.post({
        type: 'event',
        requestId,
        event: { type: 'failed', error: toErrorInfo(fromNativeError(error)) },
      });
    } finally {
      running.delete(requestId);
    }
  };

  setInterval(() => port.post({ type: 'beat' }), BEAT_INTERVAL_MS);
  port.onMessage((raw) => {
    const message = toEngineSchema.parse(raw);
    switch (message.type) {
      case 'load':
        answerer = load(message.load);
        answerer.catch((error) => {
          port.post({ type: 'load-failed', error: toErrorInfo(fromNativeError(error)) });
        });
        return;
      case 'generate':
        void generate(message);
        return;
      case 'cancel':
        running.get(message.requestId)?.abort();
        return;
      default:
        assertNever(message);
    }
  });
}

/** LiteRT-LM creates a working CPU engine for "npu" when the file was not compiled for one: say so instead. */
async function refuseSilentFallback(runtime: LiteRtRuntime, request: EngineLoad): Promise<void> {
  if (request.backend !== 'npu') return;
  const info = await runtime.modelInfo(request.modelPath);
  if (info.npuBrand === undefined) {
    throw new AppError('BACKEND_FAILED', 'This model file was not made for an NPU.');
  }
}
