import { AppError } from '../errors.ts';
import { isDiskFull } from './disk-failure.ts';
import { LinkedPathError } from './own-folders.ts';
import { NotAFileError } from './regular-file.ts';

/** What is wrong with a place that the user has chosen, by the system's code. */
const REASONS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ['There is no such folder.', 'Make it first, or choose another place.'],
  ENOTDIR: ['A part of the path is a file and no folder.', 'Check the path.'],
  EISDIR: ['There is a folder of that name.', 'Give the name of a file.'],
  EACCES: ['You have no right to write there.', 'Choose another place.'],
  EPERM: ['You have no right to write there.', 'Choose another place.'],
  EROFS: ['The disk can only be read.', 'Choose another place.'],
  ENAMETOOLONG: ['The name of the file is too long.', 'Choose a shorter one.'],
  ELOOP: ['The links in the path lead in a circle.', 'Choose another place.'],
  EIO: ['The disk reports an error.', 'Check the disk, or choose another place.'],
  ELINKED: ['There is a symbolic link of that name.', 'Give the name of the file itself.'],
  EPIPE: ['Nobody reads what is written there.', 'Choose another place.'],
  ENOTFILE: ['There is a device or a pipe of that name.', 'Give the name of a file.'],
  EFBIG: ['The file is larger than the disk can hold.', 'Choose another disk.'],
};

/** What a failure to write a file means to a person who chose where. @returns DISK_FULL or FILE_UNWRITABLE. */
export function toWriteError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (isDiskFull(cause) && code !== 'EFBIG') {
    return new AppError('DISK_FULL', 'The disk is full: the file was not written.', {
      hint: 'Make room, or choose another place.',
      cause,
    });
  }
  const [reason = '', hint = 'Choose another place.'] = REASONS[codeOf(cause, code)] ?? [];
  const message =
    reason === '' ? 'The file could not be written.' : `The file could not be written. ${reason}`;
  return new AppError('FILE_UNWRITABLE', message, { hint, cause });
}

function codeOf(cause: unknown, code: string): string {
  if (cause instanceof LinkedPathError) return 'ELINKED';
  return cause instanceof NotAFileError && cause.isFolder ? 'EISDIR' : code;
}
