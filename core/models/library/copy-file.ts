import { AppError } from '../../errors.ts';
import { copyRegular } from '../../system/copy-regular.ts';
import { isDiskFull } from '../../system/disk-failure.ts';

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
    await copyRegular(from, to, { onCopied, signal });
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
