import type { OpenStream } from '../../../contract/client.ts';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type { RecordEvent, RecordPiece, StartRecording } from '../../../contract/recording.ts';
import { UnsavedSound } from './unsaved-sound.ts';

/** Opens `speech.record`. */
export type OpenRecordStream = (
  wishes: StartRecording,
  onEvent: (event: RecordEvent) => void,
) => OpenStream<RecordPiece>;

export type CaptionEvent = Extract<RecordEvent, { type: 'partial' | 'segment' | 'silent' | 'notice' }>;

export interface LineListener {
  /** `fromMs`: where in the recording the times of captions begin to count. */
  event(event: CaptionEvent, fromMs: number): void;
  saved(savedMs: number): void;
  /** `error`: why it ended early; what was saved is kept. */
  ended(recordingIds: string[], error: ErrorInfo | undefined): void;
}

/** Core that is silent about the disk for so long is not there any more. */
const STALLED_MS = 6_000;
const RETRY_MS = 400;
/** With the above: core has twelve seconds to come back. */
const MAX_TRIES = 30;
/** Then a recording that core does not let go on is left to its recovery, and another one begun. */
const REFUSALS = 8;

/**
 * The way of sound from the page to the disk. Outlives core: what was not on the disk when core died is sent to
 * the next one, which goes on with the same recording.
 */
export class RecordingLine {
  readonly #wishes: StartRecording;
  readonly #open: OpenRecordStream;
  readonly #listener: LineListener;
  readonly #unsaved = new UnsavedSound();
  #stream: OpenStream<RecordPiece> | undefined;
  /** Counts the streams; what an older one still says is not heard. */
  #turn = 0;
  #hasStarted = false;
  #isPaused = false;
  #isEnding = false;
  #hasEnded = false;
  #recordingIds: string[] = [];
  #fromMs = 0;
  #tries = 0;
  #refusals = 0;
  #newsAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Of the recordings before the one that is written now. */
  #earlierMs = 0;

  constructor(wishes: StartRecording, open: OpenRecordStream, listener: LineListener) {
    this.#wishes = wishes;
    this.#open = open;
    this.#listener = listener;
    this.#connect();
  }

  get totalMs(): number {
    return this.#earlierMs + this.#unsaved.totalMs;
  }

  add(samples: Float32Array): void {
    if (this.#isPaused || this.#isEnding) return;
    // Counted from the first sound that waits for the disk.
    if (this.#unsaved.pieces().length === 0) this.#newsAt = Date.now();
    this.#unsaved.add(samples);
    if (this.#hasStarted) this.#stream?.send({ type: 'samples', samples });
    if (Date.now() - this.#newsAt > STALLED_MS && this.#timer === undefined) this.#reconnect();
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    if (this.#hasStarted) this.#stream?.send({ type: 'pause' });
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#hasStarted) this.#stream?.send({ type: 'resume' });
  }

  /** No more sound comes. `ended` follows. */
  end(notice?: ErrorInfo): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    if (this.#hasStarted) this.#stream?.send({ type: 'end', ...(notice === undefined ? {} : { notice }) });
  }

  #connect(): void {
    this.#turn += 1;
    const turn = this.#turn;
    this.#hasStarted = false;
    this.#newsAt = Date.now();
    const continues = this.#refusals >= REFUSALS ? undefined : this.#recordingIds.at(-1);
    this.#stream = this.#open(
      { ...this.#wishes, ...(continues === undefined ? {} : { continues }) },
      (event) => {
        if (turn === this.#turn && !this.#hasEnded) this.#take(event);
      },
    );
  }

  #take(event: RecordEvent): void {
    this.#newsAt = Date.now();
    switch (event.type) {
      case 'started':
        this.#begin(event.recordingId, event.savedMs);
        return;
      case 'saved':
        this.#tries = 0;
        this.#refusals = 0;
        this.#unsaved.saved(event.savedMs);
        this.#listener.saved(this.#earlierMs + event.savedMs);
        return;
      case 'done':
        this.#finish(undefined);
        return;
      case 'failed':
        if (event.error.code !== 'CORE_CRASHED') this.#refusals += 1;
        if (mayComeBack(event.error) && this.#tries < MAX_TRIES) this.#reconnect();
        else this.#finish(event.error);
        return;
      default:
        this.#listener.event(event, this.#fromMs);
    }
  }

  #begin(recordingId: string, savedMs: number): void {
    if (this.#recordingIds.at(-1) !== recordingId) {
      if (this.#recordingIds.length > 0) {
        this.#earlierMs += this.#unsaved.savedMs;
        this.#unsaved.startOver();
      }
      this.#recordingIds.push(recordingId);
    }
    // More may be on the disk than the core before had time to tell.
    this.#unsaved.saved(savedMs);
    this.#fromMs = this.#earlierMs + this.#unsaved.savedMs;
    this.#hasStarted = true;
    for (const samples of this.#unsaved.pieces()) this.#stream?.send({ type: 'samples', samples });
    if (this.#isPaused) this.#stream?.send({ type: 'pause' });
    if (this.#isEnding) this.#stream?.send({ type: 'end' });
  }

  #reconnect(): void {
    this.#tries += 1;
    this.#turn += 1;
    this.#hasStarted = false;
    this.#stream?.close();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#connect();
    }, RETRY_MS);
  }

  #finish(error: ErrorInfo | undefined): void {
    this.#hasEnded = true;
    this.#isEnding = true;
    clearTimeout(this.#timer);
    this.#stream?.close();
    this.#listener.ended(this.#recordingIds, error);
  }
}

/** Core died, or the one before has not yet let go of the recording. */
function mayComeBack({ code }: ErrorInfo): boolean {
  return code === 'CORE_CRASHED' || code === 'RECORDING_BUSY' || code === 'RECORDING_UNKNOWN';
}
