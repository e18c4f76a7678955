import type { Segment } from '../../../../contract/speech.ts';
import { caretIn, setCaret } from './caret.ts';

/** Below this probability a word is marked: every second such word is wrong. */
export const DOUBTFUL = 0.5;

export interface WordLook {
  word: string;
  doubtful: string;
  /** What a doubtful word says when it is pointed at. */
  titleOf: (confidence: number) => string;
}

/**
 * Writes a segment's words into an element that a person edits. By hand, as the browser changes such an element
 * under React; the caret stays where it was.
 */
export function paint(element: HTMLElement, { text, words }: Segment, look: WordLook): void {
  const caret = element.ownerDocument.activeElement === element ? caretIn(element) : undefined;
  element.replaceChildren();
  if (words.length === 0) element.append(text);
  words.forEach((word, index) => {
    const span = element.ownerDocument.createElement('span');
    const letters = word.text.trim();
    const from = word.text.indexOf(letters);
    span.textContent = letters;
    span.dataset.word = String(index);
    span.className = look.word;
    if (word.confidence < DOUBTFUL && letters !== '') {
      span.className = look.doubtful;
      span.title = look.titleOf(word.confidence);
    }
    // The space belongs to no word: a line under it would look like a longer word.
    element.append(word.text.slice(0, from), span, word.text.slice(from + letters.length));
  });
  if (caret !== undefined) setCaret(element, caret);
}
