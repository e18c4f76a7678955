import { addSpeakers, assignTurns } from '../../../contract/speakers.ts';
import type { KeptTranscript, SpeechEvent, Transcript } from '../../../contract/speech.ts';
import type { TranscriptFiles } from './transcript-files.ts';

/** A transcript that is being written. */
export interface TranscriptBeingWritten {
  /** Keeps what an event brings. Never waits for the disk. */
  take(event: SpeechEvent): void;
  /** To be called however the transcription ended; without a "done" it failed. Returns once it is on the disk. */
  end(): Promise<void>;
}

/** All transcripts of this user, on the disk while they are made and after every change. */
export interface TranscriptStore {
  /** Oldest first. */
  list(): Promise<KeptTranscript[]>;
  begin(transcript: Transcript): TranscriptBeingWritten;
  /** As it was edited. @throws AppError DISK_FULL, FILE_UNWRITABLE: it is kept in memory, and written with the next change. */
  save(transcript: Transcript): Promise<void>;
  remove(id: string): Promise<void>;
  /** Returns once everything is on the disk, or the disk has refused it. */
  flush(): Promise<void>;
}

/** Segments come several a second; a kill may cost the last second of them. */
const WRITE_EVERY_MS = 1_000;
/** Long transcripts are large: a twentieth of the time at most goes into writing them. */
const PAUSE_PER_WRITE = 20;

export function createTranscriptStore(files: TranscriptFiles): TranscriptStore {
  const kept = new Map<string, KeptTranscript>();
  const removed = new Set<string>();
  const pens = new Map<string, Pen>();
  let reading: Promise<void> | undefined;
  const read = async () => {
    for (const one of await files.read()) {
      const { id } = one.transcript;
      if (kept.has(id) || removed.has(id)) continue;
      // Whoever was writing it is not there any more.
      kept.set(id, one.state === 'running' ? { ...one, state: 'stopped' } : one);
    }
  };
  const penOf = (id: string): Pen => {
    const pen = pens.get(id) ?? new Pen(files, () => kept.get(id));
    pens.set(id, pen);
    return pen;
  };
  const change = (id: string, changed: (one: KeptTranscript) => KeptTranscript) => {
    const one = kept.get(id);
    // Removed meanwhile: what still comes is not wanted any more.
    if (one !== undefined) kept.set(id, changed(one));
  };
  return {
    list: async () => {
      reading ??= read();
      await reading;
      return [...kept.values()].sort((a, b) => (a.transcript.createdAt < b.transcript.createdAt ? -1 : 1));
    },
    begin: (transcript) => {
      const { id } = transcript;
      let state: KeptTranscript['state'] = 'failed';
      kept.set(id, { transcript, state: 'running' });
      return {
        take: (event) => {
          if (event.type === 'done') state = event.reason === 'complete' ? 'complete' : 'stopped';
          change(id, (one) => ({ ...one, transcript: withEvent(one.transcript, event) }));
          if (event.type === 'segment') penOf(id).soon();
        },
        end: async () => {
          change(id, (one) => ({ ...one, state }));
          // Nothing was heard, and nobody will look for it.
          if (state === 'failed' && kept.get(id)?.transcript.segments.length === 0) kept.delete(id);
          // A full disk must not make a failure of a transcription that is there to be seen.
          await penOf(id)
            .now()
            .catch(() => undefined);
        },
      };
    },
    save: async (transcript) => {
      const { id } = transcript;
      kept.set(id, { transcript, state: kept.get(id)?.state ?? 'complete' });
      await penOf(id).now();
    },
    remove: async (id) => {
      kept.delete(id);
      removed.add(id);
      await pens
        .get(id)
        ?.now()
        .catch(() => undefined);
      pens.delete(id);
      await files.remove(id);
    },
    flush: async () => {
      await Promise.allSettled([...pens.values()].map((pen) => pen.now()));
    },
  };
}

/** Writes one transcript, the newest state of it, one write after the other. */
class Pen {
  readonly #files: TranscriptFiles;
  readonly #newest: () => KeptTranscript | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waitMs = WRITE_EVERY_MS;
  #writing: Promise<void> = Promise.resolve();

  constructor(files: TranscriptFiles, newest: () => KeptTranscript | undefined) {
    this.#files = files;
    this.#newest = newest;
  }

  /** Within a second or so. */
  soon(): void {
    this.#timer ??= setTimeout(() => void this.now().catch(() => undefined), this.#waitMs);
  }

  /** @throws what TranscriptFiles.write throws. */
  now(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const write = this.#writing.catch(() => undefined).then(() => this.#write());
    this.#writing = write;
    return write;
  }

  async #write(): Promise<void> {
    const newest = this.#newest();
    if (newest === undefined) return;
    const startedAt = performance.now();
    await this.#files.write(newest);
    this.#waitMs = Math.max(WRITE_EVERY_MS, PAUSE_PER_WRITE * (performance.now() - startedAt));
  }
}

function withEvent(transcript: Transcript, event: SpeechEvent): Transcript {
  if (event.type === 'segment') {
    const { segment } = event;
    // The list grows in place, as copying it for every segment would take time that grows with its square.
    if (!transcript.segments.some(({ id }) => id === segment.id)) transcript.segments.push(segment);
    return transcript;
  }
  if (event.type === 'speakers') {
    const segments = assignTurns(transcript.segments, event.turns);
    return { ...transcript, segments, speakers: addSpeakers(transcript.speakers, event.speakers) };
  }
  if (event.type !== 'done') return transcript;
  const { audioMs, language } = event.stats;
  return { ...transcript, durationMs: audioMs, ...(language === undefined ? {} : { language }) };
}
