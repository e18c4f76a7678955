import type { KeptTranscript } from '../../../contract/speech.ts';
import { toStorageError } from '../database/storage-errors.ts';
import type { Storage } from '../storage.ts';

/** Where transcripts are kept, for who makes them. */
export interface TranscriptShelf {
  /** Oldest first. @throws AppError STORAGE_LOCKED, DB_*. */
  read(): Promise<KeptTranscript[]>;
  /** @throws AppError STORAGE_LOCKED, DISK_FULL, FILE_UNWRITABLE. */
  write(kept: KeptTranscript): Promise<void>;
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
    remove: (id) => telling(() => storage.deleteTranscript(id)),
  };
}
