/**
 * The only file of core that opens a connection (dependency-cruiser holds that). It knows nothing of models: it
 * sends one request, follows redirects by rules of its own, and turns what can go wrong on the way into codes.
 */
import { lookup as lookUp } from 'node:dns';
import type { Dispatcher, Pool } from 'undici';
import { AppError } from '../../errors.ts';
import type { AccessToken } from '../hub/access-token.ts';
import { isInsideHost } from './addresses.ts';
import { createNameCheck, type Lookup, leadsInside, refusedRedirect } from './name-check.ts';
import { hidesNames, nameOfProxy, proxyFromEnvironment } from './proxy.ts';

export interface HttpRequest {
  method?: 'GET' | 'HEAD';
  headers?: Record<string, string>;
  /** Sent to its own host only, and only where that is the first one: never to where it redirects. */
  token?: AccessToken | undefined;
  /** Sent to the last host only: an ETag belongs to whoever delivers the bytes. */
  ifRange?: string | undefined;
  /** True returns a redirect as it is. */
  manualRedirect?: boolean;
  signal: AbortSignal;
}

export interface HttpResponse {
  status: number;
  /** By lower-case name. */
  header(name: string): string | undefined;
  body: AsyncIterable<Uint8Array>;
  /** Lets go of the connection without reading the rest. */
  discard(): void;
  /** Of the host that answered in the end. */
  url: URL;
}

export interface HttpClient {
  /** @throws AppError NET_OFFLINE, NET_LOCKED, NET_PROXY, NET_TLS, NET_REDIRECT; an abort as it is. */
  request(url: string, request: HttpRequest): Promise<HttpResponse>;
  dispose(): Promise<void>;
}

export interface HttpClientOptions {
  /** True while the user wants no network at all. */
  isLocked?: () => boolean;
  /** The proxy to take, such as "http://proxy:3128"; undefined for none. By default the system's variables say. */
  proxyFor?: (url: string) => Promise<string | undefined>;
  /** Whether the user has set that host: it may be in a network of their own. By default none. */
  isChosen?: (host: string) => boolean;
  /** How names are looked up. */
  lookup?: Lookup;
  /** Longest silence on a connection, in milliseconds. */
  stallMs?: number;
}

const MAX_REDIRECTS = 5;
const STALL_MS = 30_000;
const CONNECT_MS = 20_000;

export function createHttpClient({
  isLocked = () => false,
  proxyFor = (url) => Promise.resolve(proxyFromEnvironment(url)),
  isChosen = () => false,
  lookup = (host, options, done) => lookUp(host, { ...options, all: true }, done),
  stallMs = STALL_MS,
}: HttpClientOptions = {}): HttpClient {
  const names = createNameCheck(lookup);
  const dispatchers = new Map<string, Dispatcher>();
  const timeouts = { headersTimeout: stallMs, bodyTimeout: stallMs, connect: { timeout: CONNECT_MS } };
  const dispatcherFor = async (proxy: string | undefined, isInside: boolean): Promise<Dispatcher> => {
    const key = proxy ?? (isInside ? 'inside' : '');
    const known = dispatchers.get(key);
    if (known !== undefined) return known;
    // Large, and needed by nobody who only chats.
    const { Agent, Pool, ProxyAgent } = await import('undici');
    const clientFactory = (origin: URL, options: object) => withProxyErrors(new Pool(origin, options));
    const made =
      proxy === undefined
        ? new Agent(
            isInside ? timeouts : { ...timeouts, connect: { ...timeouts.connect, lookup: names.lookup } },
          )
        : new ProxyAgent({ ...timeouts, uri: proxy.replace(/^socks5h:/, 'socks5:'), clientFactory });
    dispatchers.set(key, made);
    return made;
  };

  const send = async (url: URL, headers: Record<string, string>, request: HttpRequest, isInside: boolean) => {
    if (isLocked()) {
      throw new AppError('NET_LOCKED', 'The network is switched off in Sotto.', {
        hint: 'Switch it on in the models view, or with `sotto network on`.',
      });
    }
    const proxy = isLoopback(url.hostname) ? undefined : await proxyFor(url.href);
    try {
      if (!isInside && isInsideHost(url.hostname)) throw leadsInside();
      if (!isInside && proxy !== undefined && !hidesNames(proxy)) await names.check(url.hostname);
      const dispatcher = await dispatcherFor(proxy, isInside);
      const { method = 'GET', signal } = request;
      return await dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers,
        signal,
      });
    } catch (cause) {
      throw request.signal.aborted ? cause : networkError(cause, proxy);
    }
  };

  return {
    request: async (address, request) => {
      const first = new URL(address);
      let url = first;
      const isInside = isInsideHost(first.hostname) || isChosen(first.hostname);
      for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
        const headers: Record<string, string> = { 'accept-encoding': 'identity', ...request.headers };
        const { token } = request;
        if (token !== undefined && token.origin === url.origin && url.origin === first.origin) {
          headers.authorization = `Bearer ${token.secret}`;
        }
        if (request.ifRange !== undefined) headers['if-range'] = request.ifRange;
        const answer = await send(url, headers, request, isInside);
        const response = toResponse(answer, url, request.signal);
        const location = response.header('location');
        const redirects = answer.statusCode >= 300 && answer.statusCode < 400 && location !== undefined;
        if (!redirects || request.manualRedirect === true) return response;
        response.discard();
        url = nextAddress(location, url, first, isInside);
      }
      throw refusedRedirect('The server sends the request round in circles.');
    },
    dispose: async () => {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
      dispatchers.clear();
    },
  };
}

