import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { HttpClient, HttpResponse } from '../download/http-client.ts';
import { patiently } from '../download/retry.ts';
import type { AccessToken, TokenSource } from './access-token.ts';

/** A file of a repository at a revision (a branch, tag or commit). */
export interface HubFile {
  repo: string;
  revision: string;
  path: string;
}

/** What the hub says of a file before a byte of it is fetched. */
export interface HubFileFacts {
  sizeBytes: number;
  /** Of the whole file; undefined for small files, which the hub keeps without one. */
  sha256: string | undefined;
  /** The commit that the revision stood for. */
  commit: string | undefined;
}

export interface HubEntry {
  path: string;
  sizeBytes: number;
  sha256: string | undefined;
}

/** The protocol of huggingface.co, which mirrors speak as well. */
export interface Hub {
  /** Where the bytes of a file are. */
  address(file: HubFile): string;
  /** @throws AppError HUB_GATED, HUB_MISSING, HUB_BUSY, HUB_INVALID and those of HttpClient. */
  facts(file: HubFile, signal: AbortSignal): Promise<HubFileFacts>;
  /** Every file of a repository, with sizes. @throws as facts. */
  list(repo: string, revision: string, signal: AbortSignal): Promise<HubEntry[]>;
  /** Undefined where the user has none for this hub. */
  token(): Promise<AccessToken | undefined>;
}

export const DEFAULT_HUB = 'https://huggingface.co';
/** More than any honest answer about a repository; a larger one is not read to its end. */
const MAX_REPLY_BYTES = 4 * 1024 * 1024;
const MAX_PAGES = 20;
/** No model is larger; see container.ts. */
const MAX_FILE_BYTES = 2 ** 40;

const treeSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string().max(1000),
    size: z.number().int().nonnegative().max(MAX_FILE_BYTES),
    lfs: z.object({ oid: z.string(), size: z.number().int().nonnegative() }).optional(),
  }),
);

export interface HubOptions {
  http: HttpClient;
  /** Base address: the hub's, or a mirror's. */
  base: () => Promise<string>;
  token: TokenSource;
}

export async function createHub(options: HubOptions): Promise<Hub> {
  return hubAt(options, checkBase(await options.base()));
}

function hubAt({ http, token: source }: HubOptions, base: string): Hub {
  const { origin } = new URL(base);
  const token = async (): Promise<AccessToken | undefined> => {
    const secret = await source(origin);
    return secret === undefined ? undefined : { secret, origin };
  };
  const address = ({ repo, revision, path }: HubFile) =>
    `${base}/${checkRepo(repo)}/resolve/${encodeURIComponent(revision)}/${encodePath(path)}`;
  return {
    address,
    token,
    facts: async (file, signal) => {
      const options = { method: 'HEAD', token: await token(), manualRedirect: true, signal } as const;
      const response = await patiently(() => http.request(address(file), options), signal);
      response.discard();
      refuseBadStatus(response);
      return readFacts(response);
    },
    list: async (repo, revision, signal) => {
      const entries: HubEntry[] = [];
      let next: string | undefined =
        `${base}/api/models/${checkRepo(repo)}/tree/${encodeURIComponent(revision)}?recursive=true&expand=false`;
      for (let pages = 0; next !== undefined && pages < MAX_PAGES; pages += 1) {
        const page = next;
        const options = { token: await token(), signal };
        const response: HttpResponse = await patiently(() => http.request(page, options), signal);
        if (response.status >= 300) response.discard();
        refuseBadStatus(response);
        for (const entry of await readTree(response)) entries.push(entry);
        next = nextPage(response, base);
      }
      return entries;
    },
  };
}

/** @throws AppError HUB_INVALID for what is no address of a hub: encrypted, or on this machine. */
export function checkBase(text: string): string {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // Told below.
  }
  const isHere = url !== undefined && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (url === undefined || !(url.protocol === 'https:' || (isHere && url.protocol === 'http:'))) {
    throw new AppError('HUB_INVALID', 'This is no address of a model hub.', {
      hint: 'It starts with https://.',
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** @throws AppError HUB_MISSING for what cannot be the name of a repository, before it becomes part of an address. */
export function checkRepo(repo: string): string {
  if (/^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/.test(repo) && !repo.includes('..')) return repo;
  throw new AppError('HUB_MISSING', 'This is no name of a repository.', {
    hint: 'It has the form owner/name.',
  });
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function readFacts(response: HttpResponse): HubFileFacts {
  const linked = response.header('x-linked-size');
  // Without a linked file this answer is the file's own.
  const text = linked ?? (response.status < 300 ? response.header('content-length') : undefined);
  const sizeBytes = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || sizeBytes === 0 || sizeBytes > MAX_FILE_BYTES) {
    throw /html/.test(response.header('content-type') ?? '') ? gotHtml() : badAnswer();
  }
  const etag = (response.header('x-linked-etag') ?? '').replace(/^W\/|"/g, '');
  return {
    sizeBytes,
    sha256: /^[0-9a-f]{64}$/.test(etag) ? etag : undefined,
    commit: response.header('x-repo-commit'),
  };
}

async function readTree(response: HttpResponse): Promise<HubEntry[]> {
  let text = '';
  let bytes = 0;
  const decoder = new TextDecoder();
  for await (const piece of response.body) {
    bytes += piece.length;
    if (bytes > MAX_REPLY_BYTES) {
      response.discard();
      throw badAnswer();
    }
    text += decoder.decode(piece, { stream: true });
  }
  if (/html/.test(response.header('content-type') ?? '')) throw gotHtml();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badAnswer();
  }
  const parsed = treeSchema.safeParse(value);
  if (!parsed.success) throw badAnswer();
  return parsed.data
    .filter((entry) => entry.type === 'file')
    .map(({ path, size, lfs }) => ({ path, sizeBytes: lfs?.size ?? size, sha256: lfs?.oid }));
}

/** Pages are named by the answer; one that leads to another host is not followed. */
function nextPage(response: HttpResponse, base: string): string | undefined {
  const link = /<([^>]+)>\s*;\s*rel="next"/.exec(response.header('link') ?? '')?.[1];
  if (link === undefined) return undefined;
  const url = new URL(link, base);
  return url.origin === new URL(base).origin ? url.href : undefined;
}

/** @throws AppError for every status that is neither success nor a redirect. */
export function refuseBadStatus(response: HttpResponse): void {
  const { status } = response;
  if (status < 400) return;
  const code = response.header('x-error-code') ?? '';
  if (status === 407) throw gotHtml();
  if (code === 'GatedRepo' || status === 403 || (status === 401 && code === '')) {
    throw new AppError(
      'HUB_GATED',
      'The makers of this model ask for an account and for consent to their terms.',
      {
        hint: 'Accept the terms on the model’s page, then give Sotto an access token.',
      },
    );
  }
  if (status === 401 || status === 404) {
    throw new AppError('HUB_MISSING', 'The hub has no such model, or it is private.', {
      hint: 'Check the name, or look for a newer version of the model.',
    });
  }
  if (status === 429 || status >= 500) {
    throw new AppError('HUB_BUSY', 'The hub is too busy to answer.', { hint: 'Try again in a few minutes.' });
  }
  throw badAnswer();
}

export function gotHtml(): AppError {
  return new AppError('NET_PROXY', 'The network answered with a page of its own in place of the model.', {
    hint: 'Sign in to the network in a browser, then try again.',
  });
}

export function badAnswer(): AppError {
  return new AppError('HUB_INVALID', 'The hub’s answer makes no sense.', {
    hint: 'Try again later, or choose another mirror.',
  });
}
