import type { ErrorInfo } from '../../../contract/errors.ts';
import type {
  DictateEvent,
  RecordEvent,
  RecordPiece,
  StartRecording,
  TranscribeRecording,
} from '../../../contract/recording.ts';
import type { SpeechEvent, SpeechSettings } from '../../../contract/speech.ts';
import { toErrorInfo } from '../../errors.ts';
import { createEventQueue, type EventQueue } from '../../event-queue.ts';
import type { Captioner, Captions } from '../captions/captioner.ts';
import { checkSpeechSettings, type SpeechService } from '../speech-service.ts';
import type { SoundToHear } from '../transcriber.ts';
import type { TranscriptionQueue } from '../transcription-queue.ts';
import type { Recorder } from './recorder.ts';
import type { RecordingStore } from './recording-store.ts';
import { SilenceWatch } from './silence-watch.ts';

export interface RecordingService extends Omit<RecordingStore, 'start'> {
  /**
   * Records what comes, until it ends, the disk is full or the signal aborts; whatever ends it, what was saved is
   * kept. Captions run beside it: the recording neither waits for them nor fails with them.
   *
   * @throws AppError DISK_FULL, FILE_UNWRITABLE, before anything was recorded.
   */
  record(
    wishes: StartRecording,
    pieces: AsyncIterable<RecordPiece>,
    signal: AbortSignal,
  ): AsyncGenerator<RecordEvent, void, void>;
  /** Live text of what comes; nothing is kept. What goes wrong later is a notice. @throws AppError PARAM_RANGE. */
  dictate(
    settings: SpeechSettings,
    pieces: AsyncIterable<RecordPiece>,
    signal: AbortSignal,
  ): AsyncGenerator<DictateEvent, void, void>;
  /** Transcribes a recording. @throws AppError RECORDING_UNKNOWN, and those of SpeechService.transcribe. */
  transcribe(
    wishes: TranscribeRecording,
    signal: AbortSignal,
    into?: { transcriptId: string; hold: (sound: SoundToHear) => SoundToHear },
  ): AsyncGenerator<SpeechEvent, void, void>;
}

export interface RecordingServiceOptions {
  store: RecordingStore;
  captioner: Captioner;
  speech: Pick<SpeechService, 'transcribe'>;
  /** Held while somebody records or dictates. */
  queue: Pick<TranscriptionQueue, 'hold'>;
}

/** The last words may come this long after the sound ended. */
const LAST_CAPTIONS_MS = 5_000;

export function createRecordingService({
  store,
  captioner,
  speech,
  queue,
}: RecordingServiceOptions): RecordingService {
  const service: RecordingService = {
    ...store,
    async *record({ title = '', device, continues, settings, captions }, pieces, signal) {
      const events = createEventQueue<RecordEvent>();
      let run: Run | undefined;
      const { id, recorder } = await store.start({
        title,
        device,
        continues,
        onSaved: (savedMs) => events.push({ type: 'saved', savedMs }),
        onFailed: (error) => void run?.end({ error: error.toInfo() }),
      });
      events.push({ type: 'started', recordingId: id, savedMs: recorder.savedMs });
      const live = captions ? captioner.start(settings, (event) => events.push(event)) : undefined;
      run = new Run(id, recorder, live, events);
      const stop = () => void run?.end({ isGone: true });
      signal.addEventListener('abort', stop, { once: true });
      void run.take(pieces);
      if (signal.aborted) stop();
      else if (recorder.failure !== undefined) void run.end({ error: recorder.failure.toInfo() });
      try {
        yield* events.iterate();
      } finally {
        signal.removeEventListener('abort', stop);
        // Whoever listened left: nobody will send an end.
        await run.end({ isGone: true });
      }
    },
    async *transcribe({ id, settings }, signal, into) {
      const { recording, sound } = await store.open(id);
      const named = { title: recording.title, recordingId: id, settings };
      if (into === undefined) yield* speech.transcribe(sound, named, signal);
      else {
        const { transcriptId, hold } = into;
        yield* speech.transcribe(hold(sound), { ...named, transcriptId }, signal);
      }
    },
    async *dictate(settings, pieces, signal) {
      const events = createEventQueue<DictateEvent>();
      const live = captioner.start(checkSpeechSettings(settings), (event) => events.push(event));
      const listen = async () => {
        for await (const piece of pieces) {
          if (piece.type === 'end') break;
          if (piece.type === 'samples') live.add(piece.samples);
          else live.pause();
        }
        await live.end(signal.aborted ? 0 : LAST_CAPTIONS_MS);
        events.push({ type: 'done' });
        events.end();
      };
      void listen().catch((error: unknown) => {
        void live.end(0);
        events.push({ type: 'failed', error: toErrorInfo(error) });
        events.end();
      });
      // Aborting ends the pieces as well, see core/channel.ts.
      yield* events.iterate();
    },
  };
  return {
    ...service,
    record: (...recording) => holding(() => service.record(...recording)),
    dictate: (...dictation) => holding(() => service.dictate(...dictation)),
  };

  async function* holding<T>(work: () => AsyncIterable<T>): AsyncGenerator<T, void, void> {
    const release = queue.hold();
    try {
      yield* work();
    } finally {
      release();
    }
  }
}

