import type { FileHandle } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { RecordingBytes } from '../../contract/recording.ts';
import type { SoundFile } from '../../contract/speech.ts';
import { AppError } from '../errors.ts';
import type { SavedSoundFile } from '../storage/transcripts/saved-sound-file.ts';
import { hashHandle } from '../system/hash-handle.ts';
import { openRegular } from '../system/regular-file.ts';
import { audioFormat, audioMissing } from './audio/audio-errors.ts';
import { mayBeSound } from './audio/audio-format.ts';
import type { TranscriptStore } from './transcripts/transcript-store.ts';

/**
 * The files that transcripts were made from. They stay the user's, where they lie; Sotto remembers place and content, and
 * reads them by the transcript's id alone.
 */
export interface SoundFiles {
  state(id: string): Promise<SoundFile>;
  /**
   * Remembers the file of a transcript. Where one is remembered already, this must be the same file in another place.
   *
   * @throws AppError AUDIO_OTHER for another file, AUDIO_FORMAT for what is no sound, AUDIO_MISSING.
   */
  keep(id: string, path: string): Promise<SoundFile>;
  /** Remembers the file of one transcript for another one too. */
  copy(from: string, to: string): Promise<void>;
  /** A piece of it as it is on the disk. @throws AppError AUDIO_MISSING once it is not that file any more. */
  read(id: string, offset: number, byteLength: number): Promise<RecordingBytes>;
}

/** Whatever else is in a file that begins like sound is of no use to anybody who asks for it as sound. */
const LOOKED_AT_BYTES = 512 * 1024;

export function createSoundFiles(transcripts: Pick<TranscriptStore, 'sound' | 'saveSoundFile'>): SoundFiles {
  const lookingAt = new Map<string, Promise<SoundFile>>();
  const look = async (id: string): Promise<SoundFile> => {
    const kept = await transcripts.sound(id);
    if (kept === undefined) return { state: 'unknown' };
    const file = await openRegular(kept.path).catch(() => undefined);
    if (file === undefined) return { state: 'missing' };
    try {
      if ((await identityOf(file)) === kept.identity) return { state: 'there', sizeBytes: kept.sizeBytes };
      const now = await describe(file);
      if (now.sha256 !== kept.sha256) return { state: 'changed' };
      // The same content with another date or inode: copied, restored from a backup.
      await transcripts.saveSoundFile(id, { ...now, path: kept.path });
      return { state: 'there', sizeBytes: now.sizeBytes };
    } catch {
      return { state: 'missing' };
    } finally {
      await file.close();
    }
  };
  const state = (id: string) => {
    const found = lookingAt.get(id) ?? look(id).finally(() => lookingAt.delete(id));
    lookingAt.set(id, found);
    return found;
  };
  return {
    state,
    keep: async (id, path) => {
      if (!isAbsolute(path)) throw audioMissing();
      const file = await openRegular(path).catch((cause: unknown) => {
        throw audioMissing(cause);
      });
      try {
        const start = Buffer.alloc(LOOKED_AT_BYTES);
        const { bytesRead } = await file.read(start, 0, start.length, 0);
        if (!mayBeSound(start.subarray(0, bytesRead))) throw audioFormat('This is no sound file.');
        const found = { ...(await describe(file)), path };
        const before = await transcripts.sound(id);
        if (before !== undefined && before.sha256 !== found.sha256) throw another();
        await transcripts.saveSoundFile(id, found);
        return { state: 'there', sizeBytes: found.sizeBytes };
      } finally {
        await file.close();
      }
    },
    copy: async (from, to) => {
      const kept = await transcripts.sound(from);
      if (kept !== undefined) await transcripts.saveSoundFile(to, kept);
    },
    read: async (id, offset, byteLength) => {
      const kept = (await transcripts.sound(id)) ?? missing();
      const file = await openRegular(kept.path).catch(missing);
      try {
        // A file that was only moved about is looked at once, and goes by its new identity then.
        const isIt = (await identityOf(file)) === kept.identity || (await state(id)).state === 'there';
        if (!isIt) missing();
        const { size } = await file.stat();
        const bytes = Buffer.alloc(Math.max(0, Math.min(byteLength, size - offset)));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
        return { bytes: bytes.subarray(0, bytesRead), totalBytes: size };
      } finally {
        await file.close();
      }
    },
  };
}

/** Whatever changes a file changes one of these. */
async function identityOf(file: FileHandle): Promise<string> {
  const { size, mtimeNs, ctimeNs, ino } = await file.stat({ bigint: true });
  return [size, mtimeNs, ctimeNs, ino].join(' ');
}

async function describe(file: FileHandle): Promise<Omit<SavedSoundFile, 'path'>> {
  // Before it is read: a change meanwhile is noticed the next time.
  const identity = await identityOf(file);
  return { identity, ...(await hashHandle(file)) };
}

function missing(): never {
  throw audioMissing();
}

function another(): AppError {
  return new AppError('AUDIO_OTHER', 'This is another file than the one that was transcribed.', {
    hint: 'Choose the file that the text came from.',
  });
}
