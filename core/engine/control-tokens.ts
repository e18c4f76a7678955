import { inflateSync } from 'node:zlib';
import { z } from 'zod';
import { readContainer } from '../models/container/container.ts';
import { varint } from '../models/container/llm-metadata.ts';
import { openRegular } from '../system/regular-file.ts';

/** A tokenizer of a quarter of a million words has 35 MB. */
const MAX_TOKENIZER_BYTES = 256 * 1024 * 1024;

/**
 * The texts that the tokenizer of a `.litertlm` file makes control tokens of, wherever they stand: marks of turns, roles,
 * tools, thoughts, pictures, padding. The longest first.
 *
 * @throws what the disk throws, and AppError for a container that cannot be read
 */
export async function readControlTexts(modelPath: string): Promise<string[]> {
  const { sections } = await readContainer(modelPath);
  const texts = new Set<string>();
  const file = await openRegular(modelPath);
  try {
    for (const { kind, begin, end } of sections) {
      if (kind !== 'hf-tokenizer-zlib' && kind !== 'sentencepiece-tokenizer') continue;
      if (end - begin > MAX_TOKENIZER_BYTES) continue;
      const bytes = Buffer.alloc(end - begin);
      await file.read(bytes, 0, bytes.length, begin);
      for (const text of kind === 'hf-tokenizer-zlib' ? inHuggingFace(bytes) : inSentencePiece(bytes))
        texts.add(text);
    }
  } finally {
    await file.close();
  }
  return [...texts].sort((a, b) => b.length - a.length);
}

const tokenizerSchema = z.object({
  added_tokens: z.array(z.object({ content: z.string(), special: z.boolean().optional() })).default([]),
});

/** Eight bytes of length, then zlib. Added tokens are found in a text before it is cut into words, special or not. */
function inHuggingFace(bytes: Buffer): string[] {
  const text = inflateSync(bytes.subarray(8), { maxOutputLength: MAX_TOKENIZER_BYTES }).toString('utf8');
  const { added_tokens: added } = tokenizerSchema.parse(JSON.parse(text));
  return added
    .filter(({ content, special }) => special === true || isMark(content))
    .map(({ content }) => content);
}

const PIECES_FIELD = 1;
const PIECE_FIELD = 1;
const TYPE_FIELD = 3;
/** Of sentencepiece_model.proto: unknown, control, user-defined. */
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;

/** ModelProto.pieces of sentencepiece_model.proto. */
function inSentencePiece(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (const { field, value } of fieldsOf(bytes)) {
    if (field !== PIECES_FIELD || typeof value === 'number') continue;
    let text = '';
    let type = 1;
    for (const part of fieldsOf(value)) {
      if (part.field === PIECE_FIELD && typeof part.value !== 'number') text = part.value.toString('utf8');
      if (part.field === TYPE_FIELD && typeof part.value === 'number') type = part.value;
    }
    if (type === CONTROL || type === UNKNOWN || (type === USER_DEFINED && isMark(text))) texts.push(text);
  }
  return texts.filter((text) => text !== '');
}

/** Fields of a protobuf message; numbers of fixed width are passed over. */
function* fieldsOf(bytes: Buffer): Generator<{ field: number; value: number | Buffer }> {
  let at = 0;
  while (at < bytes.length) {
    const [tag, afterTag] = varint(bytes, at);
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) {
      const [value, next] = varint(bytes, afterTag);
      yield { field, value };
      at = next;
    } else if (wire === 2) {
      const [length, start] = varint(bytes, afterTag);
      yield { field, value: bytes.subarray(start, start + length) };
      at = start + length;
    } else if (wire === 5) at = afterTag + 4;
    else if (wire === 1) at = afterTag + 8;
    else return;
  }
}

/** Tokenizers also keep line breaks, runs of spaces and tags of HTML whole, which are words as any other. */
const HTML =
  /^<\/?(table|caption|thead|tbody|tfoot|tr|th|td|ul|ol|li|dl|dt|dd|h[1-6]|p|br|hr|a|b|i|u|s|em|strong|sub|sup|code|pre|blockquote|div|span|img|details|summary)\/?>$/;

function isMark(text: string): boolean {
  return /[<>[\]|]/.test(text) && !HTML.test(text);
}

/** Makes words of control tokens that somebody has written. */
export type PlainText = (text: string) => string;

/**
 * Puts a space behind the first letter of each control text, so that the tokenizer reads its letters. People see what they wrote;
 * only the model gets it so.
 *
 * @param controlTexts of the loaded tokenizer
 * @param tokenize with that tokenizer
 */
export function createPlainText(
  controlTexts: readonly string[],
  tokenize: (text: string) => readonly number[],
): PlainText {
  if (controlTexts.length === 0) return (text) => text;
  const ids = new Set<number>();
  for (const text of controlTexts) {
    const [id, ...more] = tokenize(text);
    // One that makes several tokens is read letter by letter already.
    if (id !== undefined && more.length === 0) ids.add(id);
  }
  const pattern = new RegExp(
    controlTexts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'),
    'gu',
  );
  const part = (text: string) =>
    text.replace(pattern, (found) => `${[...found][0] ?? ''} ${[...found].slice(1).join('')}`);
  const isPlain = (text: string) => tokenize(text).every((id) => !ids.has(id));
  const make = (text: string): string => {
    if (text === '' || isPlain(text)) return text;
    const parted = part(text);
    if (isPlain(parted)) return parted;
    // The tokenizer takes other letters for these (wide ones, for example): after their usual form is parted, none is left.
    const normal = part(text.normalize('NFKC'));
    return isPlain(normal) ? normal : normal.replace(/[<>[\]|]/g, ' $& ');
  };
  // The earlier turns of a conversation come with every question.
  const made = new Map<string, string>();
  return (text) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    const result = make(text);
    if (made.size >= MOST_REMEMBERED) made.clear();
    made.set(text, result);
    return result;
  };
}

const MOST_REMEMBERED = 500;
