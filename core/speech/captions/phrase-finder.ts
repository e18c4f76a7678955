import { VOICE_FRAME_MS } from '../windows.ts';

/** Somebody speaks from here on; over once it has an end. Times are milliseconds of the sound. */
export interface Phrase {
  startMs: number;
  endMs?: number;
  /** How much of it is voice: what is too short is a click or a breath. */
  voicedMs: number;
}

/** As for windows: Silero VAD, get_speech_timestamps(). */
const ON_PROBABILITY = 0.5;
const OFF_PROBABILITY = 0.35;
/** The detector hears soft first and last consonants late. */
const PADDING_MS = 200;
/** Voice in a row that begins a phrase. Sooner than for windows: what turns out to be a click costs one hearing. */
const BEGIN_FRAMES = 3;
/** A pause of this length ends a phrase: what was said before it stands. */
export const PAUSE_MS = 400;
const PAUSE_FRAMES = Math.ceil(PAUSE_MS / VOICE_FRAME_MS);

/** Finds phrases in the voice detector's probabilities while they come. */
export class PhraseFinder {
  #frame = 0;
  #voiced = 0;
  #silent = 0;
  #open: Phrase | undefined;
  #lastEndMs = 0;

  /** Takes the next probabilities. @returns the phrases that began; they are changed while they go on. */
  feed(probabilities: ArrayLike<number>): Phrase[] {
    const begun: Phrase[] = [];
    for (let i = 0; i < probabilities.length; i += 1) {
      const phrase = this.#take(probabilities[i] ?? 0);
      if (phrase !== undefined) begun.push(phrase);
    }
    return begun;
  }

  /** The sound pauses or ends: so does the phrase. */
  end(): void {
    const phrase = this.#open;
    this.#open = undefined;
    this.#voiced = 0;
    if (phrase === undefined) return;
    phrase.endMs = this.#frame * VOICE_FRAME_MS;
    this.#lastEndMs = phrase.endMs;
  }

  #take(probability: number): Phrase | undefined {
    const phrase = this.#open;
    const isVoice = probability >= (this.#voiced > 0 ? OFF_PROBABILITY : ON_PROBABILITY);
    this.#frame += 1;
    this.#voiced = isVoice ? this.#voiced + 1 : 0;
    this.#silent = isVoice ? 0 : this.#silent + 1;
    if (phrase !== undefined) {
      if (isVoice) phrase.voicedMs += VOICE_FRAME_MS;
      else if (this.#silent >= PAUSE_FRAMES) this.end();
      return undefined;
    }
    if (this.#voiced < BEGIN_FRAMES) return undefined;
    const voicedMs = BEGIN_FRAMES * VOICE_FRAME_MS;
    const startMs = this.#frame * VOICE_FRAME_MS - voicedMs - PADDING_MS;
    this.#open = { startMs: Math.max(this.#lastEndMs, startMs), voicedMs };
    return this.#open;
  }
}
