import { describe, expect, it } from 'vitest';
import { AppError, toErrorInfo } from '../../../core/errors.ts';
import { toStorageError } from '../../../core/storage/database/storage-errors.ts';

const failure = (code: string, cause?: unknown) =>
  Object.assign(new Error(`${code}: /home/anna/secret`, { cause }), { code });

describe('a failure of the disk', () => {
  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['SQLITE_FULL', 'DISK_FULL'],
    ['EROFS', 'FILE_UNWRITABLE'],
    ['EACCES', 'FILE_UNWRITABLE'],
    ['EIO', 'FILE_UNWRITABLE'],
    ['SQLITE_IOERR_WRITE', 'FILE_UNWRITABLE'],
    ['SQLITE_READONLY', 'FILE_UNWRITABLE'],
  ])('is told as what it is, without a path: %s', (code, wanted) => {
    for (const error of [failure(code), new Error('outer', { cause: failure(code) })]) {
      const info = toErrorInfo(error);
      expect(info.code).toBe(wanted);
      expect(JSON.stringify(info)).not.toContain('anna');
    }
    expect(toStorageError(failure(code)).code).toBe(wanted);
  });

  it('is nothing else: what is known keeps its words, what is unknown keeps them to itself', () => {
    expect(toErrorInfo(new AppError('AUDIO_EMPTY', 'Empty.', { cause: failure('EIO') })).code).toBe(
      'AUDIO_EMPTY',
    );
    expect(toErrorInfo(new TypeError('x')).code).toBe('INTERNAL');
    const itself = new Error('x');
    itself.cause = itself;
    expect(toErrorInfo(itself).code).toBe('INTERNAL');
  });
});
