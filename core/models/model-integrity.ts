import { createHash, randomInt } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { openRegular, readOwnText } from '../system/regular-file.ts';
import { makeFolder, writeWhole } from '../system/whole-file.ts';
import { hashFile } from './hash-file.ts';

/** Makes sure, whenever a model is about to be loaded, that it is the file that was verified. */
export interface ModelIntegrity {
  /**
   * Cheap as long as nothing of the file has changed: size, times, inode, and a few blocks of it. Otherwise the whole file is
   * hashed.
   *
   * @throws AppError MODEL_HASH for another file, MODEL_MISSING
   */
  check(path: string, expected: ExpectedFile): Promise<void>;
}

export interface ExpectedFile {
  sizeBytes: number;
  /** In hex. */
  sha256: string;
}

const SAMPLES = 16;
const SAMPLE_BYTES = 64 * 1024;

const recordSchema = z.object({
  sha256: z.string(),
  /** What a change would change: a write cannot keep ctime and content both. */
  identity: z.string(),
  /** Where the blocks begin that are read each time: drawn anew with every whole check. */
  offsets: z.array(z.int().nonnegative()),
  /** SHA-256 of those blocks, one after the other. */
  samples: z.string(),
});
type FileRecord = z.infer<typeof recordSchema>;
const recordsSchema = z.record(z.string(), recordSchema);

/** Takes every file for what it is said to be: for whoever has verified it otherwise. */
export const TRUSTING: ModelIntegrity = { check: async () => undefined };

/**
 * @param recordPath where it is kept what was verified: out of reach of engines, and safe to delete
 * @param hashWhole for tests
 */
export function createModelIntegrity(recordPath: string, hashWhole = hashFile): ModelIntegrity {
  let known: Promise<Map<string, FileRecord>> | undefined;
  const underWay = new Map<string, Promise<void>>();
  const records = () => {
    known ??= readRecords(recordPath);
    return known;
  };
  const keep = async (path: string, record: FileRecord) => {
    (await records()).set(path, record);
    // What another process has verified meanwhile stays; what cannot be written is checked again next time.
    const merged = new Map([...(await readRecords(recordPath)), [path, record] as const]);
    try {
      await makeFolder(dirname(recordPath));
      await writeWhole(recordPath, JSON.stringify(Object.fromEntries(merged)));
    } catch {
      // A full or read-only disk costs time here, and nothing else.
    }
  };
  const check = async (path: string, { sizeBytes, sha256 }: ExpectedFile) => {
    const before = (await records()).get(path);
    const found = await lookAt(path, before?.offsets ?? drawOffsets(sizeBytes));
    const isSame =
      before?.sha256 === sha256 && before.identity === found.identity && before.samples === found.samples;
    if (isSame) return;
    const whole = await hashWhole(path);
    if (whole.sizeBytes !== sizeBytes || whole.sha256 !== sha256) throw changed();
    const offsets = drawOffsets(sizeBytes);
    await keep(path, { sha256, offsets, ...(await lookAt(path, offsets)) });
  };
  return {
    check: (path, expected) => {
      const running = underWay.get(path) ?? check(path, expected).finally(() => underWay.delete(path));
      underWay.set(path, running);
      return running;
    },
  };
}

async function readRecords(path: string): Promise<Map<string, FileRecord>> {
  try {
    return new Map(Object.entries(recordsSchema.parse(JSON.parse(await readOwnText(path)))));
  } catch {
    return new Map();
  }
}

function drawOffsets(sizeBytes: number): number[] {
  const last = Math.max(0, sizeBytes - SAMPLE_BYTES);
  // Beginning and end always: headers are there, and what a cut takes.
  const between = Array.from({ length: SAMPLES - 2 }, () => randomInt(last + 1));
  return [0, ...between, last];
}

async function lookAt(path: string, offsets: number[]): Promise<Pick<FileRecord, 'identity' | 'samples'>> {
  const file = await openRegular(path).catch((cause: unknown) => {
    throw new AppError('MODEL_MISSING', 'The model file was not found.', {
      hint: 'Install the model again.',
      cause,
    });
  });
  try {
    const { size, mtimeNs, ctimeNs, ino, dev } = await file.stat({ bigint: true });
    return {
      identity: [size, mtimeNs, ctimeNs, ino, dev].join(' '),
      samples: await hashBlocks(file, offsets),
    };
  } finally {
    await file.close();
  }
}

async function hashBlocks(file: FileHandle, offsets: number[]): Promise<string> {
  const hash = createHash('sha256');
  const block = Buffer.alloc(SAMPLE_BYTES);
  for (const offset of offsets) {
    const { bytesRead } = await file.read(block, 0, SAMPLE_BYTES, offset);
    hash.update(block.subarray(0, bytesRead));
  }
  return hash.digest('hex');
}

function changed(): AppError {
  return new AppError(
    'MODEL_HASH',
    'The model file is not the one that was verified, so it was not loaded.',
    {
      hint: 'Verify the model under Models and repair it, or remove it and add it again.',
    },
  );
}
