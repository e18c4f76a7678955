import { constants } from 'node:fs';
import { copyFile, type FileHandle, rm } from 'node:fs/promises';
import { makeFile, PRIVATE } from './own-file.ts';
import { refuseLinks } from './own-folders.ts';
import { openRegular } from './regular-file.ts';

const CHUNK_BYTES = 1024 * 1024;

export interface CopyOptions {
  /** Bytes so far; not told where the disk shares the blocks, which takes no time. */
  onCopied?: (bytes: number) => void;
  signal?: AbortSignal;
  /** Of the copy. */
  mode?: number;
}

/**
 * Copies a regular file of any length to a name that is not taken: never waits for a pipe, reads no device, writes through
 * no link. Shares the blocks with the original where the disk can do that. What was copied before a failure is removed.
 *
 * @throws NotAFileError, LinkedPathError, EEXIST, what the disk throws; the signal's reason
 */
export async function copyRegular(
  from: string,
  to: string,
  { onCopied, signal, mode }: CopyOptions = {},
): Promise<void> {
  const source = await openRegular(from);
  try {
    if (await share(source, from, to, mode)) return;
    const target = await makeFile(to, mode);
    try {
      await copyBytes(source, target, onCopied, signal);
    } catch (cause) {
      await rm(to, { force: true });
      throw cause;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** False: another disk, one that cannot share, or a name that is taken. */
async function share(source: FileHandle, from: string, to: string, mode = PRIVATE): Promise<boolean> {
  await refuseLinks(to);
  // The very file that was opened, whatever has its name by now.
  const opened = process.platform === 'linux' ? `/proc/self/fd/${source.fd}` : from;
  try {
    await copyFile(opened, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL);
  } catch {
    return false;
  }
  // It came with the rights of the original.
  const copy = await openRegular(to, { isOurs: true });
  await copy.chmod(mode).finally(() => copy.close());
  return true;
}

async function copyBytes(
  source: FileHandle,
  target: FileHandle,
  onCopied: (bytes: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<void> {
  let copied = 0;
  for await (const chunk of source.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false })) {
    signal?.throwIfAborted();
    await target.appendFile(chunk as Buffer);
    copied += (chunk as Buffer).length;
    onCopied(copied);
  }
}
