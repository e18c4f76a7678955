import type { TokenText } from './token-text.ts';

/** A token of text with what is known about it. */
export interface TimedToken {
  token: number;
  startMs: number;
  endMs: number;
  logProbability: number;
}

export interface TimedWord {
  text: string;
  startMs: number;
  endMs: number;
  confidence: number;
}

/** Written without spaces: a word ends wherever a character does. Source: Whisper's published tokenizer. */
const WITHOUT_SPACES = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue']);
/** Belongs to the word before it, as in the published reference. */
const CLOSING = /^[\s]*["'.。,，!！?？:：”)\]}、…]+$/u;
const OPENING = /^[\s]*["'“¿([{-]+$/u;

/**
 * Joins tokens to words: at spaces, or at every whole character where the language has none. Punctuation
 * stays with its word. The texts of the words, joined, are the text of the tokens.
 */
export function wordsOf(tokens: TimedToken[], text: TokenText, language: string | undefined): TimedWord[] {
  const unspaced = language !== undefined && WITHOUT_SPACES.has(language);
  const words: Array<TimedWord & { logs: number[] }> = [];
  for (const piece of wholeCharacters(tokens, text)) {
    const last = words.at(-1);
    const begins = last === undefined || (unspaced ? !CLOSING.test(piece.text) : /^\s/u.test(piece.text));
    const sticks = last !== undefined && (CLOSING.test(piece.text) || OPENING.test(last.text));
    if (begins && !sticks) words.push(piece);
    else if (last !== undefined) {
      last.text += piece.text;
      last.endMs = Math.max(last.endMs, piece.endMs);
      last.logs.push(...piece.logs);
    }
  }
  return words.map(({ logs, ...word }) => ({ ...word, confidence: meanProbability(logs) }));
}

/** exp of the mean: the geometric mean of the tokens' probabilities, 0 to 1. */
export function meanProbability(logProbabilities: number[]): number {
  if (logProbabilities.length === 0) return 0;
  const mean = logProbabilities.reduce((sum, value) => sum + value, 0) / logProbabilities.length;
  return Math.min(1, Math.exp(mean));
}

/** Tokens joined until they end at the end of a character. */
function wholeCharacters(tokens: TimedToken[], text: TokenText): Array<TimedWord & { logs: number[] }> {
  const pieces: Array<TimedWord & { logs: number[] }> = [];
  let pending: TimedToken[] = [];
  const flush = () => {
    const [first] = pending;
    const last = pending.at(-1);
    if (first === undefined || last === undefined) return;
    pieces.push({
      text: text.decode(pending.map((one) => one.token)),
      startMs: first.startMs,
      endMs: last.endMs,
      confidence: 0,
      logs: pending.map((one) => one.logProbability),
    });
    pending = [];
  };
  for (const token of tokens) {
    pending.push(token);
    if (!text.decode(pending.map((one) => one.token)).includes('\ufffd')) flush();
  }
  flush();
  return pieces;
}
