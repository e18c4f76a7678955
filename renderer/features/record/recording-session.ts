import type { ErrorInfo } from '../../../contract/errors.ts';
import type { Caption } from '../../../contract/lost-captions.ts';
import { type Microphone, MicrophoneError } from './microphone.ts';
import { type CaptionEvent, RecordingLine } from './recording-line.ts';
import type { SessionParts, SessionView, SessionWishes } from './session-view.ts';

const WATCH_MS = 1_000;
/** Sound comes ten times a second. */
const MICROPHONE_STALLED_MS = 2_500;
/** A longer gap is no busy machine: it slept. */
const SLEPT_MS = 10_000;
const REOPEN_MS = 2_000;

/**
 * One recording, from the first sound to the last. Survives the loss of its microphone, of core, and sleep: it goes
 * on as soon as there is something to go on with, and until then what was recorded is safe.
 */
export class RecordingSession {
  readonly #wishes: SessionWishes;
  readonly #parts: SessionParts;
  readonly #line: RecordingLine;
  #microphone: Microphone | undefined;
  /** Counts the openings; a microphone that was given up is not heard. */
  #opening = 0;
  #phase: SessionView['phase'] = 'starting';
  #captions: Caption[] = [];
  #savedMs = 0;
  #sleptMs = 0;
  /** The captions have told that they wait, or cannot keep up. */
  #isWaiting = false;
  #heardAt = 0;
  #watch: ReturnType<typeof setInterval> | undefined;
  #reopen: ReturnType<typeof setTimeout> | undefined;

  /** @throws MicrophoneError where there is no microphone to begin with: nothing is recorded then. */
  static async start(wishes: SessionWishes, parts: SessionParts): Promise<RecordingSession> {
    const early: Float32Array[] = [];
    let session: RecordingSession | undefined;
    // Heard from the first moment: the user speaks as soon as the light is on.
    const microphone = await parts.openMicrophone(wishes.deviceId, {
      samples: (samples) => {
        if (session === undefined) early.push(samples);
        else session.#hear(0, samples);
      },
      // Lost within the first moment: the watch finds out.
      lost: () => {
        if (session !== undefined) session.#lose(0);
      },
    });
    session = new RecordingSession(wishes, parts, microphone);
    for (const samples of early) session.#hear(0, samples);
    return session;
  }

