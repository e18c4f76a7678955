import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { ItemKey } from '../../storage/item-keys.ts';
import { makeFile } from '../../system/own-file.ts';
import { openRegular } from '../../system/regular-file.ts';
import {
  encodeHeader,
  encodeKeyRecord,
  encodeRecord,
  type RecordKind,
  SAMPLES_PER_MS,
  toPcm,
} from './journal-format.ts';

/** Sound is written after this much of it, or after this time: what a kill of the process may cost. */
const GROUP_MS = 250;
const GROUP_SAMPLES = GROUP_MS * SAMPLES_PER_MS;
/** From one fdatasync to the next: what a power cut may cost, with the above. Together below a second. */
const SYNC_INTERVAL_MS = 500;

/** The file below a journal; tests put a failing one in its place. */
export interface JournalFile {
  /** Appends all of it. */
  append(bytes: Uint8Array): Promise<void>;
  /** Returns once what was appended is on the disk. */
  sync(): Promise<void>;
  truncate(byteLength: number): Promise<void>;
  close(): Promise<void>;
}

/** Makes a new file. @throws when it exists, or cannot be made. */
export async function createJournalFile(path: string): Promise<JournalFile> {
  return journalFile(await makeFile(path, undefined, 'ax'));
}

/** Opens one that goes on. @throws when it cannot be. */
export async function openJournalFile(path: string): Promise<JournalFile> {
  return journalFile(await openRegular(path, { isOurs: true, flags: constants.O_RDWR | constants.O_APPEND }));
}

function journalFile(file: FileHandle): JournalFile {
  return {
    append: (bytes) => file.appendFile(bytes),
    sync: () => file.datasync(),
    truncate: (byteLength) => file.truncate(byteLength),
    close: () => file.close(),
  };
}

/** Where a journal that goes on stands. */
export interface JournalPosition {
  records: number;
  samples: number;
  bytes: number;
}

export interface JournalListener {
  /** Sound up to this time is on the disk. */
  saved(savedMs: number): void;
  /** The disk took no more. What was saved stays; nothing more is written. */
  failed(cause: unknown): void;
}

/**
 * Appends sound to a journal while it comes. Nothing waits for the disk: what it has not yet taken is held in
 * memory and written with the next turn.
 */
export class JournalWriter {
  readonly #file: JournalFile;
  readonly #listener: JournalListener;
  readonly #key: Buffer;
  readonly #group = new Int16Array(GROUP_SAMPLES);
  #filled = 0;
  #groupTimer: NodeJS.Timeout | undefined;
  #sequence: number;
  #encodedSamples: number;
  /** Records that wait for the disk. */
  #waiting: Uint8Array[] = [];
  #writing: Promise<void> | undefined;
  #written: { samples: number; bytes: number };
  #syncing: Promise<void> | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  #syncedAt = 0;
  #syncedSamples: number;
  #hasFailed = false;

  private constructor(
    file: JournalFile,
    listener: JournalListener,
    key: Buffer,
    { records, samples, bytes }: JournalPosition,
  ) {
    this.#file = file;
    this.#key = key;
    this.#listener = listener;
    this.#sequence = records;
    this.#encodedSamples = samples;
    this.#syncedSamples = samples;
    this.#written = { samples, bytes };
  }

