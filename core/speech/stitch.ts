import type { Segment, Word } from '../../contract/speech.ts';
import { type HeardPart, isMark, joinParts, type Part } from './parts.ts';
import { SAME_WORD_MS } from './seam.ts';
import { type AudioWindow, HARD_CUT_OVERLAP_MS, type Span } from './windows.ts';

/** Whisper's times are steps of 20 ms and often half a second off at a phrase's ends. */
const SPEECH_TOLERANCE_MS = 500;

/**
 * Joins the segments of windows to those of a transcript, window by window and in their order: absolute times
 * that never go back, no word twice or lost where windows overlap, nothing from where nobody spoke.
 */
export class Stitcher {
  #nextNumber: number;
  #lastEndMs: number;
  /** The last segments of a window that ended in mid-speech: the next window decides where they end. */
  #held: Part[] = [];

  /**
   * @param after the last segment that is already there, when a transcription is resumed; its id is that of
   * another Stitcher.
   */
  constructor(after?: Pick<Segment, 'id' | 'endMs'>) {
    this.#nextNumber = after === undefined ? 1 : Number.parseInt(after.id.slice(1), 10) + 1;
    this.#lastEndMs = after?.endMs ?? 0;
  }

  /** Takes what was heard in the next window, gives the segments that are final. */
  add(window: AudioWindow, heard: readonly HeardPart[]): Segment[] {
    const parts = heard
      .filter((part) => part.text.trim() !== '' || isMark(part))
      .map((part) => toAbsolute(part, window))
      .filter((part) => window.speech.some((span) => touches(part, span)));
    const [before, after] =
      window.overlapMs === 0
        ? [this.#held, parts]
        : joinParts(this.#held, parts, window.startMs, window.startMs + window.overlapMs);
    this.#held = [];
    if (!window.isHardEnd) return this.#number([...before, ...after]);
    const isOpen = (part: Part) => part.endMs > window.endMs - HARD_CUT_OVERLAP_MS - SAME_WORD_MS;
    const firstOpen = after.findIndex(isOpen);
    const closed = firstOpen < 0 ? after.length : firstOpen;
    this.#held = after.slice(closed);
    return this.#number([...before, ...after.slice(0, closed)]);
  }

  /** What was held for a window that did not come. */
  flush(): Segment[] {
    const held = this.#held;
    this.#held = [];
    return this.#number(held);
  }

  #number(parts: readonly Part[]): Segment[] {
    return parts.map((part) => {
      const startMs = Math.max(part.startMs, this.#lastEndMs);
      const endMs = Math.max(part.endMs, startMs);
      this.#lastEndMs = endMs;
      const segment = {
        ...part,
        id: `s${this.#nextNumber}`,
        startMs,
        endMs,
        words: inside(part.words, startMs, endMs),
      };
      this.#nextNumber += 1;
      return segment;
    });
  }
}

function touches(part: Part, span: Span): boolean {
  return part.startMs <= span.endMs + SPEECH_TOLERANCE_MS && part.endMs >= span.startMs - SPEECH_TOLERANCE_MS;
}

function toAbsolute(part: HeardPart, window: AudioWindow): Part {
  const { words, doubts = [], text, confidence } = part;
  const at = (ms: number) => Math.min(window.endMs, Math.max(window.startMs, window.startMs + ms));
  return {
    startMs: at(part.startMs),
    endMs: Math.max(at(part.startMs), at(part.endMs)),
    text,
    words: words.map((word) => ({ ...word, startMs: at(word.startMs), endMs: at(word.endMs) })),
    confidence,
    doubts: [...doubts],
  };
}

/** Words within their segment, one after the other. */
function inside(words: readonly Word[], fromMs: number, toMs: number): Word[] {
  let lastMs = fromMs;
  return words.map((word) => {
    const startMs = Math.min(toMs, Math.max(lastMs, word.startMs));
    const endMs = Math.min(toMs, Math.max(startMs, word.endMs));
    lastMs = startMs;
    return { ...word, startMs, endMs };
  });
}
