import { constants } from 'node:fs';
import { type FileHandle, rm } from 'node:fs/promises';
import { AppError } from '../../errors.ts';
import { isDiskFull } from '../../system/disk-failure.ts';
import { makeFile } from '../../system/own-file.ts';
import { openRegular } from '../../system/regular-file.ts';
import { type Block, blocksOf } from './blocks.ts';
import { type Journal, readJournal, writeJournal } from './journal.ts';

/** What a kill costs at most, together with what lies in the system's hands anyway. */
const JOURNAL_EVERY_BYTES = 16 * 1024 * 1024;
const JOURNAL_EVERY_MS = 1_000;
/** On a fast line 880 MB/s, and 620 with one sync at the end (docs/performance.md). */
const SYNC_EVERY_BYTES = 32 * 1024 * 1024;

/** The identity of what is being fetched; another one starts from nothing. */
export interface PartIdentity {
  sizeBytes: number;
  sha256: string | undefined;
  commit: string | undefined;
}

/** A file that is coming, and the journal beside it. */
export interface PartFile {
  readonly blocks: readonly Block[];
  /** By block: hash of the file up to its end, as earlier runs found it; empty where unknown. */
  readonly checkpoints: string[];
  etag: string | undefined;
  /** Blocks with bytes of an earlier run that no hash vouches for: the first to be doubted when the whole is wrong. */
  readonly unproven: ReadonlySet<number>;
  /** Writes pieces that follow each other; they count once they are with the system. */
  write(block: Block, pieces: Uint8Array[]): Promise<void>;
  /** Forgets what a block holds. */
  reset(block: Block): void;
  note(index: number, sha256: string): void;
  /** Writes the journal now. */
  flush(): Promise<void>;
  /** Everything is with the disk itself when this resolves. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the part with what is there of the same file, else anew. @throws AppError DISK_FULL, FILE_UNWRITABLE. */
export async function openPart(
  path: string,
  journalPath: string,
  identity: PartIdentity,
  blockBytes: number,
): Promise<PartFile> {
  const { sizeBytes, sha256, commit } = identity;
  const found = await readJournal(journalPath);
  const isSame =
    found !== undefined &&
    found.sizeBytes === sizeBytes &&
    found.blockBytes === blockBytes &&
    found.sha256 === sha256 &&
    // With a hash the content is known to be the same, whatever the commit.
    (sha256 !== undefined || found.commit === commit);
  const known = isSame ? found : undefined;
  const file = await openOrMake(path, known !== undefined);
  const blocks = blocksOf(sizeBytes, file.isNew ? [] : known?.written, blockBytes);
  const checkpoints = file.isNew ? [] : [...(known?.checkpoints ?? [])];
  const { handle } = file;
  let etag = known?.etag;
  let unwrittenBytes = 0;
  let unsyncedBytes = 0;
  let syncing: Promise<void> | undefined;
  let journalAt = performance.now();
  let flushing: Promise<void> = Promise.resolve();

  const snapshot = (): Journal => ({
    version: 1,
    sizeBytes,
    blockBytes,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(commit === undefined ? {} : { commit }),
    ...(etag === undefined ? {} : { etag }),
    written: blocks.map((block) => block.written),
    checkpoints: blocks.map((block) => checkpoints[block.index] ?? ''),
  });
  /** Beside the download: left to its end, the disk would take its time then. */
  const syncNow = (bytes: number): void => {
    unsyncedBytes += bytes;
    if (unsyncedBytes < SYNC_EVERY_BYTES || syncing !== undefined) return;
    unsyncedBytes = 0;
    // What fails here fails again, and is told, when all of it must be on the disk.
    syncing = handle
      .datasync()
      .catch(() => undefined)
      .finally(() => {
        syncing = undefined;
      });
  };
  const flush = (): Promise<void> => {
    unwrittenBytes = 0;
    journalAt = performance.now();
    // One at a time, in order: two renames of the same name must not cross.
    flushing = flushing
      .catch(() => undefined)
      .then(() => writeJournal(journalPath, snapshot()).catch(refuse));
    return flushing;
  };

  return {
    blocks,
    checkpoints,
    get etag() {
      return etag;
    },
    set etag(value) {
      etag = value;
    },
    unproven: new Set(
      blocks.filter(({ index, written }) => written > 0 && !checkpoints[index]).map(({ index }) => index),
    ),
    write: async (block, pieces) => {
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      let at = block.begin + block.written;
      for (let left = pieces; left.length > 0; ) {
        const { bytesWritten } = await handle.writev(left, at).catch(refuse);
        at += bytesWritten;
        left = after(left, bytesWritten);
      }
      block.written += length;
      unwrittenBytes += length;
      syncNow(length);
      const isDue = unwrittenBytes >= JOURNAL_EVERY_BYTES || performance.now() - journalAt > JOURNAL_EVERY_MS;
      if (isDue) await flush();
    },
    reset: (block) => {
      block.written = 0;
      checkpoints[block.index] = '';
    },
    note: (index, hash) => {
      checkpoints[index] = hash;
    },
    flush,
    sync: async () => {
      await handle.sync().catch(refuse);
      await flush();
    },
    close: async () => {
      await Promise.all([flushing.catch(() => undefined), syncing]);
      await handle.close();
    },
  };
}

async function openOrMake(path: string, keep: boolean): Promise<{ handle: FileHandle; isNew: boolean }> {
  if (keep) {
    const options = { isOurs: true, flags: constants.O_RDWR };
    const handle = await openRegular(path, options).catch(() => undefined);
    if (handle !== undefined) return { handle, isNew: false };
  }
  // Whatever has that name, a link too, is removed and not written to.
  await rm(path, { force: true }).catch(refuse);
  return { handle: await makeFile(path, undefined, 'wx+').catch(refuse), isNew: true };
}

/** What is left of the pieces once so many bytes of them are written. */
function after(pieces: Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  const left: Uint8Array[] = [];
  for (const piece of pieces) {
    if (skip >= piece.length) skip -= piece.length;
    else {
      left.push(skip === 0 ? piece : piece.subarray(skip));
      skip = 0;
    }
  }
  return left;
}

function refuse(cause: unknown): never {
  if (isDiskFull(cause)) {
    throw new AppError('DISK_FULL', 'The disk is full. What was downloaded is kept.', {
      hint: 'Make room, then resume the download.',
      cause,
    });
  }
  throw new AppError('FILE_UNWRITABLE', 'The models folder cannot be written to.', {
    hint: 'Check the folder, or choose another one.',
    cause,
  });
}
