import { AppError } from '../../errors.ts';
import type { Hub, HubFile, HubFileFacts } from '../hub/hub.ts';
import { BLOCK_BYTES, type Block, frontierOf, isWhole, writtenBytes } from './blocks.ts';
import {
  AskedToWait,
  type FetchOptions,
  FileChanged,
  fetchBlock,
  fetchWhole,
  WholeFileSent,
} from './fetch-block.ts';
import { createFileHasher, type FileHasher } from './file-hasher.ts';
import type { HttpClient } from './http-client.ts';
import { openPart, type PartFile } from './part-file.ts';
import { backOffMs, wait } from './retry.ts';
import { createSpeedLimit } from './speed.ts';

export interface DownloadProgress {
  stage: 'downloading' | 'verifying';
  receivedBytes: number;
}

export interface DownloadOptions {
  http: HttpClient;
  hub: Hub;
  file: HubFile;
  facts: HubFileFacts;
  partPath: string;
  journalPath: string;
  /** The script of the thread that hashes. */
  hashWorker: string;
  /** By block: what the hash of the file up to its end must be, where whoever made the file has said so. */
  trusted?: string[] | undefined;
  /** Requests at once, where the server gives parts. */
  connections?: number;
  bytesPerSecond?: () => number | undefined;
  onProgress: (progress: DownloadProgress) => void;
  onBytes?: (bytes: number) => void;
  signal: AbortSignal;
  /** Tests take smaller ones. */
  blockBytes?: number;
  /** Tries in a row that bring nothing before it gives up. */
  failuresAllowed?: number;
  firstWaitMs?: number;
}

export interface DownloadedFile {
  sha256: string;
  /** By block: SHA-256 of the file from its start to the block's end. */
  checkpoints: string[];
}

const CONNECTIONS = 4;
const FAILURES_ALLOWED = 8;

/**
 * Brings a file of the hub onto the disk, whole and hashed, or throws with everything kept that a next try can go
 * on from. Kill it at any time.
 *
 * @throws AppError DOWNLOAD_CHANGED when the file on the hub is another one now; MODEL_HASH when it stays wrong
 * although it was fetched anew; NET_*, HUB_*, DISK_FULL, FILE_UNWRITABLE; the reason of an abort.
 */
export async function downloadFile(options: DownloadOptions): Promise<DownloadedFile> {
  const { facts, partPath, journalPath, signal } = options;
  const part = await openPart(partPath, journalPath, facts, options.blockBytes ?? BLOCK_BYTES);
  try {
    // Doubted blocks first, then everything: then it is not for us to mend.
    for (const doubted of [part.unproven, new Set(part.blocks.keys()), new Set<number>()]) {
      const sha256 = await fetchAndHash(part, options);
      if (facts.sha256 === undefined || sha256 === facts.sha256) {
        await part.sync();
        return { sha256, checkpoints: part.blocks.map(({ index }) => part.checkpoints[index] ?? '') };
      }
      forget(part, doubted.size === 0 ? new Set(part.blocks.keys()) : doubted);
    }
    throw new AppError('MODEL_HASH', 'The file that came is not the one that the hub describes.', {
      hint: 'Nothing of it was kept. Try again later, or from another network.',
    });
  } catch (error) {
    await part.flush().catch(() => undefined);
    throw signal.aborted ? signal.reason : error;
  } finally {
    await part.close();
  }
}

function forget(part: PartFile, indices: ReadonlySet<number>): void {
  const first = Math.min(...indices);
  for (const block of part.blocks) {
    if (indices.has(block.index)) part.reset(block);
    // The hash up to a later block holds the doubted ones as well.
    else if (block.index > first) part.checkpoints[block.index] = '';
  }
}

/** Fetches every block, mends those whose hash is known to be wrong, and returns the hash of the whole. */
async function fetchAndHash(part: PartFile, options: DownloadOptions): Promise<string> {
  const { facts, trusted, onProgress, signal } = options;
  let wakeFetcher: (() => void) | undefined;
  const mismatches = new Map<number, number>();
  const hasher: FileHasher = createFileHasher({
    path: options.partPath,
    sizeBytes: facts.sizeBytes,
    blockBytes: options.blockBytes ?? BLOCK_BYTES,
    worker: options.hashWorker,
    expected: part.blocks.map(({ index }) => trusted?.[index] ?? part.checkpoints[index] ?? ''),
    onCheckpoint: (index, sha256) => part.note(index, sha256),
    onMismatch: (index) => {
      mismatches.set(index, (mismatches.get(index) ?? 0) + 1);
      const block = part.blocks[index];
      if (block !== undefined) part.reset(block);
      wakeFetcher?.();
    },
  });
  try {
    for (;;) {
      const tellHasher = () => hasher.advance(frontierOf(part.blocks));
      tellHasher();
      await fetchMissing(part, options, tellHasher);
      onProgress({ stage: 'verifying', receivedBytes: writtenBytes(part.blocks) });
      tellHasher();
      const mended = new Promise<undefined>((resolve) => {
        wakeFetcher = () => resolve(undefined);
      });
      if (part.blocks.every(isWhole)) {
        const aborted = whenAborted(signal);
        const sha256 = await Promise.race([hasher.whole, mended, aborted.promise]).finally(aborted.dispose);
        if (sha256 !== undefined) return sha256;
      }
      if ([...mismatches.values()].some((times) => times > 2)) {
        const [index] = [...mismatches].find(([, times]) => times > 2) ?? [0];
        throw new AppError('MODEL_HASH', `Block ${index} of the file comes damaged each time.`, {
          hint: 'Try again later, or from another network.',
        });
      }
    }
  } finally {
    await hasher.dispose();
  }
}

