import type { RecordEvent } from '../../../contract/recording.ts';
import type { Doubt, Segment, Word } from '../../../contract/speech.ts';
import type { HeardWindow } from '../../engine/speech/speech-protocol.ts';
import { createSampleBuffer } from '../sample-buffer.ts';
import { Agreement, textOf } from './agreement.ts';
import type { CaptionEngine } from './caption-engine.ts';
import { type Phrase, PhraseFinder } from './phrase-finder.ts';

export type CaptionEvent = Extract<RecordEvent, { type: 'partial' | 'segment' | 'notice' }>;

/** New sound that is worth another hearing; below it the cores would never rest. */
const MIN_NEW_MS = 250;
/** The shortest exported window: longer ones take too long to be heard while somebody waits. */
const SHORT_WINDOW_MS = 4_800;
/** Firm words that are heard again, so that the next ones are found after them. */
const KEPT_WORDS = 5;
/** Before a word, as its time is only good to some hundredths of a second. */
const WORD_PADDING_MS = 60;
/** The next longer window: it may be heard once at a pause, which lasts almost as long as the hearing. */
const WHOLE_MS = 9_900;
/** What a hearing can hold at all. */
const LONGEST_WINDOW_MS = 28_000;
/** Without a pause for so long, a segment ends at the last firm word. */
const MAX_SEGMENT_MS = 25_000;
/** Speech that is worth hearing a window's rest for. */
const MIN_REST_MS = 500;
/** Less voice than this is a click or a breath. */
const MIN_VOICED_MS = 250;
/** Text that the next hearing is told; more takes longer and teaches little. */
const PREVIOUS_CHARS = 120;
/** Whisper's published thresholds, as in transcriber.ts. */
const LOW_CONFIDENCE = 0.5;
const DOUBTFUL_SILENCE = 0.6;
const REPETITIVE_COMPRESSION = 2.4;
const GUESS_LOG_PROBABILITY = -1;

interface Heard {
  words: Word[];
  /** The model stopped here, before the window's end: milliseconds of the window. */
  unfinishedFromMs: number | undefined;
}

/**
 * Text while somebody speaks: the phrase that goes on is heard again whenever there is more of it. All on one
 * timeline, which starts with the first sample.
 */
export class LiveCaptions {
  readonly #engine: CaptionEngine;
  readonly #tell: (event: CaptionEvent) => void;
  readonly #finder = new PhraseFinder();
  readonly #buffer = createSampleBuffer();
  #phrases: Phrase[] = [];
  /** The one that is heard. */
  #current: Phrase | undefined;
  #agreement = new Agreement();
  /** Where the hearing of the first phrase begins; what is before is firm. */
  #fromMs = 0;
  #heardToMs = 0;
  /** Firm words that are part of a segment already. */
  #told = 0;
  #doubts = new Set<Doubt>();
  #segments = 0;

  constructor(engine: CaptionEngine, tell: (event: CaptionEvent) => void) {
    this.#engine = engine;
    this.#tell = tell;
  }