/** undici connects again without an end where a proxy hangs up, unless the failure is of another kind. */
function withProxyErrors(pool: Pool): Pool {
  const connect = pool.connect.bind(pool) as (
    options: Dispatcher.ConnectOptions,
  ) => Promise<Dispatcher.ConnectData>;
  const told = async (options: Dispatcher.ConnectOptions) => {
    try {
      return await connect(options);
    } catch (cause) {
      throw Object.assign(new Error('the proxy hung up', { cause }), { code: 'PROXY_HUNG_UP' });
    }
  };
  return Object.assign(pool, { connect: told });
}

function toResponse(answer: Dispatcher.ResponseData, url: URL, signal: AbortSignal): HttpResponse {
  return {
    status: answer.statusCode,
    header: (name) => {
      const value = answer.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: readBody(answer.body, signal),
    discard: () => {
      // What destroying it tells the stream is of no interest to anyone.
      answer.body.on('error', () => undefined);
      answer.body.destroy();
    },
    url,
  };
}

async function* readBody(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw signal.aborted ? cause : networkError(cause);
  }
}

/**
 * Only encrypted, and never from the open network into a private one; a hub on this machine may use plain HTTP.
 *
 * @throws AppError NET_REDIRECT.
 */
export function nextAddress(
  location: string,
  from: URL,
  first: URL,
  mayLeadInside = isInsideHost(first.hostname),
): URL {
  let next: URL;
  try {
    next = new URL(location, from);
  } catch {
    throw refusedRedirect('The server sends the request to no address at all.');
  }
  const startsHere = isLoopback(first.hostname);
  if (next.protocol !== 'https:' && !(startsHere && next.protocol === 'http:' && isLoopback(next.hostname))) {
    throw refusedRedirect('The server sends the request to an address that is not encrypted.');
  }
  if (isInsideHost(next.hostname) && !mayLeadInside) {
    throw leadsInside();
  }
  if (next.username !== '' || next.password !== '') {
    throw refusedRedirect('The server sends the request to an address with a password in it.');
  }
  return next;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

const TLS_CODES = /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

/** What went wrong on the way, in words for a person. */
function networkError(cause: unknown, proxy?: string): AppError {
  if (cause instanceof AppError) return cause;
  const code = String((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
  if (TLS_CODES.test(code)) {
    return new AppError('NET_TLS', 'The server could not prove that it is the right one.', {
      hint: 'Check the date of this computer, or ask whoever runs the network.',
      cause,
    });
  }
  const message = String((cause as Error | undefined)?.message);
  const wantsPassword = /Proxy response \(407\)/.test(message) || code.startsWith('UND_ERR_SOCKS5_AUTH');
  if (wantsPassword && proxy !== undefined) {
    return new AppError('NET_PROXY', `The proxy ${nameOfProxy(proxy)} asks for a password.`, {
      hint: 'Set the proxy with its user and password in the system, then try again.',
      cause,
    });
  }
  if (proxy !== undefined) {
    return new AppError('NET_PROXY', `The proxy ${nameOfProxy(proxy)} made no connection.`, {
      hint: 'Check the proxy, or sign in to the network in a browser, then try again.',
      cause,
    });
  }
  return new AppError('NET_OFFLINE', 'The connection was lost or could not be made.', {
    hint: 'Check the network. What was downloaded is kept.',
    cause,
  });
}
