import { withNotice } from '../../../contract/notices.ts';
import { addSpeakers, assignTurns } from '../../../contract/speakers.ts';
import type { KeptTranscript, SpeechEvent, Transcript } from '../../../contract/speech.ts';
import type { SavedSoundFile } from '../../storage/transcripts/saved-sound-file.ts';
import type { TranscriptShelf } from '../../storage/transcripts/transcript-shelf.ts';
import { createTurns } from '../../turns.ts';

/** A transcript that is being written. */
export interface TranscriptBeingWritten {
  /** Keeps what an event brings. Never waits for the disk. */
  take(event: SpeechEvent): void;
  /** To be called however the transcription ended; without a "done" it failed. Returns once it is on the disk. */
  end(): Promise<void>;
}

/** All transcripts of this user, kept while they are made and after every change. */
export interface TranscriptStore {
  /** Oldest first. */
  list(): Promise<KeptTranscript[]>;
  /** Waits for its turn at first; it is kept from now on. */
  begin(transcript: Transcript): TranscriptBeingWritten;
  /** As it was edited. @throws AppError DISK_FULL, FILE_UNWRITABLE: it is kept in memory, and written with the next change. */
  save(transcript: Transcript): Promise<void>;
  /** The file that it was made from. @throws as list. */
  sound(id: string): Promise<SavedSoundFile | undefined>;
  /** Remembers that file, as long as the transcript is kept. @throws as save. */
  saveSoundFile(id: string, sound: SavedSoundFile): Promise<void>;
  remove(id: string): Promise<void>;
  /** Returns once everything is on the disk, or the disk has refused it. */
  flush(): Promise<void>;
  /** What is on the disk leaves memory (Sotto is locked, or something else lies there now) and is read again when wanted. */
  forget(): void;
  /** What could not be written before is tried again: it may be possible now. */
  catchUp(): void;
}

/** Segments come several a second; a kill may cost the last second of them. */
const WRITE_EVERY_MS = 1_000;
/** Long transcripts are large: a twentieth of the time at most goes into writing them. */
const PAUSE_PER_WRITE = 20;

export function createTranscriptStore(shelf: TranscriptShelf): TranscriptStore {
  const kept = new Map<string, KeptTranscript>();
  const removed = new Set<string>();
  const pens = new Map<string, Pen>();
  /** Of transcripts that may not be on the shelf yet. */
  const sounds = new Map<string, SavedSoundFile>();
  let reading: Promise<void> | undefined;
  const read = async () => {
    for (const one of await shelf.read()) {
      const { id } = one.transcript;
      if (kept.has(id) || removed.has(id)) continue;
      // Whoever was writing it is not there any more.
      kept.set(id, one.state === 'running' ? { ...one, state: 'stopped' } : one);
    }
  };
  const penOf = (id: string): Pen => {
    const pen =
      pens.get(id) ??
      new Pen(
        id,
        shelf,
        () => kept.get(id),
        () => sounds.get(id),
      );
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
      const mine = reading;
      try {
        await mine;
      } catch (error) {
        if (reading === mine) reading = undefined;
        throw error;
      }
      return [...kept.values()].sort((a, b) => (a.transcript.createdAt < b.transcript.createdAt ? -1 : 1));
    },
    begin: (transcript) => {
      const { id } = transcript;
      let state: KeptTranscript['state'] = 'failed';
      kept.set(id, { transcript, state: 'waiting' });
      penOf(id).soon();
      return {
        take: (event) => {
          if (hasBegun(event))
            change(id, (one) => (one.state === 'waiting' ? { ...one, state: 'running' } : one));
          if (event.type === 'done') state = event.reason === 'complete' ? 'complete' : 'stopped';
          change(id, (one) => ({ ...one, transcript: withEvent(one.transcript, event) }));
          if (event.type === 'segment') penOf(id).soon();
        },
        end: async () => {
          change(id, (one) => ({ ...one, state }));
          // Nothing was heard, and nobody will look for it.
          if (state === 'failed' && kept.get(id)?.transcript.segments.length === 0) {
            kept.delete(id);
            sounds.delete(id);
            await shelf.remove(id).catch(() => undefined);
          }
          // A full disk must not make a failure of a transcription that is there to be seen.
          await penOf(id)
            .now()
            .catch(() => undefined);
        },
      };
    },
    save: async (transcript) => {
      const { id } = transcript;
      removed.delete(id);
      const before = kept.get(id);
      // Notices are not edited: a page that missed one must not take it away.
      const notices = (transcript.notices ?? []).reduce(withNotice, before?.transcript.notices ?? []);
      const saved = notices.length === 0 ? transcript : { ...transcript, notices };
      kept.set(id, { transcript: saved, state: before?.state ?? 'complete' });
      await penOf(id).now();
    },
    sound: async (id) => sounds.get(id) ?? (await shelf.sound(id)),
    saveSoundFile: async (id, sound) => {
      if (removed.has(id)) return;
      sounds.set(id, sound);
      await penOf(id).sound();
    },
    remove: async (id) => {
      kept.delete(id);
      sounds.delete(id);
      removed.add(id);
      await pens
        .get(id)
        ?.now()
        .catch(() => undefined);
      pens.delete(id);
      await shelf.remove(id);
    },
    flush: async () => {
      await Promise.allSettled([...pens.values()].map((pen) => pen.now()));
    },
    forget: () => {
      reading = undefined;
      for (const [id, { state }] of kept) {
        if (state === 'waiting' || state === 'running' || pens.get(id)?.isBehind === true) continue;
        kept.delete(id);
        sounds.delete(id);
        pens.delete(id);
      }
    },
    catchUp: () => {
      for (const pen of pens.values()) if (pen.isBehind) pen.soon();
    },
  };
}

