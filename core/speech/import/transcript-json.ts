import type { Transcript } from '../../../contract/speech.ts';
import { AppError } from '../../errors.ts';
import { transcriptFileSchema } from '../export/json.ts';

function refused(message: string, cause: unknown): AppError {
  return new AppError('REQUEST_INVALID', message, { hint: 'Export the transcript from Sotto again.', cause });
}

/**
 * Reads a transcript file that Sotto wrote.
 *
 * @throws AppError REQUEST_INVALID when it is none, or of a version that is not known here.
 */
export function readTranscriptJson(file: string): Transcript {
  let value: unknown;
  try {
    value = JSON.parse(file);
  } catch (error) {
    throw refused('This is not a transcript of Sotto.', error);
  }
  const result = transcriptFileSchema.safeParse(value);
  if (!result.success)
    throw refused('This is not a transcript that this version of Sotto can read.', result.error);
  const { format: _format, version: _version, ...transcript } = result.data;
  return transcript;
}
