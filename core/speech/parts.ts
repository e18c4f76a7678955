import type { Doubt, Segment, Word } from '../../contract/speech.ts';
import { findSeam } from './seam.ts';

/** What Whisper heard in one window; times, also those of the words, count from the window's start. */
export interface HeardPart {
  startMs: number;
  endMs: number;
  text: string;
  words: readonly Word[];
  confidence: number;
  doubts?: readonly Doubt[];
}

export type Part = Omit<Segment, 'id'>;

/** Speech that nobody understood, which has a time and no words. */
export function isMark({ doubts }: Pick<HeardPart, 'doubts'>): boolean {
  return doubts?.includes('inaudible') === true;
}

/** Words of a part; where no times were asked for, times in proportion to the letters. */
export function wordsOf(part: HeardPart): Word[] {
  if (part.words.length > 0) return [...part.words];
  const texts = part.text.match(/\s*\S+/gu) ?? [];
  const msPerLetter = (part.endMs - part.startMs) / Math.max(1, part.text.length);
  let position = 0;
  return texts.map((text) => {
    const startMs = part.startMs + position * msPerLetter;
    position += text.length;
    return { text, startMs, endMs: part.startMs + position * msPerLetter, confidence: part.confidence };
  });
}

/** A part with some of its words; undefined when none is left. Untouched parts stay as they were. */
function withWords<P extends HeardPart>(part: P, all: readonly Word[], kept: readonly Word[]): P | undefined {
  const [first] = kept;
  const last = kept.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (kept.length === all.length) return part;
  return {
    ...part,
    startMs: first === all[0] ? part.startMs : first.startMs,
    endMs: last === all.at(-1) ? part.endMs : last.endMs,
    text: kept.map((word) => word.text).join(''),
    words: part.words.length > 0 ? [...kept] : [],
  };
}

/** Keeps the words whose number in the row of all words passes. */
export function selectWords<P extends HeardPart>(
  parts: readonly P[],
  isKept: (index: number) => boolean,
): P[] {
  let index = 0;
  return parts.flatMap((part) => {
    if (isMark(part)) return [part];
    const words = wordsOf(part);
    const kept = words.filter((_, i) => isKept(index + i));
    index += words.length;
    return withWords(part, words, kept) ?? [];
  });
}

/** Joins what was heard twice from one time to another: at the words that both have, see findSeam. */
export function joinParts<P extends HeardPart>(
  before: readonly P[],
  after: readonly P[],
  fromMs: number,
  toMs: number,
): [P[], P[]] {
  const seam = findSeam(before.flatMap(wordsOf), after.flatMap(wordsOf), fromMs, toMs);
  return [selectWords(before, (i) => i < seam.keep), selectWords(after, (i) => i >= seam.skip)];
}
