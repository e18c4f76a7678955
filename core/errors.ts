import type { ErrorCode, ErrorInfo } from '../contract/errors.ts';
import { toDiskFailure } from './system/disk-failure.ts';

/**
 * The one error type that core throws on purpose. The message is a sentence a user may read: no stack,
 * no prompt text, no full path.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
  }

  toInfo(): ErrorInfo {
    const info: ErrorInfo = { code: this.code, message: this.message };
    if (this.hint !== undefined) info.hint = this.hint;
    return info;
  }
}

/** Rebuilds an AppError that crossed a process border as plain data. */
export function fromInfo(info: ErrorInfo): AppError {
  return new AppError(info.code, info.message, info.hint === undefined ? {} : { hint: info.hint });
}

/** Any thrown value as what may cross a border. Unknown failures keep their text out of the user's sight. */
export function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof AppError) return error.toInfo();
  const disk = toDiskFailure(error);
  if (disk !== undefined) return disk;
  return {
    code: 'INTERNAL',
    message: 'Something unexpected went wrong inside Sotto.',
    hint: 'Try again. If it happens again, restart Sotto.',
  };
}

/** For the end of a switch over a union: a forgotten member is a compile error. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
