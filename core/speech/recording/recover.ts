import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../errors.ts';
import { makeFile } from '../../system/own-file.ts';
import { openRegular } from '../../system/regular-file.ts';
import { syncFolder } from '../../system/whole-file.ts';
import { BYTES_PER_SAMPLE, SAMPLES_PER_MS } from './journal-format.ts';
import { type JournalScan, scanJournal } from './journal-reader.ts';
import { describeLength } from './recording-errors.ts';
import { journalPath, type RecordingFile, readRecordingFile, writeRecordingFile } from './recording-file.ts';

/** What a recording that nobody finished still holds. */
export interface Recovery {
  durationMs: number;
  /** Sound behind a damaged place, at most; it is set aside in a file of its own. 0 after a mere kill. */
  lostMs: number;
}

/**
 * Makes a recording whole that a kill, a crash or a power cut has ended: finds the last good record and takes
 * away the half one that may follow. Anything else is never thrown away but set aside. Whatever stops this, a
 * full disk for one, leaves the sound as it is, and it can be done again.
 *
 * @throws AppError RECORDING_UNKNOWN of a newer version's journal; what the file system throws.
 */
export async function recover(dir: string): Promise<Recovery> {
  const path = journalPath(dir);
  const scan = await scanJournal(path);
  const isDamaged = scan.ending === 'damaged';
  if (isDamaged) await setAside(path, join(dir, `damaged-from-${scan.goodBytes}.bin`), scan);
  // Without a single good record this may be no journal at all, and is left alone.
  if (scan.ending !== 'whole' && scan.records > 0) await cut(path, scan.goodBytes);
  const lostMs = isDamaged ? (scan.fileBytes - scan.goodBytes) / BYTES_PER_SAMPLE / SAMPLES_PER_MS : 0;
  await writeRecordingFile(dir, await recoveredFile(path, await readRecordingFile(dir), scan, lostMs));
  return { durationMs: scan.durationMs, lostMs };
}

async function recoveredFile(
  path: string,
  file: RecordingFile | undefined,
  scan: JournalScan,
  lostMs: number,
): Promise<RecordingFile> {
  const createdMs = scan.header?.createdMs ?? (await stat(path)).birthtimeMs;
  const { writer: _, ...known } = file ?? {
    format: 2 as const,
    createdAt: new Date(createdMs).toISOString(),
  };
  const damaged = new AppError('AUDIO_CUT', `The last ${describeLength(lostMs)} are damaged and set aside.`);
  return {
    ...known,
    durationMs: scan.durationMs,
    state: 'recovered',
    ...(lostMs > 0 ? { notice: damaged.toInfo() } : {}),
  };
}

/** Another process may do the same meanwhile, and may already have cut the journal: its copy is the whole one. */
async function setAside(path: string, target: string, { goodBytes, fileBytes }: JournalScan): Promise<void> {
  const copy = `${target}.${randomBytes(6).toString('hex')}`;
  const source = await openRegular(path, { isOurs: true });
  const file = await makeFile(copy);
  await pipeline(source.createReadStream({ start: goodBytes }), file.createWriteStream({ flush: true }));
  if ((await stat(copy)).size >= fileBytes - goodBytes) await rename(copy, target);
  else await rm(copy);
  await syncFolder(dirname(target));
}

async function cut(path: string, byteLength: number): Promise<void> {
  const file = await openRegular(path, { isOurs: true, flags: constants.O_RDWR });
  try {
    await file.truncate(byteLength);
    await file.datasync();
  } finally {
    await file.close();
  }
}
