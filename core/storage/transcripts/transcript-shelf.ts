import type { KeptTranscript } from '../../../contract/speech.ts';
import { toStorageError } from '../database/storage-errors.ts';
import type { Storage } from '../storage.ts';
import type { SavedSoundFile } from './saved-sound-file.ts';

/** Where transcripts are kept, for who makes them. */
export interface TranscriptShelf {
  /** Oldest first. @throws AppError STORAGE_LOCKED, DB_*. */
  read(): Promise<KeptTranscript[]>;
  /** @throws AppError STORAGE_LOCKED, DISK_FULL, FILE_UNWRITABLE. */
  write(kept: KeptTranscript): Promise<void>;
  /** Where its file lies. @throws as read. */
  sound(id: string): Promise<SavedSoundFile | undefined>;
  /** Of a transcript that was written; without effect otherwise. @throws as write. */
  writeSound(id: string, sound: SavedSoundFile): Promise<void>;
  /** @throws as write. */
  remove(id: string): Promise<void>;
}

export function createTranscriptShelf(
  storage: Pick<Storage, 'transcripts' | 'deleteTranscript'>,
): TranscriptShelf {
  const telling = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw toStorageError(cause);
    }
  };
  return {
    read: () => telling(async () => (await storage.transcripts()).read()),
    write: (kept) => telling(async () => (await storage.transcripts()).write(kept)),
    sound: (id) => telling(async () => (await storage.transcripts()).sound(id)),
    writeSound: (id, sound) => telling(async () => (await storage.transcripts()).writeSound(id, sound)),
    remove: (id) => telling(() => storage.deleteTranscript(id)),
  };
}
