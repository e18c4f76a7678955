import type { Doubt } from '../../contract/speech.ts';
import type { HeardWindow } from '../engine/speech/speech-protocol.ts';
import { inVoice } from './coverage.ts';
import type { HeardPart } from './parts.ts';
import type { Span } from './windows.ts';

/** Mean probability of a token; below it every second word or so is a guess. */
const LOW_CONFIDENCE = 0.5;
/** Whisper's published thresholds for silence and for text that repeats itself (whisper/transcribe.py). */
const DOUBTFUL_SILENCE = 0.6;
const REPETITIVE_COMPRESSION = 2.4;
const GUESS_LOG_PROBABILITY = -1;

/**
 * The segments of a window with what a reader should know: guesses, loops, words where the model heard silence.
 *
 * @param voiced where somebody speaks: no word begins in a pause.
 */
export function partsOf(heard: HeardWindow, startMs: number, voiced: readonly Span[]): HeardPart[] {
  return heard.segments.map((segment) => {
    const doubts: Doubt[] = [];
    if (segment.confidence < LOW_CONFIDENCE) doubts.push('low-confidence');
    if (heard.noSpeechProbability > DOUBTFUL_SILENCE) doubts.push('maybe-silence');
    if (isLoop(heard)) doubts.push('repetitive');
    const part = shifted(segment, startMs);
    return { ...part, words: part.words.map((word) => inVoice(word, voiced)), doubts };
  });
}

export function shifted<P extends HeardPart>(part: P, byMs: number): P {
  const words = part.words.map((word) => ({
    ...word,
    startMs: word.startMs + byMs,
    endMs: word.endMs + byMs,
  }));
  return { ...part, startMs: part.startMs + byMs, endMs: part.endMs + byMs, words };
}

export function textOf({ segments }: HeardWindow): string {
  return segments.map(({ text }) => text).join('');
}

export function isLoop({ compressionRatio }: HeardWindow): boolean {
  return compressionRatio > REPETITIVE_COMPRESSION;
}

/** Whether a second hearing may add words: neither a loop nor a guess. */
export function isTrusted(heard: HeardWindow): boolean {
  return !isLoop(heard) && heard.meanLogProbability > GUESS_LOG_PROBABILITY;
}
