import { deflateSync } from 'node:zlib';
import type { DecodeResult } from '../../../native/binding-types.ts';

/**
 * Whisper's published defaults (whisper/transcribe.py): above this compression a text repeats itself, below
 * this mean probability it is a guess, and then a higher temperature may find a better one; with this
 * probability of silence a guess is no text at all.
 */
const MAX_COMPRESSION_RATIO = 2.4;
const MIN_MEAN_LOG_PROBABILITY = -1;
const SILENCE_PROBABILITY = 0.6;
const TEMPERATURES = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;

export interface Attempt {
  result: DecodeResult;
  compressionRatio: number;
  temperature: number;
}

export interface FallbackOptions {
  temperatures?: readonly number[];
  /** Returns a text that repeats itself instead of trying on. */
  stopAtLoop?: boolean;
}

/** The temperatures to try from one on. */
export function temperaturesFrom(least: number): number[] {
  return TEMPERATURES.filter((temperature) => temperature >= least);
}

/**
 * Decodes with rising temperature until the text neither repeats itself nor is a mere guess. Where none
 * passes, the likeliest is decoded once more (the same seed gives the same text), because the model's
 * alignment is always that of its last decoding. Undefined: it was cancelled.
 */
export async function decodeWithFallback(
  decode: (temperature: number) => Promise<DecodeResult>,
  textOf: (result: DecodeResult) => string,
  { temperatures = TEMPERATURES, stopAtLoop = false }: FallbackOptions = {},
): Promise<Attempt | undefined> {
  const attempts: Attempt[] = [];
  for (const temperature of temperatures) {
    const attempt = await attemptAt(temperature, decode, textOf);
    if (attempt === undefined) return undefined;
    if (isGoodEnough(attempt) || (stopAtLoop && isLoop(attempt))) return attempt;
    attempts.push(attempt);
  }
  const [best] = attempts.toSorted((a, b) => rank(b) - rank(a));
  if (best === undefined || best === attempts.at(-1)) return best;
  return attemptAt(best.temperature, decode, textOf);
}

/** A guess while the model thinks that nobody speaks: not text. */
export function isSilence({ result }: Attempt): boolean {
  return (
    result.noSpeechProbability > SILENCE_PROBABILITY && result.meanLogProbability < MIN_MEAN_LOG_PROBABILITY
  );
}

async function attemptAt(
  temperature: number,
  decode: (temperature: number) => Promise<DecodeResult>,
  textOf: (result: DecodeResult) => string,
): Promise<Attempt | undefined> {
  const result = await decode(temperature);
  if (result.cancelled) return undefined;
  return { result, temperature, compressionRatio: compressionOf(textOf(result)) };
}

function isLoop({ compressionRatio }: Attempt): boolean {
  return compressionRatio > MAX_COMPRESSION_RATIO;
}

function isGoodEnough(attempt: Attempt): boolean {
  if (isLoop(attempt)) return false;
  return attempt.result.meanLogProbability >= MIN_MEAN_LOG_PROBABILITY || isSilence(attempt);
}

/** A text that does not repeat itself is better than any that does. */
function rank(attempt: Attempt): number {
  return attempt.result.meanLogProbability - (isLoop(attempt) ? 100 : 0);
}

/** Bytes of the text over bytes of the text compressed, as in the reference. */
function compressionOf(text: string): number {
  const bytes = Buffer.from(text);
  return bytes.length === 0 ? 0 : bytes.length / deflateSync(bytes).length;
}
