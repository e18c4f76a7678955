import type { ErrorInfo } from './errors.ts';

/** Notices with one more. One of its code that is there already says the same. */
export function withNotice(notices: readonly ErrorInfo[], notice: ErrorInfo): ErrorInfo[] {
  return notices.some(({ code }) => code === notice.code) ? [...notices] : [...notices, notice];
}
