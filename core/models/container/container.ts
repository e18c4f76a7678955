import type { FileHandle } from 'node:fs/promises';
import type { MediaKind } from '../../../contract/media.ts';
import { AppError } from '../../errors.ts';
import { NotAFileError, openRegular } from '../../system/regular-file.ts';
import { encodersIn } from './encoders.ts';
import { FlatBuffer, FlatBufferError, type FlatTable } from './flatbuffer.ts';
import { type LlmMetadata, readLlmMetadata } from './llm-metadata.ts';
import { type MemoryFacts, readMemoryFacts } from './memory-facts.ts';

/** Section kinds of `.litertlm` 1.x, by their number in the file. */
const SECTION_KINDS = {
  1: 'generic',
  2: 'deprecated',
  3: 'tflite-model',
  4: 'sentencepiece-tokenizer',
  5: 'llm-metadata',
  6: 'hf-tokenizer-zlib',
  7: 'tflite-weights',
  8: 'embedding-metadata',
  9: 'executor-metadata',
  10: 'tts',
  11: 'asr',
} as const;

export type SectionKind = (typeof SECTION_KINDS)[keyof typeof SECTION_KINDS] | 'unknown';

export interface ContainerSection {
  index: number;
  kind: SectionKind;
  /** First byte and one past the last byte, from the start of the file. */
  begin: number;
  end: number;
  /** For example "tf_lite_prefill_decode". */
  modelType?: string;
}

/** What a checked `.litertlm` file holds. */
export interface Container {
  version: string;
  sizeBytes: number;
  sections: ContainerSection[];
  metadata: LlmMetadata;
  /** What it can be given beside text: it has encoders for that. */
  media: MediaKind[];
  /** What it takes when it is loaded; undefined where its graph does not tell. */
  memory?: MemoryFacts;
}

const MAGIC = 'LITERTLM';
const PREFIX_BYTES = 32;
/** A real header is below 1 KiB; the runtime does not bound it, so we do. */
const MAX_HEADER_BYTES = 1024 * 1024;
const MAX_METADATA_BYTES = 4 * 1024 * 1024;
/** No model is larger; an end beyond it is damage, not a download that stopped early. */
const MAX_FILE_BYTES = 2 ** 40;
const SUPPORTED_MAJOR = 1;
const VALUE_TYPE_STRING = 9;

/**
 * Checks a model file before any native code may touch it: a damaged header takes the native loader
 * down with it. Reads the header and the metadata section only, whatever the size of the file.
 *
 * @throws AppError MODEL_MISSING, MODEL_TRUNCATED, MODEL_FORMAT, MODEL_TOO_NEW or MODEL_CORRUPT.
 */
export async function readContainer(path: string): Promise<Container> {
  const file = await openModel(path);
  try {
    const { size } = await file.stat();
    const headerEnd = await readPrefix(file, size);
    const header = await readBytes(file, PREFIX_BYTES, headerEnd - PREFIX_BYTES);
    const sections = readSections(header);
    checkSections(sections, headerEnd, size);
    await checkContents(file, sections);
    const prefix = await readBytes(file, 0, PREFIX_BYTES);
    const version = [8, 12, 16].map((at) => prefix.readUInt32LE(at)).join('.');
    const memory = readMemoryFacts(file.fd, sections);
    return {
      version,
      sizeBytes: size,
      sections,
      metadata: await readMetadata(file, sections),
      media: encodersIn(sections),
      ...(memory === undefined ? {} : { memory }),
    };
  } finally {
    await file.close();
  }
}

async function openModel(path: string): Promise<FileHandle> {
  try {
    return await openRegular(path);
  } catch (cause) {
    if (cause instanceof NotAFileError) {
      const what = cause.isFolder ? 'a folder' : 'a pipe or a device';
      throw new AppError('MODEL_FORMAT', `This is ${what}, not a model file.`, { hint: FORMAT_HINT });
    }
    const code = (cause as NodeJS.ErrnoException).code;
    throw new AppError(
      'MODEL_MISSING',
      code === 'EACCES' ? 'The model file may not be read.' : 'The model file was not found.',
      { hint: 'Check the path, or choose another model.', cause },
    );
  }
}

const FORMAT_HINT = 'Sotto runs .litertlm files.';

