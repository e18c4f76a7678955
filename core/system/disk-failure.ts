import type { ErrorInfo } from '../../contract/errors.ts';

const FULL = /^(ENOSPC|EDQUOT|SQLITE_FULL)/;
const REFUSED =
  /^(EACCES|EPERM|EROFS|EIO|ENXIO|ENODEV|ESTALE|EMFILE|ENFILE|SQLITE_(IOERR|CANTOPEN|READONLY|PERM|BUSY|LOCKED))/;
/** Errors are wrapped a few times at most; one that wraps itself must not hold anybody up. */
const DEEPEST = 8;

/** True where the disk, or the user's share of it, is full: for files, and for the database. */
export function isDiskFull(cause: unknown): boolean {
  return FULL.test(codeOf(cause)) || codeOf(cause) === 'EFBIG';
}

/**
 * What a failure of the disk means to a person, wherever it comes from: files, locks, the database. For what nobody
 * caught before it reaches a border; undefined for any other failure.
 */
export function toDiskFailure(error: unknown): ErrorInfo | undefined {
  let cause = error;
  for (let depth = 0; depth < DEEPEST && cause !== undefined; depth += 1) {
    if (isDiskFull(cause)) {
      return {
        code: 'DISK_FULL',
        message: 'The disk is full: this was not done. What was saved before is safe.',
        hint: 'Make room, then try again.',
      };
    }
    if (codeOf(cause) === 'ELOOP') {
      return {
        code: 'FILE_UNWRITABLE',
        message: 'A symbolic link is in the place of a file or folder of Sotto’s own. Nothing was written.',
        hint: 'Remove the link.',
      };
    }
    if (REFUSED.test(codeOf(cause))) {
      return {
        code: 'FILE_UNWRITABLE',
        message: 'The disk does not allow it, or reports an error. What was saved before is safe.',
        hint: 'Check the disk and the rights to Sotto’s folder.',
      };
    }
    cause = (cause as { cause?: unknown } | null)?.cause;
  }
  return undefined;
}

function codeOf(cause: unknown): string {
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
