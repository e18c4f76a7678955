import type { HearingCase, HearingFigures } from '../../contract/profile.ts';
import type { Engine } from '../engine/engine.ts';
import type { SpeechPlaces } from '../engine/speech/speech-engines.ts';
import type { SpeechWindow } from '../engine/speech/speech-protocol.ts';
import { AppError, fromInfo } from '../errors.ts';
import { SPEECH_RATE_HZ } from '../speech/audio/pcm.ts';
import type { LoadableSpeechModel } from '../speech/speech-models.ts';
import { type EngineToMeasure, measureEngine } from './measured-engine.ts';
import { median, percentiles } from './percentiles.ts';

/** Speech that is known, so that every machine hears the same. */
export interface SpeechSample {
  /** Mono at 16 kHz, -1 to 1; at least LONGEST_SOUND_SECONDS of it. */
  samples: Float32Array;
  /** ISO 639 code. */
  language: string;
}

/** One hearing; times in milliseconds. */
interface Hearing {
  firstTextMs: number;
  wholeTextMs: number;
  encodeMs: number;
  tokenMs: number;
  tokens: number;
  peakRssBytes: number;
}

/**
 * Measures one model that hears, on the processor, on one length of sound: a window as a transcription has it, with the
 * times of its words. Finding who speaks, and whether anybody does, is not in it.
 *
 * @throws AppError why it could not be measured.
 */
export async function measureHearing(
  { settings, modelPath, tokenizerPath }: LoadableSpeechModel,
  { threads, soundSeconds }: HearingCase,
  { samples, language }: SpeechSample,
  places: SpeechPlaces,
  process: Omit<EngineToMeasure, 'load'>,
): Promise<HearingFigures> {
  const load = { ...places, modelPath, tokenizerPath, settings, threads };
  const sound = samples.subarray(0, soundSeconds * SPEECH_RATE_HZ);
  const window = { samples: sound, language, translate: false, words: true };
  const { answers, figures } = await measureEngine(
    { ...process, load: { type: 'load-speech', load } },
    (engine) => hearOnce(engine, window, process.signal),
  );
  return { ...figures, ...summarise(answers, sound.length / SPEECH_RATE_HZ) };
}

async function hearOnce(engine: Engine, window: SpeechWindow, signal: AbortSignal): Promise<Hearing> {
  const startedAt = performance.now();
  let firstTextMs: number | undefined;
  for await (const event of engine.transcribe(window, signal)) {
    const sinceStart = performance.now() - startedAt;
    if (event.type === 'failed') throw fromInfo(event.error);
    if (event.type === 'partial') firstTextMs ??= sinceStart;
    if (event.type !== 'heard') continue;
    const { encodeMs, decodeMs, tokens } = event.window.cost;
    return {
      firstTextMs: firstTextMs ?? sinceStart,
      wholeTextMs: sinceStart,
      encodeMs,
      tokenMs: decodeMs / Math.max(1, tokens),
      tokens,
      peakRssBytes: event.peakRssBytes,
    };
  }
  throw new AppError('INTERNAL', 'It heard nothing.');
}

function summarise(answers: readonly Hearing[], seconds: number) {
  const all = (name: keyof Hearing) => answers.map((hearing) => hearing[name]);
  const tokenMs = percentiles(all('tokenMs'));
  return {
    answerTokens: Math.round(median(all('tokens'))),
    firstTextMs: percentiles(all('firstTextMs')),
    wholeTextMs: percentiles(all('wholeTextMs')),
    encodeMs: percentiles(all('encodeMs')),
    tokenMs,
    decodeTokensPerSecond: tokenMs.p50 > 0 ? 1000 / tokenMs.p50 : 0,
    timesRealtime: median(all('wholeTextMs').map((ms) => (1000 * seconds) / ms)),
    peakRssBytes: Math.max(...all('peakRssBytes')),
  };
}