async function readPrefix(file: FileHandle, size: number): Promise<number> {
  const prefix = await readBytes(file, 0, Math.min(PREFIX_BYTES, size));
  const magic = prefix.toString('latin1', 0, 8);
  if (magic.startsWith('GGUF')) {
    throw new AppError('MODEL_FORMAT', 'This is a GGUF file, which LiteRT-LM cannot run.', {
      hint: FORMAT_HINT,
    });
  }
  if (size < PREFIX_BYTES && MAGIC.startsWith(magic.slice(0, MAGIC.length))) {
    throw truncated(size, undefined);
  }
  if (magic !== MAGIC) {
    throw new AppError('MODEL_FORMAT', 'This file is not a LiteRT-LM model.', { hint: FORMAT_HINT });
  }
  const major = prefix.readUInt32LE(8);
  if (major > SUPPORTED_MAJOR) {
    throw new AppError(
      'MODEL_TOO_NEW',
      `This model uses format ${major}, which is newer than this version of Sotto.`,
      {
        hint: 'Update Sotto.',
      },
    );
  }
  if (major !== SUPPORTED_MAJOR) throw corrupt('its format version is wrong');
  const headerEnd = prefix.readBigUInt64LE(24);
  if (headerEnd <= BigInt(PREFIX_BYTES) || headerEnd > BigInt(MAX_HEADER_BYTES)) {
    throw corrupt('its header has an impossible length');
  }
  if (headerEnd > BigInt(size)) throw truncated(size, undefined);
  return Number(headerEnd);
}

function readSections(header: Buffer): ContainerSection[] {
  try {
    const objects = new FlatBuffer(header).root().child(1)?.children(0) ?? [];
    return objects.map((object, index) => {
      const kind = SECTION_KINDS[object.u8(3) as keyof typeof SECTION_KINDS] ?? 'unknown';
      const section = { index, kind, begin: position(object.u64(1)), end: position(object.u64(2)) };
      const modelType = itemValue(object, 'model_type');
      return modelType === undefined ? section : { ...section, modelType };
    });
  } catch (cause) {
    if (cause instanceof FlatBufferError) throw corrupt('its header is damaged', cause);
    throw cause;
  }
}

function position(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw corrupt('a section has an impossible position');
  return Number(value);
}

function itemValue(section: FlatTable, key: string): string | undefined {
  for (const item of section.children(0)) {
    if (item.string(0) === key && item.u8(1) === VALUE_TYPE_STRING) return item.child(2)?.string(0);
  }
  return undefined;
}

function checkSections(sections: ContainerSection[], headerEnd: number, size: number): void {
  if (sections.length === 0) throw corrupt('it has no sections');
  let previousEnd = headerEnd;
  const expected = Math.max(...sections.map((section) => section.end));
  for (const section of [...sections].sort((a, b) => a.begin - b.begin)) {
    if (section.end <= section.begin) throw corrupt(`section ${section.index} is empty or reversed`);
    if (section.begin < previousEnd) throw corrupt(`section ${section.index} overlaps another`);
    if (section.end > MAX_FILE_BYTES) throw corrupt(`section ${section.index} lies beyond any possible end`);
    previousEnd = section.end;
  }
  if (expected > size) throw truncated(size, expected);
  const has = (...kinds: SectionKind[]) => sections.some((section) => kinds.includes(section.kind));
  if (!has('tflite-model') || !has('llm-metadata') || !has('sentencepiece-tokenizer', 'hf-tokenizer-zlib')) {
    throw new AppError('MODEL_FORMAT', 'This file is not a chat model.', {
      hint: 'Choose a .litertlm file made for text.',
    });
  }
}

/** Looks at the first bytes of sections whose readers in the runtime trust them. */
async function checkContents(file: FileHandle, sections: ContainerSection[]): Promise<void> {
  for (const section of sections) {
    const length = Math.min(16, section.end - section.begin);
    const start = await readBytes(file, section.begin, length);
    if (section.kind === 'tflite-model' && start.toString('latin1', 4, 8) !== 'TFL3') {
      throw corrupt(`section ${section.index} is not a model graph`);
    }
    if (section.kind === 'hf-tokenizer-zlib') {
      const plainBytes = length >= 10 ? start.readBigUInt64LE(0) : 0n;
      if (plainBytes === 0n || plainBytes > 256n * 1024n * 1024n || start[8] !== 0x78) {
        throw corrupt(`section ${section.index} is not a tokenizer`);
      }
    }
  }
}

async function readMetadata(file: FileHandle, sections: ContainerSection[]): Promise<LlmMetadata> {
  const section = sections.find((candidate) => candidate.kind === 'llm-metadata');
  if (section === undefined || section.end - section.begin > MAX_METADATA_BYTES) {
    throw corrupt('its metadata has an impossible length');
  }
  try {
    return readLlmMetadata(await readBytes(file, section.begin, section.end - section.begin));
  } catch (cause) {
    if (cause instanceof RangeError) throw corrupt('its metadata is damaged', cause);
    throw cause;
  }
}

async function readBytes(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, at);
  if (bytesRead !== length) throw truncated(at + bytesRead, at + length);
  return buffer;
}

function truncated(size: number, expected: number | undefined): AppError {
  const message =
    size === 0
      ? 'The model file is empty.'
      : expected === undefined
        ? `The model file is cut short: it has only ${size} bytes.`
        : `The model file is cut short: it has ${size} of ${expected} bytes.`;
  return new AppError('MODEL_TRUNCATED', message, { hint: 'Download the model again.' });
}

function corrupt(what: string, cause?: unknown): AppError {
  return new AppError('MODEL_CORRUPT', `The model file is damaged: ${what}.`, {
    hint: 'Verify it, or download it again.',
    cause,
  });
}
