import type { ErrorInfo } from '../../contract/errors.ts';
import type { Segment, SpeechEvent, SpeechSettings, SpeechStats } from '../../contract/speech.ts';
import type { SpeechEngines } from '../engine/speech/speech-engines.ts';
import { VOICE_RUN_SAMPLES } from '../engine/speech/voice-finder.ts';
import { HearingEngine } from './hearing-engine.ts';
import { Leveller } from './leveller.ts';
import { inPieces } from './pieces.ts';
import { readAhead } from './read-ahead.ts';
import { createSampleBuffer, type SampleBuffer } from './sample-buffer.ts';
import { MIN_VOICE_MS, SpeakerFinder } from './speakers/speaker-finder.ts';
import type { LoadableSpeechModel } from './speech-models.ts';
import { Stitcher } from './stitch.ts';
import { WindowHearer } from './window-hearer.ts';
import { type AudioWindow, MAX_WINDOW_MS, WindowCutter } from './windows.ts';

/** Sound to be transcribed: 16 kHz mono, in order. */
export interface SoundToHear {
  chunks(): AsyncIterable<Float32Array>;
  durationMs?: number;
  /** What the user should know, once the chunks have ended. */
  readonly notices: readonly ErrorInfo[];
}

export interface TranscriberOptions {
  engines: SpeechEngines;
  defaultThreads: () => number;
  /** Before voices are told apart: whether the model that does it is the one that came with Sotto. */
  checkSpeakerModel?: () => Promise<void>;
}

/** One transcription's wishes, checked. */
export interface TranscriptionRequest {
  transcriptId: string;
  model: LoadableSpeechModel;
  settings: SpeechSettings;
}

export interface Transcriber {
  /**
   * Hears sound of any length in constant memory: segments come as soon as their window is heard. Failures
   * are thrown; what came before stays. Aborting ends with "done", reason "cancelled".
   *
   * @throws AppError of the sound, the model or the engine.
   */
  run(
    request: TranscriptionRequest,
    sound: SoundToHear,
    signal: AbortSignal,
  ): AsyncGenerator<SpeechEvent, void, void>;
}

/** Pieces of a second that are read, and searched for voice, while a window is heard. */
const PIECES_AHEAD = 8;
/**
 * What a window may still need of the past: its own length, that of the one before, whose last lines may have waited
 * for it, and the silence that ended it.
 */
const KEPT_MS = 2 * MAX_WINDOW_MS + 10_000;
const SAMPLES_PER_MS = 16;
const NO_SPEAKERS: ErrorInfo = {
  code: 'SPEAKERS_FAILED',
  message: 'The speakers could not be told apart. The text is not affected.',
  hint: 'Name them by hand, or install Sotto again.',
};

const NO_SPEECH: ErrorInfo = {
  code: 'AUDIO_NO_SPEECH',
  message: 'The sound was read to its end, and nobody speaks in it.',
};

export function createTranscriber(options: TranscriberOptions): Transcriber {
  const { engines } = options;
  return {
    async *run(request, sound, signal) {
      const leave = await engines.turns.enter(signal);
      try {
        const run = new Run(request, sound, signal, options);
        try {
          yield* run.events();
        } catch (error) {
          // Whatever gives way while it is being stopped has done what the user asked for.
          if (!signal.aborted) throw error;
          yield run.cancelled();
        }
      } finally {
        leave();
      }
    },
  };
}

/** One transcription under way. */
class Run {
  readonly #request: TranscriptionRequest;
  readonly #sound: SoundToHear;
  readonly #signal: AbortSignal;
  readonly #engine: HearingEngine;
  readonly #hearer: WindowHearer;
  #speakers: SpeakerFinder | undefined;
  readonly #checkSpeakerModel: () => Promise<void>;
  #checked: Promise<void> | undefined;
  readonly #buffer: SampleBuffer = createSampleBuffer();
  readonly #leveller = new Leveller();
  readonly #cutter = new WindowCutter();
  readonly #stitcher = new Stitcher();
  #loadMs = 0;
  /** Up to where the sound has been read and its windows heard. */
  #heardMs = 0;

  constructor(
    request: TranscriptionRequest,
    sound: SoundToHear,
    signal: AbortSignal,
    { engines, defaultThreads, checkSpeakerModel = async () => undefined }: TranscriberOptions,
  ) {
    this.#request = request;
    this.#sound = sound;
    this.#signal = signal;
    const { modelPath, tokenizerPath, settings } = request.model;
    const load = {
      modelPath,
      tokenizerPath,
      settings,
      threads: request.settings.threads ?? defaultThreads(),
    };
    this.#engine = new HearingEngine(engines, load, signal);
    this.#hearer = new WindowHearer(this.#engine, this.#buffer, request.settings, signal);
    this.#checkSpeakerModel = checkSpeakerModel;
    const { speakers } = request.settings;
    if (speakers !== undefined)
      this.#speakers = new SpeakerFinder(speakers === 'auto' ? undefined : speakers);
  }

