import type { SpeechEvent } from '../../contract/speech.ts';
import type { Engine } from '../engine/engine.ts';
import { isEngineDeath } from '../engine/engine-death.ts';
import type { SpeechEngineEvent } from '../engine/protocol.ts';
import type { SpeechEngineRequest, SpeechEngines } from '../engine/speech/speech-engines.ts';
import type { HeardWindow, SpeechWindow } from '../engine/speech/speech-protocol.ts';
import { type AppError, fromInfo } from '../errors.ts';

/** How often a piece of work is tried on a new engine after the old one died. */
const MAX_TRIES = 2;

export interface HeardOnEngine {
  window: HeardWindow;
  /** Of the engine process, until now. */
  peakRssBytes: number;
}

/** The engine for one transcription. What an engine died over is done once more on the next one. */
export class HearingEngine {
  readonly #engines: SpeechEngines;
  readonly #load: SpeechEngineRequest;
  readonly #signal: AbortSignal;

  constructor(engines: SpeechEngines, load: SpeechEngineRequest, signal: AbortSignal) {
    this.#engines = engines;
    this.#load = load;
    this.#signal = signal;
  }

  /** Returns how long the model took to load. @throws AppError */
  async open(): Promise<number> {
    return (await this.#engines.acquire(this.#load)).loadMs;
  }

  /** Partial texts, then what was heard; undefined after a cancel. @throws AppError */
  async *transcribe(window: SpeechWindow): AsyncGenerator<SpeechEvent, HeardOnEngine | undefined, void> {
    const events = this.#request((engine) => engine.transcribe(window, this.#signal));
    for await (const event of events) {
      if (event.type === 'partial') yield event;
      else if (event.type === 'heard') return { window: event.window, peakRssBytes: event.peakRssBytes };
    }
    return undefined;
  }

  /** Probabilities of voice; none after a cancel. @throws AppError */
  async findVoice(samples: Float32Array, reset: boolean): Promise<ArrayLike<number>> {
    const events = this.#request((engine) => engine.findVoice(samples, reset, this.#signal));
    for await (const event of events) if (event.type === 'voice') return event.probabilities;
    return [];
  }

  /** What a voice sounds like; undefined after a cancel. @throws AppError */
  async printVoice(samples: Float32Array): Promise<Float32Array | undefined> {
    const events = this.#request((engine) => engine.printVoice(samples, this.#signal));
    for await (const event of events) if (event.type === 'voice-print') return event.print;
    return undefined;
  }

  async *#request(
    ask: (engine: Engine) => AsyncGenerator<SpeechEngineEvent, void, void>,
  ): AsyncGenerator<SpeechEngineEvent, void, void> {
    for (let tries = 1; ; tries += 1) {
      const { engine } = await this.#engines.acquire(this.#load);
      let failure: AppError | undefined;
      for await (const event of ask(engine)) {
        if (event.type === 'failed') failure = fromInfo(event.error);
        else yield event;
      }
      if (failure === undefined) return;
      if (!isEngineDeath(failure.code) || tries >= MAX_TRIES || this.#signal.aborted) throw failure;
    }
  }
}
