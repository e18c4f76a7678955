import type { Word } from '../../contract/speech.ts';
import type { Span } from './windows.ts';

/** Voice between two words that neither of them can account for. */
export interface Gap extends Span {
  /** The stretches of voice in it. */
  voiced: Span[];
  /** How many words come before it. */
  after: number;
}

/**
 * A word is given all the time until the next one begins, and so hides what was left out after it. Slow speech has
 * about 150 ms for a letter; the rest is for the shortest words.
 */
const MS_PER_LETTER = 140;
const MS_PER_SIGN = 450;
const LEAST_WORD_MS = 300;
/** One sign is a syllable or more: digits, symbols, the scripts of East Asia, and the capitals of an abbreviation. */
const SIGN = /[\p{N}\p{S}%&@#\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const ABBREVIATION = /^\P{Ll}*\p{Lu}\P{Ll}*\p{Lu}\P{Ll}*$/u;
/** Less of a word than this before a pause is none of it. */
const LEAST_BEFORE_PAUSE_MS = 100;
/** The voice detector is late by so much, and words' times are good to it. */
const EDGE_MS = 200;
/** Voice between words in one breath; less is the hold of a vowel, or a word's times that are a little off. */
const LEAST_INSIDE_MS = 800;

/** The longest that somebody takes to say a word. */
function longestMs({ text }: Pick<Word, 'text'>): number {
  const isSpelt = ABBREVIATION.test(text);
  let ms = LEAST_WORD_MS;
  for (const letter of text.trim()) ms += isSpelt || SIGN.test(letter) ? MS_PER_SIGN : MS_PER_LETTER;
  return ms;
}

/** The word no longer than it can have been. */
export function clamped<W extends Word>(word: W): W {
  return { ...word, endMs: Math.min(word.endMs, word.startMs + longestMs(word)) };
}

/** A word with the voice that it begins in: no word begins in a pause, or goes on after one. */
export function inVoice(word: Word, voiced: readonly Span[]): Word {
  const own = voiced.find((span) => span.endMs - LEAST_BEFORE_PAUSE_MS > word.startMs);
  if (own === undefined || own.startMs >= word.endMs) return word;
  const startMs = Math.max(word.startMs, own.startMs);
  return { ...word, startMs, endMs: Math.max(startMs, Math.min(word.endMs, own.endMs + EDGE_MS)) };
}

export function totalMs(spans: readonly Span[]): number {
  return spans.reduce((sum, { startMs, endMs }) => sum + Math.max(0, endMs - startMs), 0);
}

/** What of the voice no word accounts for: gaps with at least so much voice in them. */
export function findGaps(voiced: readonly Span[], words: readonly Word[], leastMs: number): Gap[] {
  const covers = words.map(clamped);
  const gaps: Gap[] = [];
  for (let after = 0; after <= covers.length; after += 1) {
    const fromMs = covers[after - 1]?.endMs ?? Number.NEGATIVE_INFINITY;
    const toMs = covers[after]?.startMs ?? Number.POSITIVE_INFINITY;
    const pieces = voiced
      .map((span) => ({ startMs: Math.max(span.startMs, fromMs), endMs: Math.min(span.endMs, toMs) }))
      .filter((piece) => piece.endMs - piece.startMs > EDGE_MS);
    const [first] = pieces;
    const last = pieces.at(-1);
    if (first === undefined || last === undefined) continue;
    const isWhole = pieces.some((piece) => voiced.some((span) => isEqual(span, piece)));
    if (totalMs(pieces) < (isWhole ? leastMs : Math.max(leastMs, LEAST_INSIDE_MS))) continue;
    gaps.push({ startMs: first.startMs, endMs: last.endMs, voiced: pieces, after });
  }
  return gaps;
}

/** Voice that no word accounts for, in all. */
export function lostMs(gaps: readonly Gap[]): number {
  return gaps.reduce((sum, gap) => sum + totalMs(gap.voiced), 0);
}

function isEqual(span: Span, other: Span): boolean {
  return span.startMs === other.startMs && span.endMs === other.endMs;
}
