import type { ErrorInfo } from '../../../contract/errors.ts';
import type { ChannelsFound } from '../../../contract/mix-channels.ts';
import { AppError } from '../../errors.ts';

const READABLE = 'WAV, MP3, FLAC, Ogg Opus, and WebM, MKV or MP4 with Opus, MP3 or FLAC inside';

/** The file cannot be opened. Its name is left to the caller: a full path may not cross a border. */
export function audioMissing(cause?: unknown): AppError {
  return new AppError('AUDIO_MISSING', 'The audio file could not be opened.', {
    hint: 'Check its name and place, and that you may read it.',
    cause,
  });
}

/** Sound is read from wherever a decoder needs it, which only a file allows. */
export function audioNoFile(isFolder: boolean): AppError {
  return isFolder
    ? new AppError('AUDIO_FORMAT', 'This is a folder.', { hint: 'Give the sound files in it.' })
    : new AppError('AUDIO_FORMAT', 'Sound cannot be read from a pipe or a device.', {
        hint: 'Save it to a file first, then give the file’s name.',
      });
}

export function audioEmpty(): AppError {
  return new AppError('AUDIO_EMPTY', 'The file holds no sound.', {
    hint: 'Record again, or choose another file.',
  });
}

/** @param problem one plain sentence: what is wrong with the file. */
export function audioFormat(problem: string, cause?: unknown): AppError {
  return new AppError('AUDIO_FORMAT', problem, { hint: `Sotto reads ${READABLE}.`, cause });
}

/** Chromium decodes more than Node: a hint for what only the window can read. */
export function audioNeedsWindow(what: string): AppError {
  return new AppError('AUDIO_FORMAT', `The file's sound is ${what}, which only Sotto's window can read.`, {
    hint: `Open the file in Sotto's window, or convert it; the terminal reads ${READABLE}.`,
  });
}

/** @param what the coding, as a person may know it. */
export function audioUnreadable(what: string): AppError {
  return new AppError('AUDIO_FORMAT', `The file's sound is ${what}, which Sotto cannot read.`, {
    hint: `Convert it with another program, to FLAC or WAV for example; Sotto reads ${READABLE}.`,
  });
}

export function audioProtected(): AppError {
  return new AppError('AUDIO_PROTECTED', 'The file is copy-protected, so its sound cannot be read.', {
    hint: 'Use a copy without protection.',
  });
}

export function audioNoSound(): AppError {
  return new AppError('AUDIO_NO_SOUND', 'The file holds pictures but no sound.', {
    hint: 'Choose a file with a sound track.',
  });
}

/** The file ends before anything could be decoded. */
export function audioCutBeforeSound(): AppError {
  return new AppError('AUDIO_CUT', 'The file is incomplete: what is needed to read its sound is missing.', {
    hint: 'Copy or download it again.',
  });
}

/** MP4 and QuickTime: what says where the sound lies ("moov") was never written, or did not come along. */
export function audioNoIndex(): AppError {
  return new AppError(
    'AUDIO_CUT',
    'The file has no index (moov), which recorders write last, so its sound cannot be found.',
    { hint: 'Copy it again; if the recorder stopped too early, its own app may repair the file.' },
  );
}

/**
 * What a user learns when a file ended before its time.
 *
 * @param usableMs sound that was read, in milliseconds.
 */
export function cutNotice(usableMs: number): ErrorInfo {
  const seconds = Math.floor(usableMs / 1000);
  const length = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return {
    code: 'AUDIO_CUT',
    message: `The file is incomplete: the first ${length} could be read and were used.`,
    hint: 'If the whole recording exists elsewhere, use that file.',
    usableMs,
  };
}

/** What a user learns where the channels could not just be mixed. */
export function channelsNotice(found: ChannelsFound | undefined): ErrorInfo | undefined {
  if (found === undefined) return undefined;
  const { inverted, dead, count } = found;
  const used = count - dead;
  const message =
    inverted > 0
      ? 'The channels cancel each other out, so some were turned over before they were mixed.'
      : `Only ${used} of ${count} channels ${used === 1 ? 'has' : 'have'} sound: the others were left out.`;
  return { code: 'AUDIO_CHANNELS', message, hint: 'Nothing is lost by it.' };
}
