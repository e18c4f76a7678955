import type { Word } from '../../contract/speech.ts';

/** Times of one word in two windows differ by less: Whisper's own are good to some tenths of a second. */
export const SAME_WORD_MS = 1_000;

/** At this distance a match counts half: in "no, no, no" the longest run is not the right one, but the nearest. */
const CLOSE_MS = 200;

/** What is compared: letters and digits, without case, accents' spelling and punctuation. */
export function wordKey(word: Pick<Word, 'text'>): string {
  const letters = word.text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  return letters === '' ? word.text.trim() : letters;
}

function middleMs(word: Word): number {
  return (word.startMs + word.endMs) / 2;
}

interface Run {
  length: number;
  /** Sum over its words, the more the nearer their times are. */
  score: number;
}

/** The words from `left` and `right` on that are the same ones, said at about the same time. */
function runAt(before: readonly Word[], left: number, after: readonly Word[], right: number): Run {
  const run = { length: 0, score: 0 };
  for (;;) {
    const a = before[left + run.length];
    const b = after[right + run.length];
    if (a === undefined || b === undefined || wordKey(a) !== wordKey(b)) return run;
    const offMs = Math.abs(middleMs(a) - middleMs(b));
    if (offMs > SAME_WORD_MS) return run;
    run.length += 1;
    run.score += 1 / (1 + (offMs / CLOSE_MS) ** 2);
  }
}

/**
 * Where to go from one window's words to the next one's when both heard the same two seconds: how many words
 * to keep of the first, and how many to leave out of the second.
 *
 * The best run of words that both have is the seam, as in the published chunked decoding of Whisper
 * (Hugging Face Transformers, `_find_longest_common_sequence`), here with times, so that a word which somebody
 * says twice is not lost. With nothing in common the middle of the overlap is the seam.
 *
 * @param fromMs start of the overlap; @param toMs its end; times of the words count from the same zero.
 */
export function findSeam(
  before: readonly Word[],
  after: readonly Word[],
  fromMs: number,
  toMs: number,
): { keep: number; skip: number } {
  let best = { length: 0, score: 0, left: 0, right: 0 };
  const firstLeft = before.findIndex((word) => word.endMs > fromMs - SAME_WORD_MS);
  for (let left = Math.max(0, firstLeft); left < before.length; left += 1) {
    for (let right = 0; right < after.length; right += 1) {
      if ((after[right]?.startMs ?? 0) > toMs + SAME_WORD_MS) break;
      const run = runAt(before, left, after, right);
      if (run.score > best.score) best = { ...run, left, right };
    }
  }
  if (best.length > 0 && firstLeft >= 0)
    return { keep: best.left + best.length, skip: best.right + best.length };
  const seamMs = (fromMs + toMs) / 2;
  const keep = before.findIndex((word) => middleMs(word) >= seamMs);
  const skip = after.findIndex((word) => middleMs(word) >= seamMs);
  return { keep: keep < 0 ? before.length : keep, skip: skip < 0 ? after.length : skip };
}