  private constructor(wishes: SessionWishes, parts: SessionParts, microphone: Microphone) {
    this.#wishes = wishes;
    this.#parts = parts;
    this.#microphone = microphone;
    this.#heardAt = Date.now();
    const { title, settings } = wishes;
    const start = { title, device: microphone.label, settings, captions: true };
    this.#line = new RecordingLine(start, parts.openStream, {
      event: (event, fromMs) => this.#caption(event, fromMs),
      saved: (savedMs) => {
        this.#savedMs = savedMs;
        parts.tell({ savedMs });
      },
      ended: (recordingIds, error) => this.#end(recordingIds, error),
    });
    this.#enter('recording', { device: microphone.label });
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
  }

  pause(): void {
    if (this.#phase !== 'recording') return;
    this.#line.pause();
    this.#enter('paused', { level: 0, silentMs: 0 });
  }

  resume(): void {
    if (this.#phase !== 'paused') return;
    this.#line.resume();
    this.#enter('recording', {});
  }

  /** Ends it; `ended` follows when all is on the disk. */
  async stop(): Promise<void> {
    if (this.#phase === 'stopping') return;
    const wasPaused = this.#phase === 'paused';
    // The last tenth of a second still comes, and belongs to it.
    this.#enter('stopping', { level: 0 });
    await this.#closeMicrophone();
    if (wasPaused) this.#line.resume();
    this.#line.end();
  }

  #hear(opening: number, samples: Float32Array): void {
    if (opening !== this.#opening) return;
    const hasSlept = this.#checkSleep();
    this.#heardAt = Date.now();
    this.#keep(samples);
    if (hasSlept) void this.#replaceMicrophone();
  }

  #keep(samples: Float32Array): void {
    if (this.#phase === 'paused' || this.#phase === 'starting') return;
    this.#line.add(samples);
    this.#parts.tell({ level: peakOf(samples), elapsedMs: this.#line.totalMs });
  }

  #lose(opening: number): void {
    if (opening !== this.#opening || this.#phase === 'stopping' || this.#microphone === undefined) return;
    const notice: ErrorInfo = { code: 'MIC_LOST', message: 'The microphone is gone.' };
    if (this.#phase === 'recording') this.#enter('interrupted', { level: 0, notice });
    void this.#replaceMicrophone();
  }

  /** What it still hands on while it is closed belongs to the recording. */
  async #replaceMicrophone(): Promise<void> {
    await this.#closeMicrophone();
    this.#opening += 1;
    if (this.#phase !== 'stopping') this.#reopenSoon(0);
  }

  #reopenSoon(waitMs: number): void {
    clearTimeout(this.#reopen);
    this.#reopen = setTimeout(() => void this.#tryReopen(), waitMs);
  }

  /** The same microphone, or else whichever the system gives. */
  async #tryReopen(): Promise<void> {
    const opening = this.#opening;
    const listener = {
      samples: (samples: Float32Array) => this.#hear(opening, samples),
      lost: () => this.#lose(opening),
    };
    try {
      const { openMicrophone } = this.#parts;
      const microphone = await openMicrophone(this.#wishes.deviceId, listener).catch((error: unknown) => {
        if (this.#wishes.deviceId === undefined || !(error instanceof MicrophoneError)) throw error;
        return openMicrophone(undefined, listener);
      });
      if (opening !== this.#opening || this.#phase === 'stopping') {
        await microphone.close();
        return;
      }
      this.#microphone = microphone;
      this.#heardAt = Date.now();
      this.#parts.tell({ device: microphone.label, notice: undefined });
      if (this.#phase === 'interrupted') this.#enter('recording', {});
    } catch {
      if (opening === this.#opening && this.#phase !== 'stopping') this.#reopenSoon(REOPEN_MS);
    }
  }

  #look(): void {
    if (this.#checkSleep()) void this.#replaceMicrophone();
    const isDeaf = Date.now() - this.#heardAt > MICROPHONE_STALLED_MS;
    if (isDeaf && this.#phase === 'recording' && this.#microphone !== undefined) this.#lose(this.#opening);
  }

  /** After sleep a microphone may stay silent for good, so it is opened anew. */
  #checkSleep(): boolean {
    const gapMs = Date.now() - this.#heardAt;
    if (gapMs < SLEPT_MS || this.#phase === 'stopping' || this.#microphone === undefined) return false;
    this.#sleptMs += gapMs;
    this.#heardAt = Date.now();
    this.#parts.tell({ sleptMs: this.#sleptMs });
    // Where it was interrupted stays marked in the recording.
    if (this.#phase === 'recording') {
      this.#line.pause();
      this.#line.resume();
    }
    return true;
  }

  #caption(event: CaptionEvent, fromMs: number): void {
    const { tell } = this.#parts;
    // Live text comes again, so that what kept it away is over.
    if (this.#isWaiting && (event.type === 'partial' || event.type === 'segment')) {
      this.#isWaiting = false;
      tell({ notice: undefined });
    }
    if (event.type === 'partial') tell({ partial: event.text, firm: event.firm });
    else if (event.type === 'silent') tell({ silentMs: event.forMs });
    else if (event.type === 'notice') {
      this.#isWaiting = event.notice.code === 'ENGINE_BUSY';
      tell({ notice: event.notice });
    } else {
      const { id, startMs, text } = event.segment;
      this.#captions = [...this.#captions, { id: `${fromMs}-${id}`, startMs: fromMs + startMs, text }];
      tell({ captions: this.#captions, partial: '', firm: '' });
    }
  }

  #enter(phase: SessionView['phase'], change: Partial<SessionView>): void {
    this.#phase = phase;
    this.#parts.tell({ phase, ...change });
  }

  async #closeMicrophone(): Promise<void> {
    clearTimeout(this.#reopen);
    const microphone = this.#microphone;
    this.#microphone = undefined;
    await microphone?.close().catch(() => undefined);
  }

  #end(recordingIds: string[], error: ErrorInfo | undefined): void {
    clearInterval(this.#watch);
    this.#phase = 'stopping';
    this.#opening += 1;
    void this.#closeMicrophone();
    this.#parts.ended({ recordingIds, savedMs: this.#savedMs, captions: this.#captions, error });
  }
}

function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return Math.min(1, peak);
}
