import { AppError } from '../../errors.ts';
import { isDiskFull } from '../../system/disk-failure.ts';

const MS_PER_MINUTE = 60_000;

/** What a failing disk means for a recording, by the system's own word for it. */
export function storageError(cause: unknown, savedMs: number): AppError {
  const saved =
    savedMs > 0 ? ` ${describeLength(savedMs)} of sound are saved.` : ' Nothing has been recorded yet.';
  if (isDiskFull(cause)) {
    return new AppError('DISK_FULL', `The disk is full, so the recording has stopped.${saved}`, {
      hint: 'Free some space, then record again.',
      cause,
    });
  }
  return new AppError('FILE_UNWRITABLE', `The recording can no longer be written.${saved}`, {
    hint: 'Give your user the right to write to the folder of recordings, or choose another one.',
    cause,
  });
}

export function unknownRecording(): AppError {
  return new AppError('RECORDING_UNKNOWN', 'There is no such recording.', { hint: 'Choose another one.' });
}

export function stillRecording(): AppError {
  return new AppError('RECORDING_BUSY', 'This recording is still being made.', { hint: 'Stop it first.' });
}

export function describeLength(ms: number): string {
  const minutes = ms / MS_PER_MINUTE;
  return minutes < 1 ? `${(ms / 1000).toFixed(1)} seconds` : `${minutes.toFixed(1)} minutes`;
}
