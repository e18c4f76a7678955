import { AppError } from '../../errors.ts';
import { readText } from '../../system/regular-file.ts';

/** Turns a speech model's text tokens into text. A token may be a part of a character. */
export interface TokenText {
  /** Bytes of UTF-8. */
  bytesOf(token: number): Uint8Array;
  /** Incomplete characters become U+FFFD. */
  decode(tokens: Iterable<number>): string;
}

/**
 * The byte that each letter of a byte-level vocabulary stands for: printable Latin-1 stands for itself, the
 * rest is moved to letters from U+0100 on. Source: A. Radford et al., "Language Models are Unsupervised
 * Multitask Learners" (2019), and its published encoder.
 */
function byteOfLetter(): Map<string, number> {
  const letters = new Map<string, number>();
  let moved = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    const printable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
    letters.set(String.fromCharCode(printable ? byte : 0x100 + moved++), byte);
  }
  return letters;
}

/**
 * Reads the vocabulary of a tokenizer.json (Hugging Face's format, byte-level BPE). The entries are picked out
 * of the text one by one into one array of bytes: parsed as a whole, the file would take 40 MB of the heap.
 *
 * @throws AppError MODEL_CORRUPT where there is no vocabulary.
 */
export async function readTokenText(path: string): Promise<TokenText> {
  const entries = entriesOf(await readText(path));
  const letters = byteOfLetter();
  const bytes = new ByteTable(entries.count);
  for (const [piece, id] of entries.read()) {
    bytes.set(
      id,
      Array.from(piece, (letter) => letters.get(letter) ?? QUESTION_MARK),
    );
  }
  return {
    bytesOf: (token) => bytes.get(token),
    decode: (tokens) => Buffer.concat(Array.from(tokens, (token) => bytes.get(token))).toString('utf8'),
  };
}

const QUESTION_MARK = 0x3f;

/** Control tokens stand in a list of their own and have no text, so the vocabulary is all that is needed. */
function entriesOf(file: string): { count: number; read(): Generator<[piece: string, id: number]> } {
  const start = file.search(/"vocab"\s*:\s*\{/);
  if (start === -1) {
    throw new AppError('MODEL_CORRUPT', 'The vocabulary of the speech model is damaged.', {
      hint: 'Install the model again.',
    });
  }
  const from = file.indexOf('{', start) + 1;
  const entry = /\s*("(?:[^"\\]|\\.)*")\s*:\s*(\d+)\s*,?/y;
  const read = function* (): Generator<[string, number]> {
    entry.lastIndex = from;
    for (let match = entry.exec(file); match !== null; match = entry.exec(file)) {
      yield [JSON.parse(match[1] ?? '""'), Number(match[2])];
    }
  };
  let count = 0;
  for (const [, id] of read()) count = Math.max(count, id + 1);
  return { count, read };
}

/** A list of short byte strings in one piece of memory. */
class ByteTable {
  readonly #ends: Uint32Array;
  readonly #starts: Uint32Array;
  #bytes = new Uint8Array(1 << 19);
  #used = 0;

  constructor(count: number) {
    this.#starts = new Uint32Array(count);
    this.#ends = new Uint32Array(count);
  }

  set(index: number, bytes: number[]): void {
    if (this.#used + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length + bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#used);
    this.#starts[index] = this.#used;
    this.#used += bytes.length;
    this.#ends[index] = this.#used;
  }

  /** Nothing for an index that was never set. */
  get(index: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[index] ?? 0, this.#ends[index] ?? 0);
  }
}