function whenAborted(signal: AbortSignal): { promise: Promise<never>; dispose: () => void } {
  let listener = () => {};
  const promise = new Promise<never>((_, reject) => {
    listener = () => reject(signal.reason);
    signal.addEventListener('abort', listener, { once: true });
    if (signal.aborted) listener();
  });
  return { promise, dispose: () => signal.removeEventListener('abort', listener) };
}

/** Runs several requests at once until no block lacks a byte. */
async function fetchMissing(part: PartFile, options: DownloadOptions, onWritten: () => void): Promise<void> {
  const { http, hub, file, facts, onProgress, connections = CONNECTIONS } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const taken = new Set<Block>();
  const fetch: FetchOptions = {
    http,
    address: hub.address(file),
    token: await hub.token(),
    part,
    sizeBytes: facts.sizeBytes,
    limit: createSpeedLimit(options.bytesPerSecond ?? (() => undefined)),
    onBytes: (bytes) => {
      options.onBytes?.(bytes);
      onWritten();
      onProgress({ stage: 'downloading', receivedBytes: writtenBytes(part.blocks) });
    },
    signal,
  };
  const takeNext = () => part.blocks.find((block) => !isWhole(block) && !taken.has(block));
  const run = async () => {
    const attempt = createTries(part, options, signal);
    for (let block = takeNext(); block !== undefined; block = takeNext()) {
      const mine = block;
      taken.add(mine);
      while (!isWhole(mine)) await attempt(() => fetchBlock(mine, fetch));
      taken.delete(mine);
    }
  };
  const runs = Array.from({ length: Math.max(1, connections) }, () => run());
  try {
    await Promise.all(runs);
  } catch (error) {
    stop.abort(error);
    // None of them writes any more when the part is closed, or begun anew.
    await Promise.allSettled(runs);
    if (!(error instanceof WholeFileSent)) throw error;
    await fetchInOne(part, options, { ...fetch, signal: options.signal });
  }
}

/** For a server that gives no parts: from the start each time. */
async function fetchInOne(part: PartFile, options: DownloadOptions, fetch: FetchOptions): Promise<void> {
  part.etag = undefined;
  const attempt = createTries(part, options, options.signal);
  while (!part.blocks.every(isWhole)) await attempt(() => fetchWhole(fetch));
}

/** Does it, and waits after a failure that another try may mend. @throws the last failure, or a hopeless one. */
type Attempt = (work: () => Promise<void>) => Promise<void>;

/** Counts failures in a row: whenever more of the file is there than ever before, the count starts anew. */
function createTries(part: PartFile, options: DownloadOptions, signal: AbortSignal): Attempt {
  const { hub, file, facts, failuresAllowed = FAILURES_ALLOWED, firstWaitMs } = options;
  let failures = 0;
  let mostBytes = writtenBytes(part.blocks);
  /** Looks whether the hub itself has another file now; a mere slip of the server is tried again. */
  const checkUnchanged = async () => {
    const now = await hub.facts(file, signal);
    // Without a hash nothing says that what comes now belongs to what came before.
    if (facts.sha256 !== undefined && now.sha256 === facts.sha256) return;
    throw new AppError('DOWNLOAD_CHANGED', 'The model was changed on the hub meanwhile.', {
      hint: 'The new one is fetched from the start.',
    });
  };
  const recover = async (error: unknown): Promise<void> => {
    if (signal.aborted) throw signal.reason;
    if (error instanceof WholeFileSent) throw error;
    const bytes = writtenBytes(part.blocks);
    failures = bytes > mostBytes ? 1 : failures + 1;
    mostBytes = Math.max(mostBytes, bytes);
    if (failures > failuresAllowed) throw error instanceof AppError ? error : undelivered(error);
    if (error instanceof FileChanged) await checkUnchanged();
    else if (error instanceof AppError && !canMend(error)) throw error;
    await wait(error instanceof AskedToWait ? error.waitMs : backOffMs(failures, firstWaitMs), signal);
  };
  return (work) => work().catch(recover);
}

/** A signed address expires and is then refused, so HUB_GATED is tried again as well: the next one is fresh. */
function canMend({ code }: AppError): boolean {
  return ['NET_OFFLINE', 'HUB_BUSY', 'HUB_INVALID', 'NET_PROXY', 'HUB_GATED', 'NET_REDIRECT'].includes(code);
}

function undelivered(cause: unknown): AppError {
  return new AppError('HUB_BUSY', 'The server does not deliver the file.', {
    hint: 'What was downloaded is kept. Try again in a few minutes.',
    cause,
  });
}
