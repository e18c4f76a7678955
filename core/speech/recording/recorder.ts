import { dirname } from 'node:path';
import type { ErrorInfo } from '../../../contract/errors.ts';
import type { AppError } from '../../errors.ts';
import type { ItemKey } from '../../storage/item-keys.ts';
import { thisProcess } from '../../system/process-identity.ts';
import { makeFolder, syncFolder } from '../../system/whole-file.ts';
import { SAMPLES_PER_MS } from './journal-format.ts';
import { scanJournal } from './journal-reader.ts';
import {
  createJournalFile,
  type JournalFile,
  type JournalListener,
  JournalWriter,
  openJournalFile,
} from './journal-writer.ts';
import { storageError, unknownRecording } from './recording-errors.ts';
import {
  journalPath,
  type RecordingFile,
  readRecordingFile,
  sealLabel,
  writeRecordingFile,
} from './recording-file.ts';
import { recover } from './recover.ts';

/** A recording under way. Sound that was told to be saved survives whatever happens after. */
export interface Recorder {
  /** 16 kHz mono, -1 to 1. Never waits; without effect while paused, and after a failure. */
  add(samples: Float32Array): void;
  pause(): void;
  resume(): void;
  readonly savedMs: number;
  /** Why it can take no more. */
  readonly failure: AppError | undefined;
  /** Returns once everything so far is on the disk, or the disk has refused it. */
  flush(): Promise<void>;
  /** Ends the recording. Never throws: what is saved is saved. @param notice why it ended, if not by the user */
  finish(notice?: ErrorInfo): Promise<void>;
}

export interface RecorderOptions {
  /** The recording's own folder; made here. */
  dir: string;
  title: string;
  device?: string | undefined;
  /** Of the sound that comes now. */
  itemKey: ItemKey;
  onSaved(savedMs: number): void;
  /** Called once; the recorder takes no more. */
  onFailed(error: AppError): void;
  /** Called once, when nothing more is written to the folder. */
  onEnded?(): void;
  /** The file below; tests give one that fails. */
  createFile?: (path: string) => Promise<JournalFile>;
}

/** @throws AppError DISK_FULL or FILE_UNWRITABLE where nothing can be written. */
export function startRecorder(options: RecorderOptions): Promise<Recorder> {
  const { dir, title, device, itemKey, createFile = createJournalFile } = options;
  const label = { title, ...(device === undefined ? {} : { device }) };
  const content: RecordingFile = {
    format: 2,
    createdAt: new Date().toISOString(),
    sealed: sealLabel(label, itemKey.key),
    durationMs: 0,
    state: 'recording',
    writer: thisProcess(),
  };
  return record(options, content, (listener) => begin(dir, content, itemKey, createFile, listener));
}

/**
 * Goes on with a recording whose writer is dead. Its folder is recovered first, so nothing that was written is lost.
 *
 * @throws AppError RECORDING_UNKNOWN where its journal is damaged, DISK_FULL or FILE_UNWRITABLE.
 */
export async function continueRecorder(
  options: Omit<RecorderOptions, 'title' | 'device'>,
): Promise<Recorder> {
  const { dir } = options;
  await recover(dir);
  const found = await readRecordingFile(dir);
  if (found === undefined) throw unknownRecording();
  const { notice: _, ...file } = found;
  const content: RecordingFile = { ...file, state: 'recording', writer: thisProcess() };
  return record(options, content, (listener) => goOn(dir, content, options.itemKey, listener));
}

/** What a recorder does once there is a journal to write to. */
async function record(
  options: Omit<RecorderOptions, 'title' | 'device'>,
  content: RecordingFile,
  open: (listener: JournalListener) => Promise<JournalWriter>,
): Promise<Recorder> {
  const { dir } = options;
  let failure: AppError | undefined;
  let isPaused = false;
  const fail = (cause: unknown) => {
    failure = storageError(cause, writer.savedMs);
    options.onFailed(failure);
  };
  const writer = await open({ saved: options.onSaved, failed: fail });
  return {
    add: (samples) => {
      if (!isPaused) writer.add(samples);
    },
    pause: () => {
      if (isPaused) return;
      isPaused = true;
      writer.mark('pause');
    },
    resume: () => {
      if (!isPaused) return;
      isPaused = false;
      writer.mark('resume');
    },
    get savedMs() {
      return writer.savedMs;
    },
    get failure() {
      return failure;
    },
    flush: () => writer.flush(),
    finish: async (notice) => {
      await writer.close();
      await end(dir, content, writer.savedMs, failure, notice);
      options.onEnded?.();
    },
  };
}

/** Makes the folder and all that must be in it before the first sound. */
async function begin(
  dir: string,
  content: RecordingFile,
  itemKey: ItemKey,
  createFile: (path: string) => Promise<JournalFile>,
  listener: JournalListener,
): Promise<JournalWriter> {
  try {
    await makeFolder(dir);
    const writer = await JournalWriter.start(await createFile(journalPath(dir)), listener, itemKey);
    await writeRecordingFile(dir, content);
    await syncFolder(dirname(dir));
    return writer;
  } catch (cause) {
    throw storageError(cause, 0);
  }
}

/** Opens the journal behind its last good record. */
async function goOn(
  dir: string,
  content: RecordingFile,
  itemKey: ItemKey,
  listener: JournalListener,
): Promise<JournalWriter> {
  const { ending, records, durationMs, goodBytes } = await scanJournal(journalPath(dir));
  if (ending !== 'whole') throw unknownRecording();
  try {
    await writeRecordingFile(dir, content);
    const file = await openJournalFile(journalPath(dir));
    const samples = Math.round(durationMs * SAMPLES_PER_MS);
    return await JournalWriter.goOn(file, listener, itemKey, { records, samples, bytes: goodBytes });
  } catch (cause) {
    throw storageError(cause, durationMs);
  }
}

async function end(
  dir: string,
  { writer: _, ...content }: RecordingFile,
  savedMs: number,
  failure: AppError | undefined,
  notice: ErrorInfo | undefined,
): Promise<void> {
  const told = failure?.toInfo() ?? notice;
  try {
    // After a failure more may be in the file than was told to be saved.
    const durationMs = failure === undefined ? savedMs : (await scanJournal(journalPath(dir))).durationMs;
    await writeRecordingFile(dir, {
      ...content,
      durationMs,
      state: failure === undefined ? 'complete' : 'failed',
      ...(told === undefined ? {} : { notice: told }),
    });
  } catch {
    // On a full disk not even this fits. The next start recovers the recording from its journal.
  }
}
