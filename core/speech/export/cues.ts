import type { Segment, Transcript, Word } from '../../../contract/speech.ts';
import { cleanText } from './clean-text.ts';
import { shownText } from './shown-text.ts';
import { speakerNames } from './speaker-names.ts';

/** One subtitle. */
export interface Cue {
  startMs: number;
  endMs: number;
  /** At most two lines where words can be told apart; the words are those of the segment, in order. */
  lines: string[];
  speaker?: string;
}

/** Netflix, "Timed Text Style Guide: General Requirements": 42 characters a line, two lines, 7 seconds. */
export const MAX_LINE_WIDTH = 42;
export const MAX_CUE_MS = 7_000;
/** The same guide: five sixths of a second. */
const MIN_CUE_MS = 833;
/** Less than a third of a line left over looks like a mistake: then both cues get about half. */
const MIN_REST_WIDTH = 14;

/** Characters of Chinese, Japanese and Korean are twice as wide. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
/** A cue that ends with a clause reads better than a full one. */
const CLAUSE_END = /[.,;:!?…。、，！？؟،]["'”’»)\]]*$/u;

/** Columns that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** Two lines as even as they can be; undefined when one of them would be too long. */
function inTwoLines(text: string): string[] | undefined {
  let best: { lines: string[]; uneven: number } | undefined;
  for (let space = text.indexOf(' '); space >= 0; space = text.indexOf(' ', space + 1)) {
    const lines = [text.slice(0, space), text.slice(space + 1)];
    const [first = 0, second = 0] = lines.map(widthOf);
    const uneven = Math.abs(first - second);
    if (Math.max(first, second) > MAX_LINE_WIDTH || (best !== undefined && uneven >= best.uneven)) continue;
    best = { lines, uneven };
  }
  return best?.lines;
}

/** Lines filled one after the other, where a text without word times is too long for two. */
function inManyLines(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= MAX_LINE_WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function fits(text: string): boolean {
  return widthOf(text) <= MAX_LINE_WIDTH || inTwoLines(text) !== undefined;
}

function toLines(text: string): string[] {
  return widthOf(text) <= MAX_LINE_WIDTH ? [text] : (inTwoLines(text) ?? inManyLines(text));
}

function textOf(words: readonly Word[]): string {
  return cleanText(words.map((word) => word.text).join(''));
}

/** How many of the words make the next cue. */
function cueLength(words: readonly Word[], startMs: number): number {
  let length = 1;
  while (length < words.length) {
    const isTooLong = (words[length]?.endMs ?? 0) - startMs > MAX_CUE_MS;
    if (isTooLong || !fits(textOf(words.slice(0, length + 1)))) break;
    length += 1;
  }
  if (length === words.length) return length;
  if (isOrphan(words.slice(length))) return evenLength(words, length);
  for (let end = length; end > length / 2; end -= 1) {
    if (CLAUSE_END.test(words[end - 1]?.text.trim() ?? '')) return end;
  }
  return length;
}

/** Too little for a cue of its own. */
function isOrphan(rest: readonly Word[]): boolean {
  const lengthMs = (rest.at(-1)?.endMs ?? 0) - (rest[0]?.startMs ?? 0);
  return lengthMs < MIN_CUE_MS || widthOf(textOf(rest)) < MIN_REST_WIDTH;
}

/** The number of words, at most `length`, that leaves about as much text after them. */
function evenLength(words: readonly Word[], length: number): number {
  let best = { end: length, uneven: Number.POSITIVE_INFINITY };
  for (let end = 1; end <= length; end += 1) {
    const uneven = Math.abs(widthOf(textOf(words.slice(0, end))) - widthOf(textOf(words.slice(end))));
    if (uneven < best.uneven) best = { end, uneven };
  }
  return best.end;
}

/** Words that a reader sees; those of a segment that was edited do not make its text any more. */
function timedWords(segment: Segment): readonly Word[] {
  return segment.words.map((word) => word.text).join('') === segment.text ? segment.words : [];
}

/** A segment as one cue, or as several where its words have times and it is too long. */
export function segmentCues(segment: Segment): Cue[] {
  const text = shownText(segment);
  if (text === '') return [];
  let words = timedWords(segment);
  if (words.length === 0) return [{ startMs: segment.startMs, endMs: segment.endMs, lines: toLines(text) }];
  const cues: Cue[] = [];
  while (words.length > 0) {
    const startMs = cues.length === 0 ? segment.startMs : (words[0]?.startMs ?? segment.startMs);
    const length = cueLength(words, startMs);
    const cueText = textOf(words.slice(0, length));
    const lastMs = words[length - 1]?.endMs ?? segment.endMs;
    const isLast = length === words.length;
    const endMs = isLast ? Math.max(lastMs, Math.min(segment.endMs, startMs + MAX_CUE_MS)) : lastMs;
    if (cueText !== '') cues.push({ startMs, endMs, lines: toLines(cueText) });
    words = words.slice(length);
  }
  return cues;
}

/** All cues of a transcript; with speakers, each has the name of who speaks. */
export function transcriptCues(transcript: Transcript, hasSpeakers: boolean): Cue[] {
  const names = speakerNames(transcript);
  return transcript.segments.flatMap((segment) => {
    const speaker = hasSpeakers ? names.get(segment.speakerId ?? '') : undefined;
    return segmentCues(segment).map((cue) => (speaker === undefined ? cue : { ...cue, speaker }));
  });
}