/** Writes one transcript, the newest state of it, one write after the other. */
class Pen {
  readonly #id: string;
  readonly #shelf: TranscriptShelf;
  readonly #newest: () => KeptTranscript | undefined;
  readonly #sound: () => SavedSoundFile | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waitMs = WRITE_EVERY_MS;
  readonly #inTurn = createTurns();
  /** Something is not on the disk. */
  isBehind = false;

  constructor(
    id: string,
    shelf: TranscriptShelf,
    newest: () => KeptTranscript | undefined,
    sound: () => SavedSoundFile | undefined,
  ) {
    this.#id = id;
    this.#shelf = shelf;
    this.#newest = newest;
    this.#sound = sound;
  }

  /** Within a second or so. */
  soon(): void {
    this.isBehind = true;
    this.#timer ??= setTimeout(() => void this.now().catch(() => undefined), this.#waitMs);
  }

  /** @throws what TranscriptShelf.write throws. */
  now(): Promise<void> {
    this.isBehind = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#inTurn(() => this.#write());
  }

  /** Its file alone. @throws what TranscriptShelf.writeSound throws. */
  sound(): Promise<void> {
    return this.#inTurn(() => this.#writeSound());
  }

  async #writeSound(): Promise<void> {
    const sound = this.#sound();
    if (sound !== undefined) await this.#shelf.writeSound(this.#id, sound);
  }

  async #write(): Promise<void> {
    const newest = this.#newest();
    const startedAt = performance.now();
    if (newest !== undefined) {
      await this.#shelf.write(newest);
      await this.#writeSound();
    }
    // What came meanwhile is another write.
    if (this.#timer === undefined) this.isBehind = false;
    this.#waitMs = Math.max(WRITE_EVERY_MS, PAUSE_PER_WRITE * (performance.now() - startedAt));
  }
}

function hasBegun(event: SpeechEvent): boolean {
  return event.type === 'segment' || (event.type === 'progress' && event.stage !== 'waiting');
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
  if (event.type === 'notice') {
    return { ...transcript, notices: withNotice(transcript.notices ?? [], event.notice) };
  }
  if (event.type !== 'done') return transcript;
  const { audioMs, language, coverage } = event.stats;
  return { ...transcript, durationMs: audioMs, coverage, ...(language === undefined ? {} : { language }) };
}
