/** A stretch of time, in milliseconds from the start of the audio. */
export interface Span {
  startMs: number;
  endMs: number;
}

/** A contiguous stretch of audio for one run of Whisper. */
export interface AudioWindow extends Span {
  /** How much of its start the window before has heard as well; 0 unless that one ended in mid-speech. */
  overlapMs: number;
  /** True when nobody paused near the limit: the window ends in mid-speech, and the next one overlaps it. */
  isHardEnd: boolean;
  /** Where in it somebody spoke, however short. */
  speech: Span[];
}

/** Silero VAD gives one probability for 512 samples at 16 kHz. */
export const VOICE_FRAME_MS = 32;

/** Speech begins at 0.5 and ends 0.15 below, so that it does not flicker: Silero VAD, get_speech_timestamps(). */
const ON_PROBABILITY = 0.5;
const OFF_PROBABILITY = 0.35;
/** Shorter sounds are clicks and breaths: the same function's min_speech_duration_ms. */
const MIN_SPEECH_MS = 250;
/** Between words of a sentence pauses are shorter, so regions are phrases and not words. */
const MIN_SILENCE_MS = 400;
/** The detector hears soft first and last consonants late; half of MIN_SILENCE_MS, so that paddings never meet. */
const PADDING_MS = 200;
/** What Whisper hears at once (its paper, section 2.2). */
export const MAX_WINDOW_MS = 30_000;
/** A longer pause is not worth hearing: faster-whisper's VadOptions.min_silence_duration_ms. */
const MAX_INNER_SILENCE_MS = 2_000;
/** Closures of plosives last up to about 100 ms; a longer silence lies between words. */
const MIN_CUT_SILENCE_MS = 150;
/** Where to look for a pause to cut at: in the last third, or else after the first. */
const CUT_AFTER_MS = [20_000, 10_000];
/** Some five words at 150 words a minute, so that both windows have whole words to be joined at. */
export const HARD_CUT_OVERLAP_MS = 2_000;

const framesOf = (ms: number): number => Math.ceil(ms / VOICE_FRAME_MS);
const MIN_SPEECH_FRAMES = framesOf(MIN_SPEECH_MS);
const MIN_SILENCE_FRAMES = framesOf(MIN_SILENCE_MS);
const MIN_CUT_FRAMES = framesOf(MIN_CUT_SILENCE_MS);

interface OpenWindow {
  startMs: number;
  overlapMs: number;
  /** End of the last speech that is over. */
  speechEndMs: number;
  /** Speech that is over, with what is too short to open a window. */
  speech: Span[];
  /** Pauses to cut at. */
  pauses: Span[];
}

/** Speech that goes on. */
interface OpenSpeech {
  startFrame: number;
  /** True when it is long enough to be speech. */
  isConfirmed: boolean;
}

/**
 * Turns the voice detector's probabilities into windows for Whisper, while they come. The windows depend on
 * the probabilities alone, not on how they were portioned; what is held does not grow with the audio.
 */
export class WindowCutter {
  #frame = 0;
  #speech: OpenSpeech | undefined;
  #silenceFrame: number | undefined;
  #window: OpenWindow | undefined;
  #lastEndMs = 0;
  #speechMs = 0;
  #ready: AudioWindow[] = [];

  /** Time in which somebody spoke, so far. */
  get speechMs(): number {
    return this.#speechMs;
  }

  /** Takes the next probabilities, gives the windows that are complete. */
  feed(probabilities: ArrayLike<number>): AudioWindow[] {
    for (let i = 0; i < probabilities.length; i += 1) this.#take(probabilities[i] ?? 0);
    return this.#takeReady();
  }

  /** The last window. @param durationMs length of the audio, which may end within the last frame. */
  flush(durationMs = this.#nowMs): AudioWindow[] {
    this.#endSpeech();
    this.#close(durationMs);
    return this.#takeReady();
  }

