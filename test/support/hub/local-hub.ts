import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deliver, type Fault, type Part } from './faults.ts';

/** A file that the hub offers: in memory, or on the disk where it is large (then without faults). */
export interface HubContent {
  bytes?: Buffer;
  path?: string;
  sizeBytes: number;
  sha256: string;
  /** The hub tells none, as for small files that it keeps in Git itself. */
  hasNoHash?: boolean;
}

export interface SeenRequest {
  server: 'hub' | 'store';
  method: string;
  path: string;
  range: string | undefined;
  ifRange: string | undefined;
  authorization: string | undefined;
}

/** A hub on this machine that speaks the protocol of the real one, and misbehaves when asked to. */
export interface LocalHub {
  base: string;
  requests: SeenRequest[];
  /** Bytes that the store has sent. */
  sentBytes(): number;
  put(repo: string, path: string, content: Buffer | HubContent): void;
  /** A repository whose files are only for this token. */
  gate(repo: string, token: string | undefined): void;
  /** Asked for each delivery, in order; undefined: behave. */
  misbehave(fault: (request: SeenRequest, count: number) => Fault | undefined): void;
  /** Answers calls of the hub itself with something else; undefined: behave. */
  answerHub(answer: ((response: ServerResponse, path: string) => boolean) | undefined): void;
  close(): Promise<void>;
}

const COMMIT = 'c0ffee'.padEnd(40, '0');

export function contentOf(bytes: Buffer): HubContent {
  return { bytes, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

export async function createLocalHub(): Promise<LocalHub> {
  const repos = new Map<string, Map<string, HubContent>>();
  const gates = new Map<string, string>();
  const requests: SeenRequest[] = [];
  let fault: (request: SeenRequest, count: number) => Fault | undefined = () => undefined;
  let answer: ((response: ServerResponse, path: string) => boolean) | undefined;
  let deliveries = 0;
  let sent = 0;

  const see = (server: SeenRequest['server'], request: IncomingMessage): SeenRequest => {
    const { range, authorization } = request.headers;
    const ifRange = request.headers['if-range'];
    const seen: SeenRequest = {
      server,
      method: request.method ?? '',
      path: request.url ?? '',
      range,
      ifRange: typeof ifRange === 'string' ? ifRange : undefined,
      authorization,
    };
    requests.push(seen);
    return seen;
  };

  const store = createServer(async (request, response) => {
    const seen = see('store', request);
    const sha256 = seen.path.split('/').at(-1)?.split('?')[0];
    const content = [...repos.values()]
      .flatMap((files) => [...files.values()])
      .find((one) => one.sha256 === sha256);
    if (content === undefined) return void response.writeHead(404).end();
    response.on('close', () => {
      sent += response.req.socket.bytesWritten - (startedAt.get(response) ?? 0);
    });
    startedAt.set(response, response.req.socket.bytesWritten);
    if (content.bytes === undefined) return deliverFile(response, seen, content);
    deliveries += 1;
    const wrong = fault(seen, deliveries);
    const asked = wrong?.kind === 'ignore-range' ? { ...seen, range: undefined } : seen;
    await deliver(response, partOf(content, content.bytes, asked), `"${sha256}"`, wrong);
  });
  const startedAt = new WeakMap<ServerResponse, number>();

  const hub = createServer((request, response) => {
    const seen = see('hub', request);
    if (answer?.(response, seen.path) === true) return;
    const { pathname } = new URL(seen.path, 'http://hub');
    const tree = /^\/api\/models\/([^/]+\/[^/]+)\/tree\/[^/]+$/.exec(pathname);
    const resolve = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(pathname);
    const repo = tree?.[1] ?? resolve?.[1] ?? '';
    const files = repos.get(repo);
    const token = gates.get(repo);
    if (token !== undefined && seen.authorization !== `Bearer ${token}`)
      return refuse(response, 401, 'GatedRepo');
    if (files === undefined) return refuse(response, 401, 'RepoNotFound');
    if (tree !== null) return sendTree(response, files);
    const content = files.get(decodeURIComponent(resolve?.[2] ?? ''));
    if (content === undefined) return refuse(response, 404, 'EntryNotFound');
    const { port } = store.address() as AddressInfo;
    response.writeHead(302, {
      location: `http://127.0.0.1:${port}/blob/${content.sha256}?signature=${requests.length}`,
      'x-repo-commit': COMMIT,
      'x-linked-size': String(content.sizeBytes),
      ...(content.hasNoHash === true ? {} : { 'x-linked-etag': `"${content.sha256}"` }),
    });
    response.end();
  });
  await Promise.all([listen(hub), listen(store)]);

  return {
    base: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    requests,
    sentBytes: () => sent,
    put: (repo, path, content) => {
      const files = repos.get(repo) ?? new Map<string, HubContent>();
      files.set(path, Buffer.isBuffer(content) ? contentOf(content) : content);
      repos.set(repo, files);
    },
    gate: (repo, token) => {
      if (token === undefined) gates.delete(repo);
      else gates.set(repo, token);
    },
    misbehave: (next) => {
      fault = next;
      deliveries = 0;
    },
    answerHub: (next) => {
      answer = next;
    },
    close: async () => {
      await Promise.all([close(hub), close(store)]);
    },
  };
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'x-error-code': code, 'x-error-message': code });
  response.end();
}

function sendTree(response: ServerResponse, files: Map<string, HubContent>): void {
  const entries = [...files].map(([path, { sizeBytes, sha256, hasNoHash }]) => ({
    type: 'file',
    path,
    size: sizeBytes,
    oid: sha256.slice(0, 40),
    ...(hasNoHash === true ? {} : { lfs: { oid: sha256, size: sizeBytes, pointerSize: 134 } }),
  }));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify([{ type: 'directory', path: 'docs', size: 0, oid: '0' }, ...entries]));
}

function rangeOf(
  seen: SeenRequest,
  sizeBytes: number,
  sha256: string,
): { begin: number; end: number; isRange: boolean } {
  const match = /^bytes=(\d+)-(\d*)$/.exec(seen.range ?? '');
  const isSame = seen.ifRange === undefined || seen.ifRange === `"${sha256}"`;
  if (match === null || !isSame) return { begin: 0, end: sizeBytes, isRange: false };
  const last = match[2] === '' ? sizeBytes - 1 : Number(match[2]);
  return { begin: Number(match[1]), end: Math.min(sizeBytes, last + 1), isRange: true };
}

function partOf(content: HubContent, bytes: Buffer, seen: SeenRequest): Part {
  const { begin, end, isRange } = rangeOf(seen, content.sizeBytes, content.sha256);
  return { bytes: bytes.subarray(begin, end), begin, end, total: content.sizeBytes, isRange };
}

/** A large file, straight from the disk. */
function deliverFile(response: ServerResponse, seen: SeenRequest, content: HubContent): void {
  const { begin, end, isRange } = rangeOf(seen, content.sizeBytes, content.sha256);
  response.writeHead(isRange ? 206 : 200, {
    'content-length': end - begin,
    etag: `"${content.sha256}"`,
    ...(isRange ? { 'content-range': `bytes ${begin}-${end - 1}/${content.sizeBytes}` } : {}),
  });
  const file = createReadStream(content.path ?? '', { start: begin, end: end - 1, highWaterMark: 1 << 20 });
  file.on('error', () => response.destroy());
  response.on('close', () => file.destroy());
  file.pipe(response);
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
}
