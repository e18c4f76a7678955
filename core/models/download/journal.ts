import { rename, rm } from 'node:fs/promises';
import { z } from 'zod';
import { makeFile } from '../../system/own-file.ts';
import { readOwnText } from '../../system/regular-file.ts';

/** What a download must know after a kill. It lies beside the part of the file, and goes with it. */
const journalSchema = z.object({
  version: z.literal(1),
  /** Of the file on the hub: another size or hash means another file. */
  sizeBytes: z.int().positive(),
  blockBytes: z.int().positive(),
  sha256: z.string().optional(),
  commit: z.string().optional(),
  /** Of whoever delivers the bytes. */
  etag: z.string().optional(),
  /** Bytes on the disk, by block. */
  written: z.array(z.int().nonnegative()),
  /** By block: SHA-256 of the file from its start to the block's end, as far as that is known. */
  checkpoints: z.array(z.string()),
});
export type Journal = z.infer<typeof journalSchema>;

/** Undefined where there is none, or none that makes sense. */
export async function readJournal(path: string): Promise<Journal | undefined> {
  try {
    return journalSchema.parse(JSON.parse(await readOwnText(path)));
  } catch {
    return undefined;
  }
}

/**
 * Not synced: after a kill the file is there, and after a power cut what it claims is checked against the hashes
 * before anything is built on it.
 */
export async function writeJournal(path: string, journal: Journal): Promise<void> {
  const next = `${path}.next`;
  // Whatever has that name, a link too, is removed and not written to.
  await rm(next, { force: true });
  const file = await makeFile(next);
  await file.writeFile(JSON.stringify(journal)).finally(() => file.close());
  await rename(next, path);
}
