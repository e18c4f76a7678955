import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Outline, Peaks } from '../../../contract/peaks.ts';
import type { Recording, RecordingBytes } from '../../../contract/recording.ts';
import type { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { ItemKeys } from '../../storage/item-keys.ts';
import { isAlive } from '../../system/process-identity.ts';
import { createTurns } from '../../turns.ts';
import type { SoundToHear } from '../transcriber.ts';
import { destroyKeys } from './destroy-keys.ts';
import { BYTES_PER_SAMPLE, HEADER_BYTES, SAMPLES_PER_MS } from './journal-format.ts';
import { type KeyOpener, readFirstKey } from './journal-reader.ts';
import { continueRecorder, type Recorder, startRecorder } from './recorder.ts';
import { stillRecording, unknownRecording } from './recording-errors.ts';
import {
  journalPath,
  openLabel,
  type RecordingFile,
  readRecordingFile,
  sealLabel,
  writeRecordingFile,
} from './recording-file.ts';
import { soundOfJournal } from './recording-sound.ts';
import { recover } from './recover.ts';
import { WavView } from './wav-view.ts';

export interface NewRecording {
  title: string;
  device?: string | undefined;
  /** The recording that goes on, instead of a new one. */
  continues?: string | undefined;
  onSaved(savedMs: number): void;
  onFailed(error: AppError): void;
}

/**
 * The recordings of this user, each in a folder of its own. One that was interrupted is recovered when it
 * is first met.
 */
export interface RecordingStore {
  /** @throws AppError DISK_FULL, FILE_UNWRITABLE; RECORDING_UNKNOWN, RECORDING_BUSY of one to go on with. */
  start(recording: NewRecording): Promise<{ id: string; recorder: Recorder }>;
  /** Oldest first. */
  list(): Promise<Recording[]>;
  /** Its sound, as far as it goes. @throws AppError RECORDING_UNKNOWN. */
  open(id: string): Promise<{ recording: Recording; sound: SoundToHear }>;
  /** A piece of it as a WAV file. @throws AppError RECORDING_UNKNOWN. */
  read(id: string, offset: number, byteLength: number): Promise<RecordingBytes>;
  /** Its outline, read through anew. @throws AppError RECORDING_UNKNOWN. */
  outline(id: string): Promise<Outline>;
  /** @throws AppError RECORDING_UNKNOWN; RECORDING_BUSY while it is made; what the disk throws. */
  rename(id: string, title: string): Promise<void>;
  /** @throws AppError RECORDING_UNKNOWN; RECORDING_BUSY while it is made. */
  delete(id: string): Promise<void>;
}

const DELETED = '.deleted-';
/** A folder without its description is being made, unless it is older than this. */
const MAKING_MS = 10_000;

const isId = (name: string): boolean => z.uuid().safeParse(name).success;

export function createRecordingStore(dir: string, keys: ItemKeys, log: Logger): RecordingStore {
  const active = new Set<string>();
  let view: { id: string; durationMs: number; wav: Promise<WavView> } | undefined;
  /** Recoveries run one after the other. */
  const inTurn = createTurns();
  const folderOf = (id: string) => join(dir, id);
  const openKey: KeyOpener = (sealed) => keys.open(sealed);

  const describe = (id: string): Promise<Recording | undefined> =>
    inTurn(() => readOne(folderOf(id), id, active.has(id), openKey, log));
  const find = async (id: string): Promise<Recording> => {
    const recording = isId(id) ? await describe(id) : undefined;
    if (recording === undefined) throw unknownRecording();
    return recording;
  };

  const refuseBusy = async (id: string) => {
    const state = isId(id) ? await inTurn(() => readState(folderOf(id), active.has(id), log)) : undefined;
    if (state === undefined) throw unknownRecording();
    if (state.isBeingMade) throw stillRecording();
  };

  return {
    start: async ({ continues, ...wishes }) => {
      // Its description is not looked at: this one may go on while Sotto is locked.
      if (continues !== undefined) await refuseBusy(continues);
      const itemKey = await keys.create();
      const id = continues ?? randomUUID();
      active.add(id);
      const options = { dir: folderOf(id), itemKey, onEnded: () => active.delete(id), ...wishes };
      try {
        const recorder = await (continues === undefined ? startRecorder(options) : continueRecorder(options));
        return { id, recorder };
      } catch (error) {
        active.delete(id);
        if (continues === undefined) {
          await rm(folderOf(id), { recursive: true, force: true }).catch(() => undefined);
        }
        throw error;
      }
    },
    list: async () => {
      const names = await namesIn(dir);
      // Deletions that did not come to their end.
      for (const name of names.filter((one) => one.startsWith(DELETED))) await remove(join(dir, name));
      const all = await Promise.all(names.filter(isId).map(describe));
      return all.filter((one) => one !== undefined).sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
    },
    open: async (id) => {
      const recording = await find(id);
      const { durationMs, notice } = recording;
      return { recording, sound: soundOfJournal(journalPath(folderOf(id)), openKey, durationMs, notice) };
    },
    read: async (id, offset, byteLength) => {
      // One at a time is played; a view of it costs a reading of the whole file.
      if (view?.id !== id || offset === 0) {
        const { durationMs } = await find(id);
        if (view?.id !== id || view.durationMs !== durationMs) {
          view = { id, durationMs, wav: WavView.of(journalPath(folderOf(id)), openKey) };
        }
      }
      return (await view.wav).read(offset, byteLength);
    },
    outline: async (id) => {
      await find(id);
      return outlineOf(soundOfJournal(journalPath(folderOf(id)), openKey, 0, undefined));
    },
    rename: async (id, title) => {
      const { state, device } = await find(id);
      const file = await readRecordingFile(folderOf(id));
      // Whoever records writes its description at the end, with the old name.
      if (state === 'recording' || file === undefined) throw stillRecording();
      const key = await readFirstKey(journalPath(folderOf(id)), openKey);
      if (key === undefined) throw unknownRecording();
      const sealed = sealLabel({ title, ...(device === undefined ? {} : { device }) }, key);
      await writeRecordingFile(folderOf(id), { ...file, sealed });
    },
    delete: async (id) => {
      const { state } = await find(id);
      if (state === 'recording') throw stillRecording();
      if (view?.id === id) view = undefined;
      // At once for every reader; what a kill leaves of the rest is taken away with the next list.
      const gone = join(dir, `${DELETED}${id}`);
      await rename(folderOf(id), gone);
      await remove(gone);
    },
  };
}

async function outlineOf(sound: SoundToHear): Promise<Outline> {
  const peaks = new Peaks(SAMPLES_PER_MS * 1000);
  for await (const samples of sound.chunks()) peaks.add(samples);
  peaks.finish();
  return peaks.outline();
}

/** Its key first: what is left of its sound somewhere opens no more. */
async function remove(folder: string): Promise<void> {
  await destroyKeys(journalPath(folder)).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch {
    // Nothing was ever recorded.
    return [];
  }
}

interface State {
  /** Undefined: it could not be recovered, and has no description. */
  file: RecordingFile | undefined;
  isBeingMade: boolean;
  journalBytes: number;
}

/** What is known without a key; an interrupted one is recovered first. Undefined: there is none. */
async function readState(folder: string, isOurs: boolean, log: Logger): Promise<State | undefined> {
  const journal = await stat(journalPath(folder)).catch(() => undefined);
  if (journal === undefined) return undefined;
  const file = await readRecordingFile(folder);
  const isOpen = file === undefined || file.state === 'recording';
  const isNew = file === undefined && Date.now() - journal.mtimeMs < MAKING_MS;
  const isBeingMade = isOpen && (isOurs || isNew || isWriterAlive(file));
  if (!isOpen || isBeingMade || !(await recoverOne(folder, log)))
    return { file, isBeingMade, journalBytes: journal.size };
  const recovered = await readRecordingFile(folder);
  return recovered && { file: recovered, isBeingMade: false, journalBytes: journal.size };
}

/** What the user sees of a recording. Undefined: there is none. @throws what `openKey` throws. */
async function readOne(
  folder: string,
  id: string,
  isOurs: boolean,
  openKey: KeyOpener,
  log: Logger,
): Promise<Recording | undefined> {
  const found = await readState(folder, isOurs, log);
  if (found?.file === undefined) return undefined;
  const { format: _, writer: __, sealed, ...file } = found.file;
  const key = await readFirstKey(journalPath(folder), openKey);
  const recording = { ...file, ...openLabel(sealed, key), id };
  if (file.state !== 'recording') return recording;
  // The length that its file tells, a little more than its sound: to read it all would take too long.
  const durationMs = Math.max(0, found.journalBytes - HEADER_BYTES) / BYTES_PER_SAMPLE / SAMPLES_PER_MS;
  return { ...recording, durationMs, state: found.isBeingMade ? 'recording' : 'recovered' };
}

/** Our own number is that of a process before us: what we record ourselves is known. */
function isWriterAlive(file: RecordingFile | undefined): boolean {
  const writer = file?.writer;
  return writer !== undefined && writer.pid !== process.pid && isAlive(writer);
}

/** False: not possible now, on a full disk for one. Its sound can be read nevertheless. */
async function recoverOne(folder: string, log: Logger): Promise<boolean> {
  try {
    const { durationMs, lostMs } = await recover(folder);
    log.info(`recovered ${Math.round(durationMs)} ms of a recording, ${Math.round(lostMs)} ms lost`);
    // Killed before its first sound: there is nothing to keep.
    if (durationMs === 0 && lostMs === 0) await remove(folder);
    return true;
  } catch (error) {
    log.warn(`a recording could not be recovered: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
    return false;
  }
}