interface Ending {
  /** Why it ended early. */
  error?: ErrorInfo;
  /** What the sender had to say about its end. */
  notice?: ErrorInfo | undefined;
  /** Nobody listens any more, so nothing is worth waiting for. */
  isGone?: boolean;
}

/** One recording under way: takes the sound, and ends once. */
class Run {
  readonly #id: string;
  readonly #recorder: Recorder;
  readonly #captions: Captions | undefined;
  readonly #events: EventQueue<RecordEvent>;
  readonly #silence = new SilenceWatch();
  #isPaused = false;
  #ending: Promise<void> | undefined;

  constructor(
    id: string,
    recorder: Recorder,
    captions: Captions | undefined,
    events: EventQueue<RecordEvent>,
  ) {
    this.#id = id;
    this.#recorder = recorder;
    this.#captions = captions;
    this.#events = events;
  }

  /** Takes pieces until the last one. Never rejects. */
  async take(pieces: AsyncIterable<RecordPiece>): Promise<void> {
    try {
      for await (const piece of pieces) {
        if (this.#ending !== undefined) return;
        if (piece.type === 'end') {
          await this.end({ notice: piece.notice });
          return;
        }
        this.#takeOne(piece);
      }
      await this.end({});
    } catch (error) {
      await this.end({ error: toErrorInfo(error) });
    }
  }

  #takeOne(piece: Exclude<RecordPiece, { type: 'end' }>): void {
    if (piece.type === 'pause') {
      this.#isPaused = true;
      this.#recorder.pause();
      this.#captions?.pause();
    } else if (piece.type === 'resume') {
      this.#isPaused = false;
      this.#recorder.resume();
    } else if (!this.#isPaused) {
      // To the disk first: whatever happens to captions and notices, the sound is safe.
      this.#recorder.add(piece.samples);
      const forMs = this.#silence.add(piece.samples);
      if (forMs !== undefined) this.#events.push({ type: 'silent', forMs });
      this.#captions?.add(piece.samples);
    }
  }

  /** Saves, then tells the end. Only the first call counts; all return when it has ended. */
  end(ending: Ending): Promise<void> {
    this.#ending ??= this.#end(ending);
    return this.#ending;
  }

  async #end({ error, notice, isGone = false }: Ending): Promise<void> {
    await this.#recorder.finish(error ?? notice);
    await this.#captions?.end(isGone ? 0 : LAST_CAPTIONS_MS);
    const { savedMs, failure } = this.#recorder;
    if (notice !== undefined) this.#events.push({ type: 'notice', notice });
    const failed = error ?? failure?.toInfo();
    this.#events.push(
      failed === undefined
        ? { type: 'done', recordingId: this.#id, savedMs }
        : { type: 'failed', error: failed, recordingId: this.#id, savedMs },
    );
    this.#events.end();
  }
}
