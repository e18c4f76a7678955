import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tokenizer } from '@huggingface/tokenizers';
import type { LiteRtRuntime } from '../../../native/binding-types.ts';
import type { SpeechLoad, SpeechWindow } from './speech-protocol.ts';
import { readTokenText } from './token-text.ts';
import { createVoiceFinder } from './voice-finder.ts';
import { createVoicePrinter, type VoicePrinter } from './voice-printer.ts';
import { createWindowTranscriber, type EncodeText } from './window-transcriber.ts';

/** Partial text is told at most this often, in milliseconds: a reader cannot follow more. */
const PARTIAL_INTERVAL_MS = 80;

/** Speech inside an engine process: one model that hears, one that finds voices. */
export interface SpeechHost {
  transcribe(
    window: SpeechWindow,
    onPartial: (text: string) => void,
    signal: AbortSignal,
  ): ReturnType<ReturnType<typeof createWindowTranscriber>['transcribe']>;
  findVoice(samples: Float32Array, reset: boolean): Promise<Float32Array>;
  printVoice(samples: Float32Array): Promise<Float32Array>;
}

/** Loads the model that hears and the one that finds voices; the speaker encoder, when it is first asked for. @throws NativeError ENGINE_CREATE where one does not fit. */
export async function createSpeechHost(load: SpeechLoad, runtime: LiteRtRuntime): Promise<SpeechHost> {
  const { settings } = load;
  const model = await runtime.loadSpeechModel({
    modelPath: load.modelPath,
    // The hash names the file: repacked weights of another model, or of an older one, are never met.
    cachePath: join(load.cacheDir, `${settings.id}_${settings.sha256.slice(0, 16)}.xnnpack_cache`),
    threads: load.threads,
    mels: settings.mels,
    layers: settings.layers,
    heads: settings.heads,
    headSize: settings.headSize,
    vocabularySize: settings.vocabularySize,
    cacheLength: settings.cacheLength,
    prefillLength: settings.prefillLength,
    alignmentHeads: settings.alignmentHeads.length,
    windows: settings.windows,
  });
  const text = await readTokenText(load.tokenizerPath);
  // One thread: the model is so small that handing work over costs more than it saves.
  const voice = createVoiceFinder(await runtime.loadTensorModel({ modelPath: load.voicePath, threads: 1 }));
  let printer: Promise<VoicePrinter> | undefined;
  const openPrinter = async () =>
    createVoicePrinter(await runtime.loadTensorModel({ modelPath: load.speakerPath, threads: 1 }));
  const transcriber = createWindowTranscriber(model, settings, text, createEncoder(load.tokenizerPath));
  return {
    transcribe: (window, onPartial, signal) => transcriber.transcribe(window, throttle(onPartial), signal),
    findVoice: (samples, reset) => {
      if (reset) voice.reset();
      return voice.find(samples);
    },
    printVoice: async (samples) => {
      printer ??= openPrinter();
      return (await printer).print(samples);
    },
  };
}

/** The full tokenizer is needed for prompts only, so it is read with the first one. */
function createEncoder(tokenizerPath: string): EncodeText {
  let tokenizer: Promise<Tokenizer> | undefined;
  const read = async () => {
    const { Tokenizer } = await import('@huggingface/tokenizers');
    return new Tokenizer(JSON.parse(await readFile(tokenizerPath, 'utf8')), {});
  };
  return async (text) => {
    tokenizer ??= read();
    return (await tokenizer).encode(text, { add_special_tokens: false }).ids;
  };
}

function throttle(listener: (text: string) => void): (text: string) => void {
  let toldAt = 0;
  return (text) => {
    const now = performance.now();
    if (now - toldAt < PARTIAL_INTERVAL_MS) return;
    toldAt = now;
    listener(text);
  };
}
