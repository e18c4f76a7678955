import type { FileHandle } from 'node:fs/promises';
import { AppError } from '../../errors.ts';
import { openRegular } from '../../system/regular-file.ts';
import {
  decodeFrame,
  decodeHeader,
  HEADER_BYTES,
  isWhole,
  JOURNAL_VERSION,
  type JournalHeader,
  type JournalRecord,
  openRecord,
  RECORD_HEADER_BYTES,
  SAMPLES_PER_MS,
  type SealedRecord,
  sealedKeyOf,
} from './journal-format.ts';

/** Bytes asked for at once: some eight seconds of sound. */
const READ_BYTES = 256 * 1024;
/** Enough for the record of a key, which is the first. */
const READ_BYTES_FOR_KEY = 4 * 1024;

/** What a journal holds, up to the first record that is not whole. */
export interface JournalScan {
  /** Undefined: the header is damaged, which costs no sound. */
  header: JournalHeader | undefined;
  durationMs: number;
  records: number;
  /** Where the good records end. */
  goodBytes: number;
  fileBytes: number;
  ending: JournalEnding;
}

/** torn: a record that was being written follows, and nothing more; damaged: anything else that is no record. */
export type JournalEnding = 'whole' | 'torn' | 'damaged';

/** Reads a journal from its start, one record after the other. Memory does not grow with the file. */
export class JournalReader {
  readonly #file: FileHandle;
  readonly #readBytes: number;
  /** Bytes of the file that were read and not yet used. */
  #bytes: Buffer = Buffer.alloc(0);
  #readAt = HEADER_BYTES;
  #nextSequence = 0;
  /** Where the good records end, so far. */
  goodBytes = HEADER_BYTES;
  /** How it ended, once there was no next record. */
  ending: JournalEnding = 'whole';
  readonly header: JournalHeader | undefined;
  readonly fileBytes: number;

  private constructor(
    file: FileHandle,
    header: JournalHeader | undefined,
    fileBytes: number,
    readBytes: number,
  ) {
    this.#file = file;
    this.header = header;
    this.fileBytes = fileBytes;
    this.#readBytes = readBytes;
  }

  /** @throws AppError RECORDING_UNKNOWN of another version's file; what the file system throws. */
  static async open(path: string, readBytes = READ_BYTES): Promise<JournalReader> {
    const file = await openRegular(path, { isOurs: true });
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
      const header = decodeHeader(buffer.subarray(0, bytesRead));
      if (header !== undefined && header.version !== JOURNAL_VERSION) throw ofAnotherVersion(header.version);
      return new JournalReader(file, header, (await file.stat()).size, readBytes);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The next record; undefined at the end, or where one is damaged. */
  async next(): Promise<SealedRecord | undefined> {
    await this.#fill(RECORD_HEADER_BYTES);
    if (this.#bytes.length < RECORD_HEADER_BYTES)
      return this.#end(this.#bytes.length === 0 ? 'whole' : 'torn');
    const frame = decodeFrame(this.#bytes);
    if (frame === undefined || frame.sequence !== this.#nextSequence) return this.#end('damaged');
    await this.#fill(frame.byteLength);
    if (this.#bytes.length < frame.byteLength) return this.#end('torn');
    // A copy: the bytes that were read are used again.
    const bytes = Buffer.from(this.#bytes.subarray(0, frame.byteLength));
    if (!isWhole(bytes, frame)) return this.#end('damaged');
    this.#bytes = this.#bytes.subarray(frame.byteLength);
    this.#nextSequence += 1;
    this.goodBytes += frame.byteLength;
    return { frame, bytes };
  }

  #end(ending: JournalEnding): undefined {
    this.ending = ending;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #fill(needed: number): Promise<void> {
    while (this.#bytes.length < needed) {
      const { buffer, bytesRead } = await this.#file.read(
        Buffer.alloc(this.#readBytes),
        0,
        this.#readBytes,
        this.#readAt,
      );
      if (bytesRead === 0) return;
      this.#readAt += bytesRead;
      this.#bytes = Buffer.concat([this.#bytes, buffer.subarray(0, bytesRead)]);
    }
  }
}

/** Gives the key out that a recording's records hold in sealed form. @throws AppError STORAGE_LOCKED and the like. */
export type KeyOpener = (sealed: Buffer) => Promise<Buffer | undefined>;

/**
 * Reads every record of a journal as it was meant, and closes it however the reading ends.
 *
 * @throws AppError RECORDING_UNKNOWN where the keys that there are do not open it; what `open` throws.
 */
export async function* readJournal(path: string, open: KeyOpener): AsyncGenerator<JournalRecord, void, void> {
  let key: Buffer | undefined;
  for await (const record of readSealed(path)) {
    if (record.frame.kind === 'key') key = await open(sealedKeyOf(record));
    else {
      const opened = key === undefined ? undefined : openRecord(record, key);
      if (opened === undefined) throw foreign();
      yield opened;
    }
  }
}

/** The key of the first sound, which seals the description too. Undefined: there is none that opens. */
export async function readFirstKey(path: string, open: KeyOpener): Promise<Buffer | undefined> {
  for await (const record of readSealed(path, READ_BYTES_FOR_KEY)) {
    // Awaited here: the file is closed before what is returned is looked at.
    return record.frame.kind === 'key' ? await open(sealedKeyOf(record)) : undefined;
  }
  return undefined;
}

/** Reads every record as it lies there; needs no key. */
export async function* readSealed(
  path: string,
  readBytes?: number,
): AsyncGenerator<SealedRecord, JournalScan, void> {
  const reader = await JournalReader.open(path, readBytes);
  let samples = 0;
  let records = 0;
  try {
    for (let record = await reader.next(); record !== undefined; record = await reader.next()) {
      samples += record.frame.sampleCount;
      records += 1;
      yield record;
    }
  } finally {
    await reader.close();
  }
  const { header, goodBytes, fileBytes, ending } = reader;
  return { header, durationMs: samples / SAMPLES_PER_MS, records, goodBytes, fileBytes, ending };
}

/** Checks a whole journal: about a second for eight hours of sound on a fast disk. */
export async function scanJournal(path: string): Promise<JournalScan> {
  const records = readSealed(path);
  for (;;) {
    const next = await records.next();
    if (next.done === true) return next.value;
  }
}

function foreign(): AppError {
  return new AppError('KEY_UNAVAILABLE', 'The key of this recording is not one of yours.', {
    hint: 'It was made by another user, or its file was changed. It was left as it is.',
  });
}

function ofAnotherVersion(version: number): AppError {
  return version < JOURNAL_VERSION
    ? new AppError(
        'RECORDING_UNKNOWN',
        'An early version of Sotto made this recording, without encryption.',
        {
          hint: 'That version can export it as a WAV file.',
        },
      )
    : new AppError('RECORDING_UNKNOWN', 'A newer version of Sotto made this recording.', {
        hint: 'Update Sotto.',
      });
}
