import type { SpeechEvent, SpeechSettings } from '../../contract/speech.ts';
import type { HeardWindow, SpeechWindow } from '../engine/speech/speech-protocol.ts';
import { findGaps, type Gap, lostMs, totalMs } from './coverage.ts';
import { echoOf, hasRow, tidyPrompt } from './expected-words.ts';
import { continued, cutAt, filledWith, marked, neighbours } from './fill-gap.ts';
import { isLoop, isTrusted, partsOf, shifted, textOf } from './heard-parts.ts';
import type { HearingEngine } from './hearing-engine.ts';
import { heardFrom, tellingPhrases } from './other-languages.ts';
import { type HeardPart, wordsOf } from './parts.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import { type AudioWindow, HARD_CUT_OVERLAP_MS, type Span } from './windows.ts';

/** Voice without a word that is worth another hearing, and a mark where that has none either. */
const MIN_LOST_MS = 400;
const MIN_MARK_MS = 1_000;
/** A translation does not follow the order of what was said. */
const MIN_LOST_TRANSLATED_MS = 2_000;
/** Less new voice than this is no gain. */
const MIN_GAIN_MS = 200;
/** The detector hears soft consonants late, as in windows.ts. */
const PADDING_MS = 200;
/** A window that repeats itself is cut in two while it is longer. */
const MIN_CUT_MS = 6_000;
/** Speech that is worth hearing a window's rest for. */
const MIN_REST_MS = 500;
/** What the model left out at temperature 0 twice, it may write at this one. */
const RETRY_TEMPERATURE = 0.4;
/** Below it a language is a guess: of the speech that was tried, short phrases alone were below. */
const SURE_LANGUAGE = 0.5;
/** A change of language within a window must be this sure. */
const CHANGED_LANGUAGE = 0.8;
/** Every pass adds words or gives a gap up; no window has so many. */
const MAX_PASSES = 40;

/** How a stretch is to be heard. */
type Manner = Pick<SpeechWindow, 'stopAtLoop' | 'leastTemperature' | 'language' | 'onlyLanguage'> & {
  isPrompted?: boolean;
  /** Whatever language it is in. */
  isOpen?: boolean;
};

const OF_LANGUAGE: Manner = { isOpen: true, onlyLanguage: true };

/**
 * Hears windows so that no voice is without words or a mark. Whisper leaves out whole sentences where somebody says
 * the same twice, so what it did not account for is heard again by itself.
 */
export class WindowHearer {
  readonly #engine: HearingEngine;
  readonly #buffer: SampleBuffer;
  readonly #settings: SpeechSettings;
  readonly #signal: AbortSignal;
  readonly #prompt: string | undefined;
  #language: string | undefined;
  /** Of the window that is heard. */
  #languageHere: string | undefined;
  #voicedMs = 0;
  #lostMs = 0;
  /** Of the engine process, so far. */
  peakRssBytes = 0;

  constructor(engine: HearingEngine, buffer: SampleBuffer, settings: SpeechSettings, signal: AbortSignal) {
    this.#engine = engine;
    this.#buffer = buffer;
    this.#settings = settings;
    this.#signal = signal;
    this.#language = settings.language;
    this.#languageHere = settings.language;
    this.#prompt = tidyPrompt(settings.prompt);
  }

  /** What is spoken, once it is known. */
  get language(): string | undefined {
    return this.#language;
  }

  /** Share of the voice that has words, 0 to 1. */
  get coverage(): number {
    return this.#voicedMs === 0 ? 1 : Math.max(0, 1 - this.#lostMs / this.#voicedMs);
  }

