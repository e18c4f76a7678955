import { AppError } from '../../errors.ts';
import type { AccessToken } from '../hub/access-token.ts';
import { badAnswer, gotHtml, refuseBadStatus } from '../hub/hub.ts';
import type { Block } from './blocks.ts';
import type { HttpClient, HttpResponse } from './http-client.ts';
import type { PartFile } from './part-file.ts';
import { askedWaitMs, isBusy, wait } from './retry.ts';
import type { SpeedLimit } from './speed.ts';

/** Pieces are handed to the disk together: a system call for each would cost more than the network. */
const WRITE_BYTES = 1024 * 1024;

export interface FetchOptions {
  http: HttpClient;
  address: string;
  token: AccessToken | undefined;
  part: PartFile;
  sizeBytes: number;
  limit: SpeedLimit;
  onBytes: (bytes: number) => void;
  signal: AbortSignal;
}

/** The server sent the whole file in place of the range that was asked for. */
export class WholeFileSent extends Error {}
/** What the server has is not what was begun. */
export class FileChanged extends Error {}
/** The server asks for patience. */
export class AskedToWait extends Error {
  readonly waitMs: number;
  constructor(waitMs: number) {
    super('asked to wait');
    this.waitMs = waitMs;
  }
}

/**
 * Fetches what is missing of a block. What came stays written when it throws.
 *
 * @throws WholeFileSent, FileChanged, AskedToWait, AppError of HttpClient, hub and part.
 */
export async function fetchBlock(block: Block, options: FetchOptions): Promise<void> {
  const { http, address, token, part, signal } = options;
  const begin = block.begin + block.written;
  const response = await http.request(address, {
    headers: { range: `bytes=${begin}-${block.end - 1}` },
    token,
    ifRange: strong(part.etag),
    signal,
  });
  try {
    if (response.status === 200 && strong(part.etag) !== undefined) {
      // Another mark than before: another file, or the same one from another server. Who asks finds out.
      part.etag = undefined;
      throw new FileChanged();
    }
    checkRange(response, begin, block.end, options.sizeBytes);
    part.etag ??= strong(response.header('etag'));
    await store(block, response, options);
  } finally {
    response.discard();
  }
}

/**
 * Fetches the whole file in one go, from a server that knows no ranges. An end before the end loses everything.
 *
 * @throws as fetchBlock.
 */
export async function fetchWhole(options: FetchOptions): Promise<void> {
  const { http, address, token, part, sizeBytes, signal } = options;
  for (const block of part.blocks) part.reset(block);
  const response = await http.request(address, { token, signal });
  try {
    refuseForeign(response);
    const length = response.header('content-length');
    if (length !== undefined && Number(length) !== sizeBytes) throw new FileChanged();
    const body = response.body[Symbol.asyncIterator]();
    let rest: Uint8Array | undefined;
    for (const block of part.blocks) rest = await storeFrom(block, body, rest, options);
    if (rest !== undefined || (await body.next()).done !== true) throw badAnswer();
  } finally {
    response.discard();
  }
}

function checkRange(response: HttpResponse, begin: number, end: number, sizeBytes: number): void {
  // The range lies beyond the end of what the server has now.
  if (response.status === 416) throw new FileChanged();
  refuseForeign(response);
  if (response.status === 200) throw new WholeFileSent();
  if (response.status !== 206) throw badAnswer();
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.header('content-range') ?? '');
  if (range === null) throw badAnswer();
  if (Number(range[3]) !== sizeBytes) throw new FileChanged();
  if (Number(range[1]) !== begin || Number(range[2]) !== end - 1) throw badAnswer();
}

/** Refuses answers that are not the file: errors, pages of a proxy, anything packed on the way. */
function refuseForeign(response: HttpResponse): void {
  if (isBusy(response)) {
    const asked = askedWaitMs(response);
    if (asked !== undefined) throw new AskedToWait(asked);
  }
  refuseBadStatus(response);
  if (/html/.test(response.header('content-type') ?? '')) throw gotHtml();
  const encoding = response.header('content-encoding');
  if (encoding !== undefined && encoding !== 'identity') throw gotHtml();
}

async function store(block: Block, response: HttpResponse, options: FetchOptions): Promise<void> {
  const body = response.body[Symbol.asyncIterator]();
  const before = block.written;
  const rest = await storeFrom(block, body, undefined, options);
  if (rest === undefined) return;
  // More than was asked for: nothing of this answer can be trusted.
  block.written = before;
  throw badAnswer();
}

/** Fills a block from the stream; returns what came beyond its end. Writes while the next pieces come. */
async function storeFrom(
  block: Block,
  body: AsyncIterator<Uint8Array>,
  first: Uint8Array | undefined,
  { part, limit, onBytes, signal }: FetchOptions,
): Promise<Uint8Array | undefined> {
  let gathered: Uint8Array[] = [];
  let gatheredBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  let left = block.end - block.begin - block.written;
  const writeOut = async () => {
    const pieces = gathered;
    gathered = [];
    gatheredBytes = 0;
    await writing;
    writing = part.write(block, pieces);
    writing.catch(() => undefined);
  };
  let next = first;
  try {
    while (left > 0) {
      const piece = next ?? (await take(body));
      next = undefined;
      const fitting = piece.length <= left ? piece : piece.subarray(0, left);
      left -= fitting.length;
      gathered.push(fitting);
      gatheredBytes += fitting.length;
      onBytes(fitting.length);
      if (gatheredBytes >= WRITE_BYTES) await writeOut();
      const pauseMs = limit.waitMs(fitting.length);
      if (pauseMs > 0) await wait(pauseMs, signal);
      if (fitting !== piece) return piece.subarray(fitting.length);
    }
    return undefined;
  } finally {
    // Whatever ended it: what came is kept.
    await writeOut();
    await writing;
  }
}

async function take(body: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const { value, done } = await body.next();
  if (done !== true) return value;
  throw new AppError('NET_OFFLINE', 'The connection ended before the file did.', {
    hint: 'Check the network. What was downloaded is kept.',
  });
}

/** Only a strong mark says that the bytes are the same (RFC 9110, 8.8.1 and 13.1.5). */
function strong(etag: string | undefined): string | undefined {
  return etag === undefined || etag.startsWith('W/') ? undefined : etag;
}
