import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tokenizer } from '@huggingface/tokenizers';
import type { LiteRtRuntime, SpeechModel, SpeechModelFacts } from '../../../native/binding-types.ts';
import { isNativeError } from '../../../native/native-error.ts';
import { AppError } from '../../errors.ts';
import { readText } from '../../system/regular-file.ts';
import { openWeightCache } from '../weight-cache.ts';
import type { SpeechLoad, SpeechWindow } from './speech-protocol.ts';
import type { SpeechSettingsFile } from './speech-settings.ts';
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
  // The hash names it: repacked weights of another model, or of an older one, are never met.
  const cacheName = `${load.settings.id}_${load.settings.sha256.slice(0, 16)}_${runtime.version}`;
  const cache = await openWeightCache(load.cacheDir, cacheName, (await stat(load.modelPath)).size);
  const cachePath = cache.dir === undefined ? undefined : join(cache.dir, 'weights.xnnpack_cache');
  const model = await openModel(load, runtime, cachePath);
  const settings = load.settings.kvCache ? load.settings : describedBy(load.settings, model.facts);
  const text = await readTokenText(load.tokenizerPath);
  // One thread: the model is so small that handing work over costs more than it saves.
  const voice = createVoiceFinder(await runtime.loadTensorModel({ modelPath: load.voicePath, threads: 1 }));
  let printer: Promise<VoicePrinter> | undefined;
  const openPrinter = async () =>
    createVoicePrinter(await runtime.loadTensorModel({ modelPath: load.speakerPath, threads: 1 }));
  const transcriber = createWindowTranscriber(model, settings, text, createEncoder(load));
  return {
    transcribe: async (window, onPartial, signal) => {
      const heard = await transcriber.transcribe(window, throttle(onPartial), signal);
      // One that was stopped may have met the weights half made.
      if (!signal.aborted) await cache.publish();
      return heard;
    },
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

/** Whisper reads half a minute at a time; a file made for less would hear half a sentence. */
const WINDOW_SECONDS = 30;
const FRAMES_PER_SECOND = 100;

function openModel(
  load: SpeechLoad,
  runtime: LiteRtRuntime,
  cachePath: string | undefined,
): Promise<SpeechModel> {
  const { settings, modelPath, threads } = load;
  const cache = cachePath === undefined ? {} : { cachePath };
  if (!settings.kvCache) {
    return runtime.loadSpeechModel({ modelPath, ...cache, threads, kvCache: false }).catch(refuseForeign);
  }
  return runtime.loadSpeechModel({
    modelPath,
    ...cache,
    threads,
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
}

/** A file of which nothing is known but its path: it may well be something else. */
function refuseForeign(error: unknown): never {
  if (!isNativeError(error) || error.code !== 'ENGINE_CREATE') throw error;
  throw new AppError('MODEL_FORMAT', 'This is no speech model that Sotto can run.', {
    hint: 'Sotto hears with Whisper, as Sotto’s own recipe or litert-community has it.',
    cause: error,
  });
}

/**
 * The settings of a file that came without any, from its graph; tokens and languages are those of the tokenizer that it
 * was given. @throws AppError MODEL_FORMAT where the two do not belong together.
 */
function describedBy(settings: SpeechSettingsFile, facts: SpeechModelFacts): SpeechSettingsFile {
  if (facts.vocabularySize !== settings.vocabularySize) {
    throw new AppError('MODEL_FORMAT', 'This speech model needs a tokenizer of its own.', {
      hint: 'Put its tokenizer.json and speech.json beside it; only multilingual Whisper needs none.',
    });
  }
  const seconds = facts.frames / FRAMES_PER_SECOND;
  if (seconds !== WINDOW_SECONDS) {
    throw new AppError('MODEL_FORMAT', `This speech model hears ${seconds} seconds at a time.`, {
      hint: `Choose the form that hears ${WINDOW_SECONDS} seconds.`,
    });
  }
  const { frames, positions, cacheLength, mels } = facts;
  const window = { seconds, frames, positions, encode: 'encode', decode: 'decode', prefill: 'decode' };
  return { ...settings, mels, cacheLength, alignmentHeads: [], windows: [window] };
}

/** The full tokenizer is needed for prompts only, so it is read with the first one. */
/** A prompt is plain text: control tokens, which begin with the end of text, cannot come from it. */
function createEncoder({ tokenizerPath, settings }: SpeechLoad): EncodeText {
  let tokenizer: Promise<Tokenizer> | undefined;
  const read = async () => {
    const { Tokenizer } = await import('@huggingface/tokenizers');
    return new Tokenizer(JSON.parse(await readText(tokenizerPath)), {});
  };
  return async (text) => {
    tokenizer ??= read();
    const { ids } = (await tokenizer).encode(text, { add_special_tokens: false });
    return ids.filter((id) => id < settings.tokens.endOfText);
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