  /** Partial texts, then what was heard, in times of the window. @throws AppError */
  async *hear(window: AudioWindow): AsyncGenerator<SpeechEvent, HeardPart[], void> {
    const voiced = ownVoice(window);
    let parts = yield* this.#hearStretch(window, voiced, { isPrompted: true });
    parts = yield* this.#hearOtherLanguage(parts, voiced, window);
    const given: Gap[] = [];
    for (let pass = 0; pass < MAX_PASSES && !this.#signal.aborted; pass += 1) {
      const gaps = this.#gapsOf(voiced, parts);
      const gap = gaps.find((one) => !given.some((other) => isSame(one, other)));
      if (gap === undefined) break;
      const filled = yield* this.#fill(parts, gap, voiced, window);
      if (lostMs(gaps) - lostMs(this.#gapsOf(voiced, filled)) >= MIN_GAIN_MS) parts = filled;
      else given.push(gap);
    }
    if (this.#signal.aborted) return parts.map((part) => shifted(part, -window.startMs));
    this.#count(voiced, parts);
    return marked(parts, given.filter(isWorthAMark)).map((part) => shifted(part, -window.startMs));
  }

  #gapsOf(voiced: readonly Span[], parts: readonly HeardPart[]): Gap[] {
    const leastMs = this.#settings.translate === true ? MIN_LOST_TRANSLATED_MS : MIN_LOST_MS;
    return findGaps(voiced, parts.flatMap(wordsOf), leastMs);
  }

  #count(voiced: readonly Span[], parts: readonly HeardPart[]): void {
    this.#voicedMs += totalMs(voiced);
    this.#lostMs += lostMs(this.#gapsOf(voiced, parts));
  }

  /** Hears a stretch; where the text repeats itself, its halves, cut where somebody pauses. */
  async *#hearStretch(
    span: Span,
    voiced: readonly Span[],
    manner: Manner,
  ): AsyncGenerator<SpeechEvent, HeardPart[], void> {
    const cutMs = span.endMs - span.startMs > MIN_CUT_MS ? cutAt(span, voiced) : undefined;
    const heard = yield* this.#listenInLanguage(span, { ...manner, stopAtLoop: cutMs !== undefined });
    if (heard === undefined) return [];
    if (cutMs === undefined || !isLoop(heard)) {
      const parts = partsOf(heard, span.startMs, voiced);
      const restMs = span.startMs + (heard.unfinishedFromMs ?? span.endMs - span.startMs);
      const rest = { startMs: restMs, endMs: span.endMs };
      // Where nobody speaks any more the model would only invent something.
      if (restMs <= span.startMs || longestIn(rest, voiced) < MIN_REST_MS) return parts;
      return continued(parts, yield* this.#hearStretch(rest, voiced, manner), restMs);
    }
    const left = yield* this.#hearStretch({ startMs: span.startMs, endMs: cutMs }, voiced, manner);
    const right = yield* this.#hearStretch({ startMs: cutMs, endMs: span.endMs }, voiced, manner);
    return [...left, ...right];
  }

  /** The parts with what a second hearing finds in the gap; the same where it finds nothing. */
  async *#fill(
    parts: readonly HeardPart[],
    gap: Gap,
    voiced: readonly Span[],
    window: Span,
  ): AsyncGenerator<SpeechEvent, HeardPart[], void> {
    const { before, after } = neighbours(parts, gap);
    const [piece = gap] = gap.voiced;
    const phrase = voiced.find(({ endMs }) => endMs >= piece.endMs) ?? piece;
    const within = (startMs: number, endMs: number) => ({
      startMs: Math.max(window.startMs, startMs),
      endMs: Math.min(window.endMs, endMs),
    });
    // With the words on both sides, as nobody pauses between them and what is missing.
    const wide = within(before?.startMs ?? gap.startMs - PADDING_MS, after?.endMs ?? gap.endMs + PADDING_MS);
    const alone = within(phrase.startMs - PADDING_MS, piece.endMs + PADDING_MS);
    const isApart = phrase.startMs === piece.startMs;
    const lostIn = (all: readonly HeardPart[]) => lostMs(this.#gapsOf(voiced, all));
    const first = isApart ? [alone, wide] : [wide, alone];
    for (const [span, manner] of [
      ...first.map((span) => [span, { stopAtLoop: true }] as const),
      [alone, { leastTemperature: RETRY_TEMPERATURE }] as const,
    ]) {
      const heard = yield* this.#listen(span, manner);
      if (heard === undefined) return [...parts];
      if (!isTrusted(heard)) continue;
      const filled = filledWith(parts, partsOf(heard, span.startMs, voiced), gap);
      if (lostIn(parts) - lostIn(filled) >= MIN_GAIN_MS) return filled;
    }
    return [...parts];
  }

  /**
   * One hearing in the language that is spoken. Where that is another than before, or unsure, also in the other one:
   * the likelier text decides.
   */
  async *#listenInLanguage(
    span: Span,
    manner: Manner,
  ): AsyncGenerator<SpeechEvent, HeardWindow | undefined, void> {
    if (this.#settings.language !== undefined) return yield* this.#listenFreely(span, manner);
    const heard = yield* this.#listenFreely(span, { ...manner, isOpen: true });
    if (heard === undefined) return undefined;
    const known = this.#language;
    const isSure = (heard.languageProbability ?? 1) >= SURE_LANGUAGE;
    const rival = known === undefined ? (isSure ? undefined : heard.otherLanguage) : known;
    let chosen = heard;
    if (rival !== undefined && rival !== heard.language) {
      const other = yield* this.#listenFreely(span, { ...manner, language: rival });
      if (other !== undefined && isLikelier(other, heard, known !== undefined && !isSure)) chosen = other;
    }
    this.#languageHere = chosen.language;
    this.#language ??= chosen.language;
    return chosen;
  }

  /** The language may change within the window: its last phrases are asked for theirs, until one is in the first. */
  async *#hearOtherLanguage(
    parts: HeardPart[],
    voiced: readonly Span[],
    window: Span,
  ): AsyncGenerator<SpeechEvent, HeardPart[], void> {
    if (this.#settings.language !== undefined || this.#languageHere === undefined) return parts;
    let change: { startMs: number; language: string } | undefined;
    for (const phrase of tellingPhrases(voiced).slice(0, -1)) {
      const { language, languageProbability = 0 } = (yield* this.#listen(phrase, OF_LANGUAGE)) ?? {};
      if (language === undefined || language === this.#languageHere) break;
      if (languageProbability < CHANGED_LANGUAGE || (change !== undefined && change.language !== language))
        break;
      change = { startMs: phrase.startMs, language };
    }
    if (change === undefined) return parts;
    const span = { startMs: Math.max(window.startMs, change.startMs - PADDING_MS), endMs: window.endMs };
    const heard = yield* this.#listen(span, { language: change.language, stopAtLoop: true });
    if (heard === undefined || !isTrusted(heard)) return parts;
    this.#languageHere = change.language;
    return heardFrom(parts, span.startMs, partsOf(heard, span.startMs, voiced));
  }

  /** One hearing, and one without the words to expect where they took the place of what is said. */
  async *#listenFreely(
    span: Span,
    manner: Manner,
  ): AsyncGenerator<SpeechEvent, HeardWindow | undefined, void> {
    const prompt = manner.isPrompted === true ? this.#prompt : undefined;
    if (prompt === undefined) return yield* this.#listen(span, manner);
    const heard = yield* this.#listen(span, { ...manner, stopAtLoop: true });
    if (heard === undefined) return undefined;
    const echo = echoOf(textOf(heard), prompt);
    if (!isLoop(heard) && echo === undefined) return heard;
    const free = yield* this.#listen(span, { ...manner, isPrompted: false });
    if (free === undefined || isLoop(heard) || echo === undefined) return free;
    return hasRow(textOf(free), echo) ? heard : free;
  }

  /** One hearing. Undefined: cancelled, or there is no sound. */
  async *#listen(
    { startMs, endMs }: Span,
    { isPrompted = false, isOpen = false, language = this.#languageHere, ...manner }: Manner,
  ): AsyncGenerator<SpeechEvent, HeardWindow | undefined, void> {
    const samples = this.#buffer.copy(startMs, endMs);
    if (samples.length === 0) return undefined;
    const { translate } = this.#settings;
    const prompt = this.#prompt;
    const result = yield* this.#engine.transcribe({
      samples,
      translate: translate === true,
      // What has no words is found by their times.
      words: true,
      ...manner,
      ...(language === undefined || isOpen ? {} : { language }),
      ...(prompt === undefined || !isPrompted ? {} : { prompt }),
    });
    if (result === undefined) return undefined;
    this.peakRssBytes = Math.max(this.peakRssBytes, result.peakRssBytes);
    return result.window;
  }
}

/** The voice of a window that no other window hears as well. */
function ownVoice(window: AudioWindow): Span[] {
  const endMs = window.isHardEnd ? window.endMs - HARD_CUT_OVERLAP_MS : window.endMs;
  return window.speech
    .map((span) => ({ startMs: span.startMs, endMs: Math.min(span.endMs, endMs) }))
    .filter((span) => span.endMs > span.startMs);
}

/** Whether a text is likelier than one in the language that seems to be spoken. */
function isLikelier(other: HeardWindow, heard: HeardWindow, isPreferred: boolean): boolean {
  if (isLoop(other)) return false;
  return isPreferred || isLoop(heard) || other.meanLogProbability >= heard.meanLogProbability;
}

/** The longest voice in a stretch. */
function longestIn({ startMs, endMs }: Span, voiced: readonly Span[]): number {
  return Math.max(0, ...voiced.map((span) => Math.min(span.endMs, endMs) - Math.max(span.startMs, startMs)));
}

function isSame(gap: Gap, other: Gap): boolean {
  return gap.startMs < other.endMs && gap.endMs > other.startMs;
}

function isWorthAMark(gap: Gap): boolean {
  return totalMs(gap.voiced) >= MIN_MARK_MS;
}