  /** Takes sound that follows the last. @param samples a multiple of SHORT_VOICE_RUN_SAMPLES, or the last */
  async listen(samples: Float32Array): Promise<void> {
    this.#buffer.add(samples);
    const probabilities = await this.#engine.findVoice(samples);
    // Without an answer it goes on as if nobody had spoken: the next piece has a new engine.
    this.#phrases.push(
      ...this.#finder.feed(probabilities ?? new Float32Array(Math.ceil(samples.length / 512))),
    );
  }

  /** The sound pauses or ends: the phrase is over. */
  pause(): void {
    this.#finder.end();
  }

  /** Hears what is new and tells it; returns when there is nothing more to be heard now. */
  async hear(): Promise<void> {
    for (let phrase = this.#phrases[0]; phrase !== undefined; phrase = this.#phrases[0]) {
      if (this.#current !== phrase) this.#begin(phrase);
      if (phrase.endMs === undefined) {
        await this.#hearOpen();
        return;
      }
      await this.#hearEnded(phrase, phrase.endMs);
      this.#phrases.shift();
    }
    this.#buffer.dropBefore(this.#buffer.totalMs - LONGEST_WINDOW_MS);
  }

  #begin(phrase: Phrase): void {
    this.#current = phrase;
    this.#agreement = new Agreement();
    this.#told = 0;
    this.#doubts = new Set();
    this.#fromMs = phrase.startMs;
    this.#heardToMs = phrase.startMs;
  }

  async #hearOpen(): Promise<void> {
    const nowMs = this.#buffer.totalMs;
    if (nowMs - this.#heardToMs < MIN_NEW_MS) return;
    const heard = await this.#hearTo(nowMs);
    if (heard === undefined) return;
    this.#agreement.hear(heard.words, this.#fromMs, nowMs);
    this.#trim(nowMs);
    const { firm } = this.#agreement;
    const first = firm[this.#told];
    if (first !== undefined && nowMs - first.startMs > MAX_SEGMENT_MS) this.#endSegment();
    this.#tellPartial();
  }

  async #hearEnded(phrase: Phrase, endMs: number): Promise<void> {
    if (phrase.voicedMs >= MIN_VOICED_MS) await this.#finish(phrase, endMs);
    else this.#agreement.partial = [];
    this.#heardToMs = Math.max(this.#heardToMs, endMs);
    this.#endSegment();
    this.#tellPartial();
    this.#buffer.dropBefore(endMs);
  }

  /**
   * Hears to the end, and again from where the model stopped early. A phrase that is not too long is heard as a
   * whole once more: short windows guess at words that have only begun, and two may agree on the same guess.
   */
  async #finish(phrase: Phrase, endMs: number): Promise<void> {
    const isWhole = this.#told === 0 && endMs - phrase.startMs <= WHOLE_MS;
    if (isWhole) this.#fromMs = phrase.startMs;
    const agreement = isWhole ? new Agreement() : this.#agreement;
    do {
      const heard = await this.#hearTo(endMs);
      if (heard === undefined) break;
      this.#agreement = agreement;
      agreement.finish(heard.words, this.#fromMs);
      if (heard.unfinishedFromMs === undefined || heard.unfinishedFromMs <= 0) return;
      this.#fromMs += heard.unfinishedFromMs;
    } while (endMs - this.#fromMs >= MIN_REST_MS);
    this.#agreement.finishAsHeard();
  }

  /** @returns the words from #fromMs on; undefined: nothing that could be used. */
  async #hearTo(endMs: number): Promise<Heard | undefined> {
    this.#fromMs = Math.max(this.#fromMs, endMs - LONGEST_WINDOW_MS);
    const fromMs = this.#fromMs;
    this.#heardToMs = endMs;
    const heard = await this.#engine.hear(this.#buffer.copy(fromMs, endMs), this.#previous(fromMs));
    if (heard === undefined || isUseless(heard)) return undefined;
    for (const doubt of doubtsOf(heard)) this.#doubts.add(doubt);
    const words = heard.segments
      .flatMap((segment) => segment.words)
      .map((word) => ({ ...word, startMs: word.startMs + fromMs, endMs: word.endMs + fromMs }));
    return { words, unfinishedFromMs: heard.unfinishedFromMs };
  }

  /**
   * What the phrase said before the hearing begins, so that its middle is heard as one. Not what was said before
   * the phrase: the model then tends to say it again.
   */
  #previous(fromMs: number): string {
    const before = textOf(this.#agreement.firm.filter((word) => word.startMs < fromMs));
    return before.length <= PREVIOUS_CHARS ? before : before.slice(-PREVIOUS_CHARS).replace(/^\S*/u, '');
  }

  /** Keeps the hearing short: what is firm needs not be heard again. */
  #trim(nowMs: number): void {
    if (nowMs + MIN_NEW_MS - this.#fromMs < SHORT_WINDOW_MS) return;
    const kept = this.#agreement.firm.at(-KEPT_WORDS);
    if (kept === undefined) return;
    this.#fromMs = Math.max(this.#fromMs, kept.startMs - WORD_PADDING_MS);
    this.#buffer.dropBefore(nowMs - LONGEST_WINDOW_MS);
  }

  #tellPartial(): void {
    const firm = textOf(this.#agreement.firm.slice(this.#told));
    this.#tell({ type: 'partial', text: (firm + textOf(this.#agreement.partial)).trim(), firm: firm.trim() });
  }

  /** Makes a segment of the firm words that are in none. */
  #endSegment(): void {
    const words = this.#agreement.firm.slice(this.#told);
    const [first] = words;
    const last = words.at(-1);
    this.#told = this.#agreement.firm.length;
    if (first === undefined || last === undefined) return;
    const confidence = words.reduce((sum, word) => sum + word.confidence, 0) / words.length;
    if (confidence < LOW_CONFIDENCE) this.#doubts.add('low-confidence');
    this.#segments += 1;
    const text = textOf(words);
    const segment: Segment = {
      id: `s${this.#segments}`,
      startMs: first.startMs,
      endMs: Math.max(first.startMs, last.endMs),
      text,
      words,
      confidence,
      doubts: [...this.#doubts],
    };
    this.#doubts = new Set();
    this.#tell({ type: 'segment', segment });
  }
}

/** A loop, or a guess at silence: worse than the text that was there before. */
function isUseless({ compressionRatio, noSpeechProbability, meanLogProbability }: HeardWindow): boolean {
  if (compressionRatio > REPETITIVE_COMPRESSION) return true;
  return noSpeechProbability > DOUBTFUL_SILENCE && meanLogProbability < GUESS_LOG_PROBABILITY;
}

function doubtsOf({ noSpeechProbability }: HeardWindow): Doubt[] {
  return noSpeechProbability > DOUBTFUL_SILENCE ? ['maybe-silence'] : [];
}
