import { MESSAGE_LIMIT_CHARS } from '../contract/limits.ts';
import { AppError } from '../core/errors.ts';
import { FileTooLargeError, readRegular } from '../core/system/regular-file.ts';

/** Bytes of UTF-8 that the longest allowed text can have; more is refused without being kept. */
const MAX_INPUT_BYTES = MESSAGE_LIMIT_CHARS * 4;
/** A line of this length is a device or a program that never ends one. */
const ENDLESS_BYTES = 64 * MAX_INPUT_BYTES;

/**
 * Standard input as one text.
 *
 * @throws AppError TEXT_TOO_LONG as soon as too much came, TEXT_INVALID where it is not UTF-8.
 */
export async function readAll(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > MAX_INPUT_BYTES) {
      throw tooLong();
    }
    chunks.push(bytes);
  }
  return decode(Buffer.concat(chunks)).trimEnd();
}

/**
 * Standard input line by line, without the empty ones. One that is no text, or too long, comes as the failure that it
 * is; those after it come all the same, but for a line that seems to have no end: with that, reading ends.
 */
export async function* readLines(
  input: NodeJS.ReadableStream,
): AsyncGenerator<string | AppError, void, void> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = function* () {
    const line = Buffer.concat(parts);
    const isTooLong = length > MAX_INPUT_BYTES;
    parts = [];
    length = 0;
    try {
      if (isTooLong) throw tooLong();
      for (const one of decode(line).split('\r')) if (one.trim() !== '') yield one;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      yield error;
    }
  };
  const add = (bytes: Buffer) => {
    length += bytes.length;
    // What is too long is not kept, however long it is.
    if (length <= MAX_INPUT_BYTES) parts.push(bytes);
    else parts = [];
  };
  for await (const chunk of input) {
    let rest = Buffer.from(chunk as Uint8Array);
    for (let end = rest.indexOf(NEW_LINE); end !== -1; end = rest.indexOf(NEW_LINE)) {
      add(rest.subarray(0, end));
      yield* take();
      rest = rest.subarray(end + 1);
    }
    add(rest);
    if (length > ENDLESS_BYTES) break;
  }
  yield* take();
}

const NEW_LINE = 0x0a;

/**
 * A text that was put into a file, since every program of this machine can read a command line. "/dev/stdin" is taken for
 * standard input where that is a file.
 *
 * @throws AppError TEXT_TOO_LONG, TEXT_INVALID, FILE_TEXT where there is no such file
 */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readRegular(path, MAX_INPUT_BYTES).catch((cause: unknown) => {
    if (cause instanceof FileTooLargeError) throw tooLong();
    throw new AppError('FILE_TEXT', 'The file with the text cannot be read.', {
      hint: 'Give the path of a text file.',
      cause,
    });
  });
  return decode(bytes).trimEnd();
}

/** @throws AppError TEXT_INVALID. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('TEXT_INVALID', 'The input is not UTF-8 text.', { hint: 'Convert it first.', cause });
  }
}

function tooLong(): AppError {
  return new AppError('TEXT_TOO_LONG', 'The input is too long for one message.', {
    hint: `Send at most ${MESSAGE_LIMIT_CHARS} characters.`,
  });
}
