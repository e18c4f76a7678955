import type { Word } from '../../../contract/speech.ts';
import { findSeam, wordKey } from '../seam.ts';

/** A last word that ends this shortly before the sound does may be the beginning of a longer one. */
const UNFINISHED_MS = 250;

/**
 * Which words of a phrase that is heard again and again will stay: those that two successive hearings agree on
 * (LocalAgreement-2: D. Macháček, R. Dabre, O. Bojar, "Turning Whisper into Real-Time Transcription System",
 * 2023). Times count from the start of the sound.
 */
export class Agreement {
  /** Words that stay. */
  readonly firm: Word[] = [];
  /** The words after them, as they were heard last. */
  partial: readonly Word[] = [];

  /** Takes the words of a hearing from `fromMs` to `nowMs`, of which the first may be firm already. */
  hear(words: readonly Word[], fromMs: number, nowMs: number): void {
    const fresh = this.#withoutFirm(words, fromMs);
    let agreed = 0;
    while (agreed < fresh.length && isSame(fresh[agreed], this.partial[agreed])) agreed += 1;
    const last = fresh[agreed - 1];
    if (agreed === fresh.length && last !== undefined && last.endMs > nowMs - UNFINISHED_MS) agreed -= 1;
    this.firm.push(...fresh.slice(0, agreed));
    this.partial = fresh.slice(agreed);
  }

  /** The phrase is over: what was heard last stays. */
  finish(words: readonly Word[], fromMs: number): void {
    this.firm.push(...this.#withoutFirm(words, fromMs));
    this.partial = [];
  }

  /** The same without a last hearing. */
  finishAsHeard(): void {
    this.firm.push(...this.partial);
    this.partial = [];
  }

  #withoutFirm(words: readonly Word[], fromMs: number): Word[] {
    const last = this.firm.at(-1);
    if (last === undefined) return [...words];
    const { keep, skip } = findSeam(this.firm, words, fromMs, last.endMs);
    if (keep === this.firm.length) return words.slice(skip);
    // Heard differently now; what is firm stays, and only what was said after it is new.
    return words.slice(skip).filter((word) => (word.startMs + word.endMs) / 2 > last.endMs);
  }
}

function isSame(a: Word | undefined, b: Word | undefined): boolean {
  return a !== undefined && b !== undefined && wordKey(a) === wordKey(b);
}

export const textOf = (words: readonly Word[]): string => words.map((word) => word.text).join('');
