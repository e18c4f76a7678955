import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Addon } from './addon.ts';
import type {
  PlainSpeechModelOptions,
  SpeechModel,
  SpeechModelOptions,
  TensorModel,
} from './binding-types.ts';

/** Loads a speech model; see SpeechModelOptions. */
export async function loadSpeechModel(
  addon: Addon,
  options: SpeechModelOptions | PlainSpeechModelOptions,
): Promise<SpeechModel> {
  const startedAt = performance.now();
  const { cachePath, ...sizes } = 'windows' in options ? flatten(options) : options;
  // Where the folder cannot be made, the weights are repacked in memory: slower to start, no failure.
  const cache =
    cachePath === undefined
      ? undefined
      : await mkdir(dirname(cachePath), { recursive: true }).then(
          () => cachePath,
          () => undefined,
        );
  const id = await addon.loadSpeech({ ...sizes, cachePath: cache });
  const disposal = once(() => addon.deleteSpeech(id));
  return {
    loadMs: performance.now() - startedAt,
    facts: addon.speechFacts(id),
    encode: (samples, window) => addon.encodeSpeech(id, samples, window),
    score: (start, tokens) => addon.scoreSpeech(id, start, tokens),
    decode: (decodeOptions, listener) => addon.decodeSpeech(id, decodeOptions, listener),
    align: (rows, audioPositions) => addon.alignSpeech(id, rows, audioPositions),
    cancel: () => addon.cancelSpeech(id),
    dispose: disposal,
  };
}

/** The flat form that the addon reads. */
function flatten({ windows, ...sizes }: SpeechModelOptions) {
  return {
    ...sizes,
    windowFrames: windows.map((window) => window.frames),
    windowPositions: windows.map((window) => window.positions),
    encode: windows.map((window) => window.encode),
    decode: windows.map((window) => window.decode),
    prefill: windows.map((window) => window.prefill),
  };
}

/** Loads a plain model; see TensorModel. */
export async function loadTensorModel(
  addon: Addon,
  options: { modelPath: string; threads: number },
): Promise<TensorModel> {
  const id = await addon.loadTensors(options);
  return {
    run: async (signature, inputs, outputs) => {
      const values = await addon.runTensors(
        id,
        signature,
        Object.keys(inputs),
        Object.values(inputs),
        outputs,
      );
      return Object.fromEntries(outputs.map((name, index) => [name, values[index] ?? new Float32Array()]));
    },
    dispose: once(() => addon.deleteTensors(id)),
  };
}

/** Runs work the first time only; every call gets the same promise. */
function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}