  /** Writes the header and the key. @throws what the file throws; it is closed then. */
  static async start(file: JournalFile, listener: JournalListener, key: ItemKey): Promise<JournalWriter> {
    return JournalWriter.#begin(file, listener, key, encodeHeader(Date.now()), {
      records: 0,
      samples: 0,
      bytes: 0,
    });
  }

  /** Goes on, with a key of its own, with a journal that was checked whole up to there. @throws as start. */
  static async goOn(
    file: JournalFile,
    listener: JournalListener,
    key: ItemKey,
    position: JournalPosition,
  ): Promise<JournalWriter> {
    return JournalWriter.#begin(file, listener, key, Buffer.alloc(0), position);
  }

  static async #begin(
    file: JournalFile,
    listener: JournalListener,
    { key, sealed }: ItemKey,
    header: Buffer,
    { records, samples, bytes }: JournalPosition,
  ): Promise<JournalWriter> {
    const first = Buffer.concat([header, encodeKeyRecord(records, sealed, Date.now())]);
    try {
      await file.append(first);
      await file.sync();
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    return new JournalWriter(file, listener, key, {
      records: records + 1,
      samples,
      bytes: bytes + first.length,
    });
  }

  get savedMs(): number {
    return this.#syncedSamples / SAMPLES_PER_MS;
  }

  add(samples: Float32Array): void {
    for (let at = 0; at < samples.length && !this.#hasFailed; ) {
      const part = samples.subarray(at, at + GROUP_SAMPLES - this.#filled);
      toPcm(part, this.#group, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === GROUP_SAMPLES) this.#endGroup();
      else this.#groupTimer ??= setTimeout(() => this.#endGroup(), GROUP_MS);
    }
  }

  mark(kind: 'pause' | 'resume'): void {
    this.#endGroup();
    this.#push(kind, new Int16Array());
  }

  /** Returns once everything so far is on the disk, or the disk has refused it. */
  async flush(): Promise<void> {
    this.#endGroup();
    while (this.#isBehind) {
      await this.#writing;
      clearTimeout(this.#syncTimer);
      this.#syncTimer = undefined;
      await this.#sync();
    }
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.#groupTimer);
    clearTimeout(this.#syncTimer);
    await Promise.all([this.#writing, this.#syncing]);
    await this.#file.close().catch(() => undefined);
    this.#key.fill(0);
  }

  get #isBehind(): boolean {
    if (this.#hasFailed) return false;
    return this.#writing !== undefined || this.#syncing !== undefined || this.#syncTimer !== undefined;
  }

  #endGroup(): void {
    clearTimeout(this.#groupTimer);
    this.#groupTimer = undefined;
    if (this.#filled === 0) return;
    const samples = this.#group.subarray(0, this.#filled);
    this.#filled = 0;
    this.#push('sound', samples);
  }

  #push(kind: RecordKind, samples: Int16Array): void {
    if (this.#hasFailed) return;
    const record = { sequence: this.#sequence, kind, samples, writtenMs: Date.now() };
    this.#waiting.push(encodeRecord(record, this.#key));
    this.#sequence += 1;
    this.#encodedSamples += samples.length;
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#hasFailed) {
      const bytes = Buffer.concat(this.#waiting);
      this.#waiting = [];
      const samples = this.#encodedSamples;
      try {
        await this.#file.append(bytes);
      } catch (cause) {
        // What was written before may still be saved.
        await this.#sync();
        await this.#fail(cause);
        break;
      }
      this.#written = { samples, bytes: this.#written.bytes + bytes.length };
      this.#syncSoon();
    }
    this.#writing = undefined;
  }

  #syncSoon(): void {
    if (this.#syncing !== undefined || this.#syncTimer !== undefined || this.#hasFailed) return;
    const waitMs = Math.max(0, this.#syncedAt + SYNC_INTERVAL_MS - performance.now());
    this.#syncTimer = setTimeout(() => {
      this.#syncTimer = undefined;
      void this.#sync();
    }, waitMs);
  }

  /** Never rejects. */
  #sync(): Promise<void> {
    this.#syncing ??= this.#runSync();
    return this.#syncing;
  }

  async #runSync(): Promise<void> {
    const { samples, bytes } = this.#written;
    this.#syncedAt = performance.now();
    try {
      await this.#file.sync();
      this.#syncedSamples = samples;
      this.#listener.saved(this.savedMs);
    } catch (cause) {
      // Never tried again: after a failed sync the system may have dropped the pages and call the next one good.
      await this.#fail(cause);
    } finally {
      this.#syncing = undefined;
    }
    if (this.#written.bytes > bytes) this.#syncSoon();
  }

  async #fail(cause: unknown): Promise<void> {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    clearTimeout(this.#groupTimer);
    // Half a record at the end does no harm, and cutting it off may fail as well.
    await this.#file.truncate(this.#written.bytes).catch(() => undefined);
    this.#listener.failed(cause);
  }
}