  async *events(): AsyncGenerator<SpeechEvent, void, void> {
    yield { type: 'started', transcriptId: this.#request.transcriptId };
    yield this.#progress('loading');
    this.#loadMs = await this.#engine.open();
    const startedAt = performance.now();
    for await (const { windows, endMs } of readAhead(this.#listen(), PIECES_AHEAD)) {
      if (this.#signal.aborted) break;
      for (const window of windows) yield* this.#hear(window);
      this.#buffer.dropBefore(endMs - KEPT_MS);
      this.#heardMs = endMs;
      yield this.#progress('transcribing');
    }
    if (!this.#signal.aborted) {
      for (const window of this.#cutter.flush(this.#buffer.totalMs)) yield* this.#hear(window);
    }
    yield* this.#label(this.#stitcher.flush());
    if (this.#speakers !== undefined) yield { type: 'speakers', ...this.#speakers.find() };
    for (const notice of this.#notices()) yield { type: 'notice', notice };
    yield {
      type: 'done',
      reason: this.#signal.aborted ? 'cancelled' : 'complete',
      stats: this.#stats(performance.now() - startedAt),
    };
  }

  cancelled(): SpeechEvent {
    return { type: 'done', reason: 'cancelled', stats: this.#stats(0) };
  }

  /** Reads the sound piece by piece and tells after each which windows are complete. */
  async *#listen(): AsyncGenerator<{ windows: AudioWindow[]; endMs: number }, void, void> {
    let isFirst = true;
    for await (const piece of inPieces(this.#leveller.run(this.#sound.chunks()), VOICE_RUN_SAMPLES)) {
      if (this.#signal.aborted) return;
      this.#buffer.add(piece);
      const endMs = this.#buffer.totalMs;
      const windows = this.#cutter.feed(await this.#engine.findVoice(piece, isFirst));
      isFirst = false;
      yield { windows, endMs };
    }
  }

  /** What the user should know of the sound, now that it has ended. */
  #notices(): ErrorInfo[] {
    const level = this.#leveller.notice;
    const isWithoutSpeech = !this.#signal.aborted && this.#cutter.speechMs === 0;
    return [
      ...this.#sound.notices,
      ...(level === undefined ? [] : [level]),
      ...(isWithoutSpeech ? [NO_SPEECH] : []),
    ];
  }

  #progress(stage: 'loading' | 'transcribing'): SpeechEvent {
    const { durationMs } = this.#sound;
    const doneMs = this.#heardMs;
    return { type: 'progress', stage, doneMs, ...(durationMs === undefined ? {} : { totalMs: durationMs }) };
  }

  async *#hear(window: AudioWindow): AsyncGenerator<SpeechEvent, void, void> {
    if (this.#signal.aborted) return;
    const parts = yield* this.#hearer.hear(window);
    yield* this.#label(this.#stitcher.add(window, parts));
  }

  /** Listens to whose voice it is; what is too short, or already forgotten, stays without. */
  async *#label(segments: readonly Segment[]): AsyncGenerator<SpeechEvent, void, void> {
    const hasWords = this.#request.settings.words !== false;
    for (const segment of segments) {
      yield { type: 'segment', segment: hasWords ? segment : { ...segment, words: [] } };
      const { startMs, endMs } = segment;
      if (this.#speakers === undefined || this.#signal.aborted) continue;
      const samples = this.#buffer.copy(startMs, endMs);
      if (samples.length < MIN_VOICE_MS * SAMPLES_PER_MS) continue;
      try {
        this.#checked ??= this.#checkSpeakerModel();
        await this.#checked;
        const print = await this.#engine.printVoice(samples);
        if (print !== undefined) this.#speakers.add(startMs, endMs, print);
      } catch {
        // The text matters more than whose it is.
        this.#speakers = undefined;
        yield { type: 'notice', notice: NO_SPEAKERS };
      }
    }
  }

  #stats(tookMs: number): SpeechStats {
    const audioMs = this.#buffer.totalMs;
    return {
      audioMs,
      speechMs: this.#cutter.speechMs,
      coverage: this.#hearer.coverage,
      tookMs,
      loadMs: this.#loadMs,
      timesRealtime: tookMs > 0 ? audioMs / tookMs : 0,
      peakRssBytes: this.#hearer.peakRssBytes,
      model: this.#request.model.settings.id,
      ...(this.#hearer.language === undefined ? {} : { language: this.#hearer.language }),
    };
  }
}
