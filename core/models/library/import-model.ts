import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { ModelState, Task } from '../../../contract/library.ts';
import { AppError } from '../../errors.ts';
import { openRegular } from '../../system/regular-file.ts';
import { readContainer } from '../container/container.ts';
import type { MemoryFacts } from '../container/memory-facts.ts';
import { BLOCK_BYTES } from '../download/blocks.ts';
import { createFileHasher } from '../download/file-hasher.ts';
import { copyLarge } from './copy-file.ts';
import { idFor } from './ids.ts';
import { install, inWorkFolder } from './install-file.ts';
import type { InstalledManifest } from './installed-model.ts';
import { freeBytesAt } from './model-folder.ts';

export interface ImportOptions {
  modelsDir: string;
  hashWorker: string;
  /** True leaves the file where it is. */
  link: boolean;
  /** How far it is, with what is known of the model: its hash comes last. */
  onProgress: (draft: InstalledManifest, state: ModelState) => void;
  signal: AbortSignal;
}

/** Left free on the disk, so that a full one does not take other programs down. */
export const SPARE_BYTES = 2 * 1024 ** 3;

/**
 * Takes a `.litertlm` or `.tflite` file of the user's into the library, by copy or by link. The file itself is never
 * changed.
 *
 * @throws AppError MODEL_* for what is no model, DISK_SPACE, DISK_FULL, FILE_UNWRITABLE; the signal's reason.
 */
export async function importModel(path: string, options: ImportOptions): Promise<InstalledManifest> {
  const { modelsDir, link } = options;
  const facts = await readFacts(path);
  const id = idFor(basename(path, extname(path)), await realpath(path));
  if (!link) await checkSpace(modelsDir, facts.sizeBytes);
  return inWorkFolder(modelsDir, id, (work) => takeFile(path, work, id, facts, options));
}

async function takeFile(
  path: string,
  work: string,
  id: string,
  facts: FileFacts,
  { modelsDir, hashWorker, link, onProgress, signal }: ImportOptions,
): Promise<InstalledManifest> {
  const part = join(work, 'model.part');
  const draft: InstalledManifest = {
    version: 1,
    id,
    name: basename(path, extname(path)).slice(0, 120),
    maker: '',
    task: facts.task,
    summary: '',
    licence: '',
    languages: [],
    modalities: facts.modalities,
    quantization: '',
    ...(facts.contextTokens === undefined ? {} : { contextTokens: facts.contextTokens }),
    ...(facts.memory === undefined ? {} : { memory: facts.memory }),
    file: `${id}${facts.extension}`,
    ...(link ? { linkedPath: await realpath(path) } : {}),
    sizeBytes: facts.sizeBytes,
    sha256: '',
    checkpoints: [],
    blockBytes: BLOCK_BYTES,
    source: { kind: 'import' },
    installedAt: new Date().toISOString(),
  };
  const totalBytes = facts.sizeBytes;
  const tell = (receivedBytes: number) =>
    onProgress(draft, { state: 'importing', receivedBytes, totalBytes });
  tell(0);
  if (!link) await copyLarge(path, part, tell, signal);
  onProgress(draft, { state: 'verifying', totalBytes });
  const hashes = await hashWhole(link ? path : part, totalBytes, hashWorker);
  signal.throwIfAborted();
  const manifest = { ...draft, ...hashes };
  await install(modelsDir, work, link ? undefined : 'model.part', manifest);
  return manifest;
}

/** @throws AppError DISK_SPACE with both numbers. */
export async function checkSpace(dir: string, neededBytes: number): Promise<void> {
  const free = await freeBytesAt(dir);
  if (free >= neededBytes + SPARE_BYTES) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new AppError(
    'DISK_SPACE',
    `This needs ${gigabytes(neededBytes + SPARE_BYTES)} GB of disk with some to spare; ${gigabytes(free)} GB are free. Nothing was started.`,
    { hint: 'Make room, or move the models folder to another disk.' },
  );
}

/** SHA-256 of a file, and of it up to the end of each block. @throws AppError MODEL_MISSING. */
export async function hashWhole(
  path: string,
  sizeBytes: number,
  worker: string,
  expected: string[] = [],
  onMismatch: (index: number) => void = () => undefined,
): Promise<{ sha256: string; checkpoints: string[] }> {
  const checkpoints: string[] = [];
  const hasher = createFileHasher({
    path,
    sizeBytes,
    blockBytes: BLOCK_BYTES,
    worker,
    expected,
    onCheckpoint: (index, sha256) => {
      checkpoints[index] = sha256;
    },
    onMismatch,
  });
  try {
    hasher.advance(sizeBytes);
    return { sha256: await hasher.whole, checkpoints };
  } catch (cause) {
    throw new AppError('MODEL_MISSING', 'The model file could not be read.', {
      hint: 'Check the file.',
      cause,
    });
  } finally {
    await hasher.dispose();
  }
}

interface FileFacts {
  task: Task;
  extension: '.litertlm' | '.tflite';
  sizeBytes: number;
  modalities: InstalledManifest['modalities'];
  contextTokens?: number;
  memory?: MemoryFacts;
}

async function readFacts(path: string): Promise<FileFacts> {
  const found = await lstat(path).catch(() => undefined);
  const file = found === undefined ? undefined : await stat(path).catch(() => undefined);
  if (file === undefined) {
    throw new AppError('MODEL_MISSING', 'The model file was not found.', { hint: 'Check the path.' });
  }
  if (extname(path).toLowerCase() !== '.tflite') {
    const { sizeBytes, metadata, memory, media } = await readContainer(path);
    const { maxTokens } = metadata;
    return {
      task: 'chat',
      extension: '.litertlm',
      sizeBytes,
      modalities: ['text', ...media],
      ...(maxTokens === undefined ? {} : { contextTokens: maxTokens }),
      ...(memory === undefined ? {} : { memory }),
    };
  }
  if (!file.isFile() || file.size < 8 || (await markOf(path)) !== 'TFL3') {
    throw new AppError('MODEL_FORMAT', 'This is no LiteRT model.', {
      hint: 'Sotto runs .litertlm and .tflite files.',
    });
  }
  return { task: 'speech', extension: '.tflite', sizeBytes: file.size, modalities: ['audio'] };
}

async function markOf(path: string): Promise<string> {
  const file = await openRegular(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 4).finally(() => file.close());
  return buffer.toString('latin1');
}
