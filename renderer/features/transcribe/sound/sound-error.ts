import i18next from 'i18next';
import type { ErrorCode, ErrorInfo } from '../../../../contract/errors.ts';

/** Carries what a user may read through a throw. */
export class SoundError extends Error {
  readonly info: ErrorInfo;
  constructor(code: ErrorCode) {
    const message = i18next.t(`errors.${code}.title`);
    super(message);
    this.info = { code, message };
  }
}

/** Whatever went wrong while a file was read, as something a user may read. */
export function soundErrorOf(error: unknown): ErrorInfo {
  if (error instanceof SoundError) return error.info;
  // The file was moved, deleted or changed since it was chosen.
  const isGone = error instanceof DOMException && ['NotFoundError', 'NotReadableError'].includes(error.name);
  return new SoundError(isGone ? 'AUDIO_MISSING' : 'AUDIO_FORMAT').info;
}