  get #nowMs(): number {
    return this.#frame * VOICE_FRAME_MS;
  }

  #takeReady(): AudioWindow[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #take(probability: number): void {
    if (probability < OFF_PROBABILITY) this.#silenceFrame ??= this.#frame;
    else this.#endSilence();
    if (probability >= ON_PROBABILITY) this.#speech ??= { startFrame: this.#frame, isConfirmed: false };
    this.#frame += 1;
    this.#confirm();
    if (this.#silenceFrame !== undefined && this.#frame - this.#silenceFrame >= MIN_SILENCE_FRAMES) {
      this.#endSpeech();
    }
    this.#checkLimits();
  }

  /** Remembers a pause that is over as a place to cut. */
  #endSilence(): void {
    const pause = this.#pauseNow();
    if (pause !== undefined) this.#window?.pauses.push(pause);
    this.#silenceFrame = undefined;
  }

  #pauseNow(): Span | undefined {
    if (this.#silenceFrame === undefined || this.#frame - this.#silenceFrame < MIN_CUT_FRAMES)
      return undefined;
    return { startMs: this.#silenceFrame * VOICE_FRAME_MS, endMs: this.#nowMs };
  }

  #confirm(): void {
    const speech = this.#speech;
    if (speech === undefined || speech.isConfirmed || this.#silenceFrame !== undefined) return;
    if (this.#frame - speech.startFrame < MIN_SPEECH_FRAMES) return;
    speech.isConfirmed = true;
    const startMs = Math.max(this.#lastEndMs, speech.startFrame * VOICE_FRAME_MS - PADDING_MS);
    this.#window ??= { startMs, overlapMs: 0, speechEndMs: startMs, speech: [], pauses: [] };
  }

  #endSpeech(): void {
    const speech = this.#speech;
    if (speech === undefined) return;
    this.#speech = undefined;
    const startMs = speech.startFrame * VOICE_FRAME_MS;
    const endMs = (this.#silenceFrame ?? this.#frame) * VOICE_FRAME_MS;
    this.#window?.speech.push({ startMs, endMs });
    if (!speech.isConfirmed || this.#window === undefined) return;
    this.#window.speechEndMs = endMs;
    this.#speechMs += endMs - startMs;
  }

  #checkLimits(): void {
    const window = this.#window;
    if (window === undefined) return;
    const isFull = this.#nowMs + VOICE_FRAME_MS > window.startMs + MAX_WINDOW_MS;
    if (this.#speech?.isConfirmed) {
      if (isFull) this.#cut(window);
      return;
    }
    const hasLongPause = this.#nowMs - window.speechEndMs >= MAX_INNER_SILENCE_MS;
    // A sound that may become speech decides itself whether the pause is over.
    if (isFull || (hasLongPause && this.#speech === undefined)) this.#close(this.#nowMs);
  }

  /** Ends the window after its last speech. */
  #close(limitMs: number): void {
    const window = this.#window;
    this.#window = undefined;
    if (window === undefined || window.speechEndMs <= window.startMs) return;
    this.#emit(
      window,
      Math.min(window.speechEndMs + PADDING_MS, window.startMs + MAX_WINDOW_MS, limitMs),
      false,
    );
  }

  /** Ends the window while somebody speaks, at the longest pause or, if there is none, right here. */
  #cut(window: OpenWindow): void {
    const pause = this.#bestPause(window);
    if (pause === undefined) {
      const endMs = window.startMs + MAX_WINDOW_MS;
      this.#emit(window, endMs, true);
      this.#continueAt(endMs - HARD_CUT_OVERLAP_MS, HARD_CUT_OVERLAP_MS, window);
      return;
    }
    const middleMs = (pause.startMs + pause.endMs) / 2;
    this.#emit(window, Math.min(pause.startMs + PADDING_MS, middleMs), false);
    this.#continueAt(Math.max(pause.endMs - PADDING_MS, middleMs), 0, window);
  }

  #bestPause(window: OpenWindow): Span | undefined {
    const now = this.#pauseNow();
    const pauses = now === undefined ? window.pauses : [...window.pauses, now];
    for (const afterMs of CUT_AFTER_MS) {
      let best: Span | undefined;
      for (const pause of pauses) {
        if ((pause.startMs + pause.endMs) / 2 < window.startMs + afterMs) continue;
        // Of equals the later one: a longer window costs no more.
        if (best === undefined || lengthMs(pause) >= lengthMs(best)) best = pause;
      }
      if (best !== undefined) return best;
    }
    return undefined;
  }

  #continueAt(startMs: number, overlapMs: number, before: OpenWindow): void {
    this.#window = {
      startMs,
      overlapMs,
      speechEndMs: Math.max(startMs, before.speechEndMs),
      speech: before.speech.filter((span) => span.endMs > startMs),
      pauses: before.pauses.filter((pause) => pause.startMs >= startMs),
    };
  }

  #emit(window: OpenWindow, endMs: number, isHardEnd: boolean): void {
    const open = this.#speech;
    const spans = open === undefined ? window.speech : [...window.speech, this.#spanUntilNow(open)];
    const speech = spans
      .map((span) => ({
        startMs: Math.max(span.startMs, window.startMs),
        endMs: Math.min(span.endMs, endMs),
      }))
      .filter((span) => lengthMs(span) > 0);
    this.#ready.push({ startMs: window.startMs, endMs, overlapMs: window.overlapMs, isHardEnd, speech });
    this.#lastEndMs = endMs;
  }

  #spanUntilNow(speech: OpenSpeech): Span {
    return { startMs: speech.startFrame * VOICE_FRAME_MS, endMs: this.#nowMs };
  }
}

function lengthMs(span: Span): number {
  return span.endMs - span.startMs;
}
