import { createInterface } from 'node:readline';
import { MESSAGE_LIMIT_CHARS } from '../contract/limits.ts';
import { AppError } from '../core/errors.ts';

/** Bytes of UTF-8 that the longest allowed text can have; more is refused without being kept. */
const MAX_INPUT_BYTES = MESSAGE_LIMIT_CHARS * 4;

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
      throw new AppError('TEXT_TOO_LONG', 'The input is too long for one message.', {
        hint: `Send at most ${MESSAGE_LIMIT_CHARS} characters.`,
      });
    }
    chunks.push(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)).trimEnd();
  } catch (cause) {
    throw new AppError('TEXT_INVALID', 'The input is not UTF-8 text.', { hint: 'Convert it first.', cause });
  }
}

/** Standard input line by line, without the empty ones. */
export async function* readLines(input: NodeJS.ReadableStream): AsyncGenerator<string, void, void> {
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield line;
  }
}
