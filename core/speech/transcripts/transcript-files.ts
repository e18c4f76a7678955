import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type KeptTranscript, keptTranscriptSchema } from '../../../contract/speech.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { isDiskFull, makeFolder, writeWhole } from '../../system/whole-file.ts';

const SUFFIX = '.json';
const fileSchema = keptTranscriptSchema.extend({ format: z.literal(1) });
/** An id becomes the name of a file, so nothing but letters, digits and hyphens passes. */
const ID = /^[0-9a-zA-Z-]{1,64}$/;

/** Transcripts on the disk, a file each. */
export interface TranscriptFiles {
  /** Oldest first. What cannot be read is named in the log, and left alone. */
  read(): Promise<KeptTranscript[]>;
  /** Whole or not at all. @throws AppError DISK_FULL, FILE_UNWRITABLE; REQUEST_INVALID of an id that is none. */
  write(kept: KeptTranscript): Promise<void>;
  remove(id: string): Promise<void>;
}

export function createTranscriptFiles(dir: string, log: Logger): TranscriptFiles {
  return {
    read: async () => {
      const names = await readdir(dir).catch(() => []);
      const found: KeptTranscript[] = [];
      for (const name of names.filter((one) => one.endsWith(SUFFIX))) {
        const kept = await readOne(join(dir, name));
        if (kept === undefined) log.warn(`the transcript ${name} cannot be read`);
        else found.push(kept);
      }
      return found.sort((a, b) => (a.transcript.createdAt < b.transcript.createdAt ? -1 : 1));
    },
    write: async (kept) => {
      const path = pathOf(dir, kept.transcript.id);
      try {
        await makeFolder(dir);
        await writeWhole(path, JSON.stringify({ format: 1, ...kept }));
      } catch (cause) {
        throw unwritable(cause);
      }
    },
    remove: async (id) => {
      await rm(pathOf(dir, id), { force: true });
    },
  };
}

async function readOne(path: string): Promise<KeptTranscript | undefined> {
  try {
    const parsed = fileSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    if (!parsed.success) return undefined;
    const { format: _, ...kept } = parsed.data;
    return kept;
  } catch {
    return undefined;
  }
}

function pathOf(dir: string, id: string): string {
  if (!ID.test(id)) throw new AppError('REQUEST_INVALID', 'This is no id of a transcript.');
  return join(dir, id + SUFFIX);
}

function unwritable(cause: unknown): AppError {
  return isDiskFull(cause)
    ? new AppError('DISK_FULL', 'The disk is full, so the transcript could not be saved.', {
        hint: 'Free some space; it is saved with the next change.',
        cause,
      })
    : new AppError('FILE_UNWRITABLE', 'The transcript could not be saved.', {
        hint: 'Give your user the right to write to the folder of transcripts.',
        cause,
      });
}
