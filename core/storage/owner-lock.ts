import { AppError } from '../errors.ts';
import { type FileLock, lockFile } from '../system/lock-file.ts';

/** One process owns the database. @throws AppError DB_UNAVAILABLE with the number of the one that does. */
export function lockOwner(path: string): Promise<FileLock> {
  return lockFile(path, (pid) => {
    const who = pid === undefined ? 'Another Sotto' : `Another Sotto (process ${pid})`;
    return new AppError('DB_UNAVAILABLE', `${who} has your saved chats open.`, { hint: 'Close it first.' });
  });
}
