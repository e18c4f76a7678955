import type { ServerResponse } from 'node:http';

/** What the server that delivers bytes does wrong, in one answer. `at` counts bytes of that answer. */
export type Fault =
  | { kind: 'reset'; at: number }
  | { kind: 'stall'; at: number }
  | { kind: 'truncate'; at: number }
  | { kind: 'extra'; bytes: number }
  | { kind: 'flip'; at: number }
  | { kind: 'ignore-range' }
  | { kind: 'wrong-range' }
  | { kind: 'wrong-total' }
  | { kind: 'range-refused' }
  | { kind: 'other-etag' }
  | { kind: 'weak-etag' }
  | { kind: 'no-etag' }
  | { kind: 'redirect'; to: string }
  | { kind: 'status'; status: number; retryAfter?: string }
  | { kind: 'html' }
  | { kind: 'gzip' };

/** The part of a file that an answer carries. */
export interface Part {
  bytes: Buffer;
  begin: number;
  end: number;
  total: number;
  isRange: boolean;
}

const HTML = '<!doctype html><title>Welcome</title><p>Please sign in.</p>';
/** Small enough that a fault falls between two of them. */
const PIECE_BYTES = 16 * 1024;

/** Answers with a part of a file, or with the fault. */
export async function deliver(
  response: ServerResponse,
  part: Part,
  etag: string | undefined,
  fault: Fault | undefined,
): Promise<void> {
  switch (fault?.kind) {
    case 'status':
      response.writeHead(
        fault.status,
        fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter },
      );
      response.end();
      return;
    case 'redirect':
      response.writeHead(302, { location: fault.to });
      response.end();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': HTML.length });
      response.end(HTML);
      return;
    case 'range-refused':
      response.writeHead(416, { 'content-range': `bytes */${part.total}` });
      response.end();
      return;
    default:
      await deliverBytes(response, part, etag, fault);
  }
}

async function deliverBytes(
  response: ServerResponse,
  part: Part,
  etag: string | undefined,
  fault: Fault | undefined,
): Promise<void> {
  const shift = fault?.kind === 'wrong-range' ? 1 : 0;
  const total = part.total + (fault?.kind === 'wrong-total' ? 7 : 0);
  const marks: Record<string, string> = { 'other-etag': '"other"', 'weak-etag': 'W/"weak"' };
  const mark = marks[fault?.kind ?? ''] ?? etag;
  const bytes = spoil(part.bytes, fault);
  const isChunked = fault?.kind === 'extra' || fault?.kind === 'truncate';
  const withEtag = fault?.kind !== 'no-etag' && mark !== undefined;
  response.writeHead(part.isRange ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    ...(isChunked ? {} : { 'content-length': bytes.length }),
    ...(withEtag ? { etag: mark } : {}),
    ...(fault?.kind === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    ...(part.isRange
      ? { 'content-range': `bytes ${part.begin + shift}-${part.end - 1 + shift}/${total}` }
      : {}),
  });
  const stopAt = fault?.kind === 'reset' || fault?.kind === 'stall' ? fault.at : bytes.length;
  for (let at = 0; at < Math.min(stopAt, bytes.length); at += PIECE_BYTES) {
    const piece = bytes.subarray(at, Math.min(at + PIECE_BYTES, stopAt));
    if (response.destroyed) return;
    // Each piece is with the system before the next one, or before the connection ends.
    await new Promise((resolve) => response.write(piece, resolve));
  }
  if (fault?.kind === 'stall') return;
  // A reset throws away what the other side has not read yet.
  if (fault?.kind === 'reset') setTimeout(() => response.destroy(), 5);
  else response.end();
}

function spoil(bytes: Buffer, fault: Fault | undefined): Buffer {
  if (fault?.kind === 'extra') return Buffer.concat([bytes, Buffer.alloc(fault.bytes, 7)]);
  if (fault?.kind === 'truncate') return bytes.subarray(0, fault.at);
  if (fault?.kind !== 'flip') return bytes;
  const flipped = Buffer.from(bytes);
  const at = Math.min(fault.at, flipped.length - 1);
  flipped[at] = (flipped[at] ?? 0) ^ 0x10;
  return flipped;
}
