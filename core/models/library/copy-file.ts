import { constants, createWriteStream } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../errors.ts';
import { isDiskFull } from '../../system/disk-failure.ts';
import { openRegular } from '../../system/regular-file.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Copies a large file and tells how far it is. Shares the blocks with the original where the disk can do that, which
 * takes no time.
 *
 * @throws AppError DISK_FULL, FILE_UNWRITABLE; the signal's reason when it was stopped.
 */
export async function copyLarge(
  from: string,
  to: string,
  onCopied: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
    return;
  } catch {
    // Another disk, or one that cannot share: copied byte by byte below.
  }
  let copied = 0;
  const count = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      copied += chunk.length;
      onCopied(copied);
      done(null, chunk);
    },
  });
  try {
    const source = (await openRegular(from)).createReadStream({ highWaterMark: CHUNK_BYTES });
    await pipeline(source, count, createWriteStream(to, { flags: 'w', mode: 0o600 }), { signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (isDiskFull(cause)) {
      throw new AppError('DISK_FULL', 'The disk is full.', { hint: 'Make room, then import again.', cause });
    }
    throw new AppError('FILE_UNWRITABLE', 'The model could not be copied.', {
      hint: 'Check the file and the models folder.',
      cause,
    });
  }
}
