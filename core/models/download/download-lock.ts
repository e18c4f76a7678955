import { AppError } from '../../errors.ts';
import { type FileLock, lockFile } from '../../system/lock-file.ts';

/** One process writes to a download. @throws AppError DOWNLOAD_BUSY, with the number of the process that does. */
export function lockDownload(path: string): Promise<FileLock> {
  return lockFile(path, (pid) => {
    const who = pid === undefined ? 'Another Sotto' : `Another Sotto (process ${pid})`;
    return new AppError('DOWNLOAD_BUSY', `${who} is downloading this model.`, {
      hint: 'Wait for it, or stop it there.',
    });
  });
}
