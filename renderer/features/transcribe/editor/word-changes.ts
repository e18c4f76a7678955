import type { Segment, Word } from '../../../../contract/speech.ts';

/** A word that a person wrote needs no second look. */
const CERTAIN = 1;

/**
 * The words of a text that was edited: those that were not touched keep their times and confidence, what was
 * written anew shares the time of what it replaced.
 */
export function wordsAfterEdit({ words, text: before }: Segment, after: string): Word[] {
  if (words.length === 0 || after === before) return words;
  const { start, end } = changedPart(before, after);
  const [head, kept] = keptAtStart(words, after, start);
  const [tail, keptEnd] = keptAtEnd(words.slice(kept), after, before.length - end, head.length);
  const middle = after.slice(head.length, after.length - tail.length);
  const left = words.slice(0, kept);
  const right = keptEnd === 0 ? [] : words.slice(words.length - keptEnd);
  const replaced = words.slice(kept, words.length - keptEnd);
  const startMs = replaced[0]?.startMs ?? left.at(-1)?.endMs ?? right[0]?.startMs ?? 0;
  const endMs = replaced.at(-1)?.endMs ?? right[0]?.startMs ?? startMs;
  return [...left, ...wordsIn(middle, startMs, Math.max(startMs, endMs)), ...right];
}

/** What differs, in characters of the text before. */
function changedPart(before: string, after: string): { start: number; end: number } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let same = 0;
  while (same < most - start && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  return { start, end: before.length - same };
}

/** Words that end before the change and at a word's end in the new text too: their text and their number. */
function keptAtStart(words: Word[], after: string, start: number): [text: string, count: number] {
  let text = '';
  let count = 0;
  for (const word of words) {
    const next = text + word.text;
    const isWhole = next.length === after.length || /^\s/u.test(after.slice(next.length));
    if (next.length > start || !(isWhole || next.length < start)) break;
    text = next;
    count += 1;
  }
  return [text, count];
}

/** The same from the end, `room` characters of the new text at most. */
function keptAtEnd(words: Word[], after: string, room: number, taken: number): [text: string, count: number] {
  let text = '';
  let count = 0;
  for (const word of [...words].reverse()) {
    const next = word.text + text;
    const from = after.length - next.length;
    const begins = /^\s/u.test(word.text) || from === 0 || next.length < room;
    if (next.length > room || from < taken || !begins) break;
    text = next;
    count += 1;
  }
  return [text, count];
}

/** Words of a text that nobody timed, by their share of its letters. */
function wordsIn(text: string, startMs: number, endMs: number): Word[] {
  const parts = text.match(/\s*\S+\s*$|\s*\S+|\s+/gu) ?? [];
  const perLetterMs = (endMs - startMs) / Math.max(1, text.length);
  let at = startMs;
  return parts.map((part) => {
    const partStartMs = at;
    // Sums of fractions may pass the end by the last digit.
    at = Math.min(endMs, at + part.length * perLetterMs);
    return { text: part, startMs: partStartMs, endMs: at, confidence: CERTAIN };
  });
}

/** Words left and right of a place in the text; one that is cut becomes two. */
export function splitWords(words: Word[], offset: number): [left: Word[], right: Word[]] {
  const left: Word[] = [];
  const right: Word[] = [];
  let from = 0;
  for (const word of words) {
    const inWord = offset - from;
    from += word.text.length;
    if (word.text.slice(inWord).trim() === '' && inWord > 0) left.push(word);
    else if (inWord <= 0 || word.text.slice(0, inWord).trim() === '') right.push(word);
    else {
      const cutMs = word.startMs + ((word.endMs - word.startMs) * inWord) / word.text.length;
      left.push({ ...word, text: word.text.slice(0, inWord), endMs: cutMs });
      right.push({ ...word, text: word.text.slice(inWord), startMs: cutMs });
    }
  }
  return [left, right];
}

/** Without space at either end, in the words as in their text. */
export function trimWords(words: Word[]): Word[] {
  const trimmed = words.map((word) => ({ ...word }));
  while (trimmed[0] !== undefined) {
    trimmed[0].text = trimmed[0].text.trimStart();
    if (trimmed[0].text !== '') break;
    trimmed.shift();
  }
  for (let last = trimmed.at(-1); last !== undefined; last = trimmed.at(-1)) {
    last.text = last.text.trimEnd();
    if (last.text !== '') break;
    trimmed.pop();
  }
  return trimmed;
}

export function meanConfidence(words: Word[], otherwise: number): number {
  if (words.length === 0) return otherwise;
  return words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length;
}
