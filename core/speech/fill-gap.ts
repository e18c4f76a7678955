import type { Word } from '../../contract/speech.ts';
import { clamped, type Gap } from './coverage.ts';
import { type HeardPart, joinParts, selectWords, wordsOf } from './parts.ts';
import type { Span } from './windows.ts';

/** Beside a word's middle, so that where nothing is alike the word that was there stays. */
const BESIDE_MS = 120;

/** The words on both sides of a gap. */
export function neighbours(
  parts: readonly HeardPart[],
  gap: Gap,
): { before: Word | undefined; after: Word | undefined } {
  const words = parts.flatMap(wordsOf);
  return { before: words[gap.after - 1], after: words[gap.after] };
}

/** Where to cut a stretch in two: in the longest pause of its middle half. */
export function cutAt({ startMs, endMs }: Span, voiced: readonly Span[]): number | undefined {
  const quarterMs = (endMs - startMs) / 4;
  let best: Span | undefined;
  for (const [index, { endMs: from }] of voiced.entries()) {
    const pause = { startMs: from, endMs: voiced[index + 1]?.startMs ?? from };
    const middleMs = (pause.startMs + pause.endMs) / 2;
    if (middleMs < startMs + quarterMs || middleMs > endMs - quarterMs) continue;
    if (best === undefined || pause.endMs - pause.startMs > best.endMs - best.startMs) best = pause;
  }
  return best === undefined ? undefined : (best.startMs + best.endMs) / 2;
}

/** What was heard, and what was heard from where the model stopped, which may be in the middle of its last word. */
export function continued(
  parts: readonly HeardPart[],
  more: readonly HeardPart[],
  fromMs: number,
): HeardPart[] {
  const [head, tail] = joinParts(shortened(parts), more, fromMs, fromMs + 2 * BESIDE_MS);
  return inOrder([...head, ...tail]);
}

/** Puts in what a second hearing of the gap and the words beside it has found. */
export function filledWith(parts: readonly HeardPart[], found: readonly HeardPart[], gap: Gap): HeardPart[] {
  const [left, right] = parted(parts, gap);
  const { before, after } = neighbours(parts, gap);
  let middle = [...found];
  let head = left;
  let tail = right;
  if (before !== undefined) {
    const endMs = clamped(before).endMs + BESIDE_MS;
    [head, middle] = joinParts(left, middle, before.startMs, endMs);
  }
  if (after !== undefined) [middle, tail] = joinParts(middle, right, after.startMs - BESIDE_MS, after.endMs);
  return inOrder([...head, ...middle, ...tail]);
}

/** Marks what stays without words, each stretch where it is. */
export function marked(parts: readonly HeardPart[], gaps: readonly Gap[]): HeardPart[] {
  // From the last on, as the numbers of the words before do not change then.
  return gaps
    .toSorted((a, b) => b.startMs - a.startMs)
    .reduce<HeardPart[]>(
      (all, gap) => {
        const words = all.flatMap(wordsOf);
        const after = words.filter(({ startMs }) => startMs < gap.startMs).length;
        const [left, right] = parted(all, { ...gap, after });
        const { startMs, endMs } = gap;
        const mark: HeardPart = {
          startMs,
          endMs,
          text: '',
          words: [],
          confidence: 0,
          doubts: ['inaudible'],
        };
        return inOrder([...left, mark, ...right]);
      },
      [...parts],
    );
}

/** What comes before a gap and what comes after it, the last word before it no longer than it can be. */
function parted(parts: readonly HeardPart[], gap: Gap): [left: HeardPart[], right: HeardPart[]] {
  const isBefore = (part: HeardPart) => part.startMs < gap.startMs;
  const marksOf = (all: HeardPart[], isLeft: boolean) =>
    all.filter((part) => part.text !== '' || isBefore(part) === isLeft);
  const left = marksOf(
    selectWords(parts, (index) => index < gap.after),
    true,
  );
  const right = marksOf(
    selectWords(parts, (index) => index >= gap.after),
    false,
  );
  return [shortened(left), right];
}

function shortened(parts: readonly HeardPart[]): HeardPart[] {
  const last = parts.at(-1);
  const word = last?.words.at(-1);
  if (last === undefined || word === undefined) return [...parts];
  const short = clamped(word);
  return [
    ...parts.slice(0, -1),
    { ...last, endMs: Math.min(last.endMs, short.endMs), words: [...last.words.slice(0, -1), short] },
  ];
}

/** No part reaches into the next one. */
function inOrder(parts: readonly HeardPart[]): HeardPart[] {
  return parts.map((part, index) => {
    const nextMs = parts[index + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    return part.endMs <= nextMs ? part : { ...part, endMs: Math.max(part.startMs, nextMs) };
  });
}
