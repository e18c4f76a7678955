import { AppError } from '../../errors.ts';
import { isDiskFull, toDiskFailure } from '../../system/disk-failure.ts';

/** What failures of SQLite and of the disk mean to a person. Codes: https://www.sqlite.org/rescode.html */
export function toStorageError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const failure = isLink(cause) ? toDiskFailure(cause) : undefined;
  if (failure !== undefined) {
    const { code, message, hint = '' } = failure;
    return new AppError(code, message, { hint, cause });
  }
  const code = String((cause as { code?: unknown } | null)?.code ?? '');
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) return damaged(cause);
  if (isDiskFull(cause)) {
    return new AppError('DISK_FULL', 'The disk is full: this was not saved. What was saved before is safe.', {
      hint: 'Make room, then try again.',
      cause,
    });
  }
  if (/^(SQLITE_(IOERR|CANTOPEN|READONLY|PERM|BUSY|LOCKED)|E[A-Z]+$)/.test(code)) {
    return new AppError(
      'FILE_UNWRITABLE',
      'Your saved chats cannot be written to. What was saved before is safe.',
      {
        hint: 'Check the disk and the rights to Sotto’s folder.',
        cause,
      },
    );
  }
  return new AppError('INTERNAL', 'Your saved chats could not be used.', { hint: 'Try again.', cause });
}

const isLink = (cause: unknown) => (cause as { code?: unknown } | null)?.code === 'ELOOP';

export function damaged(cause?: unknown): AppError {
  return new AppError('DB_DAMAGED', 'The file with your saved chats is damaged. It was left as it is.', {
    hint: 'Restore a backup.',
    cause,
  });
}

export function locked(): AppError {
  return new AppError('STORAGE_LOCKED', 'Sotto is locked.', { hint: 'Unlock it with your passphrase.' });
}

export function passphraseNeeded(): AppError {
  return new AppError('PASSPHRASE_NEEDED', 'Recordings are kept encrypted, which needs a passphrase here.', {
    hint: 'Set one first; without it nobody opens them, you neither.',
  });
}

export function keyUnavailable(): AppError {
  return new AppError('KEY_UNAVAILABLE', 'The system does not give out the key of your saved chats.', {
    hint: 'Unlock the system’s secret store, then start Sotto again.',
  });
}

export function notKept(): AppError {
  return new AppError('DB_UNAVAILABLE', 'Chats are not kept yet.', { hint: 'Set a passphrase first.' });
}
