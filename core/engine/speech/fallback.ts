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
/** Below it beams put more words right than wrong (with noise, 2 of 100); above it they only take time. */
const SURE_MEAN_LOG_PROBABILITY = -0.4;
const TEMPERATURES = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;

export interface Attempt extends Manner {
  result: DecodeResult;
  compressionRatio: number;
}

/** How a text is decoded: see DecodeOptions. */
export interface Manner {
  temperature: number;
  beams: number;
}

type Decode = (manner: Manner) => Promise<DecodeResult>;

export interface FallbackOptions {
  temperatures?: readonly number[];
  /** Returns a text that repeats itself instead of trying on. */
  stopAtLoop?: boolean;
  /** How many texts to weigh against each other where the likeliest tokens alone make an unsure one. */
  beams?: number;
}

/** The temperatures to try from one on. */
export function temperaturesFrom(least: number): number[] {
  return TEMPERATURES.filter((temperature) => temperature >= least);
}

/**
 * Decodes until the text neither repeats itself nor is a mere guess: first the likeliest token each time, where that
 * makes an unsure text by beams, then with rising temperature. Where none passes, the likeliest is decoded once more
 * (the same seed gives the same text), because the model's alignment is always that of its last decoding.
 * Undefined: it was cancelled.
 */
export async function decodeWithFallback(
  decode: Decode,
  textOf: (result: DecodeResult) => string,
  { temperatures = TEMPERATURES, stopAtLoop = false, beams = 1 }: FallbackOptions = {},
): Promise<Attempt | undefined> {
  const attempts: Attempt[] = [];
  for (const manner of mannersOf(temperatures, beams)) {
    const [best] = byRank(attempts);
    if (best !== undefined && isGoodEnough(best) && manner.temperature > 0) break;
    const attempt = await attemptIn(manner, decode, textOf);
    if (attempt === undefined) return undefined;
    const isBetter = best === undefined || !isGoodEnough(best) || rank(attempt) > rank(best);
    const mayBeams = manner.beams < beams && manner.temperature === 0;
    const isFinal = isGoodEnough(attempt) ? !mayBeams || isSure(attempt) : stopAtLoop && isLoop(attempt);
    if (isBetter && isFinal) return attempt;
    attempts.push(attempt);
  }
  const [best] = byRank(attempts);
  if (best === undefined || best === attempts.at(-1)) return best;
  return attemptIn(best, decode, textOf);
}

/** A guess while the model thinks that nobody speaks: not text. */
export function isSilence({ result }: Attempt): boolean {
  return (
    result.noSpeechProbability > SILENCE_PROBABILITY && result.meanLogProbability < MIN_MEAN_LOG_PROBABILITY
  );
}

/** The ways to decode, in the order in which they are tried. Beams are of use where nothing is drawn. */
function mannersOf(temperatures: readonly number[], beams: number): Manner[] {
  return temperatures.flatMap((temperature) =>
    temperature === 0 && beams > 1
      ? [
          { temperature, beams: 1 },
          { temperature, beams },
        ]
      : [{ temperature, beams: 1 }],
  );
}

async function attemptIn(
  { temperature, beams }: Manner,
  decode: Decode,
  textOf: (result: DecodeResult) => string,
): Promise<Attempt | undefined> {
  const result = await decode({ temperature, beams });
  if (result.cancelled) return undefined;
  return { result, temperature, beams, compressionRatio: compressionOf(textOf(result)) };
}

function byRank(attempts: readonly Attempt[]): Attempt[] {
  return attempts.toSorted((a, b) => rank(b) - rank(a));
}

function isLoop({ compressionRatio }: Attempt): boolean {
  return compressionRatio > MAX_COMPRESSION_RATIO;
}

function isGoodEnough(attempt: Attempt): boolean {
  if (isLoop(attempt)) return false;
  return attempt.result.meanLogProbability >= MIN_MEAN_LOG_PROBABILITY || isSilence(attempt);
}

/** Nothing better is to be expected of beams. */
function isSure(attempt: Attempt): boolean {
  return attempt.result.meanLogProbability >= SURE_MEAN_LOG_PROBABILITY || isSilence(attempt);
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
