import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createHttpClient,
  type HttpClient,
  nextAddress,
} from '../../../../core/models/download/http-client.ts';
import { proxyFromEnvironment } from '../../../../core/models/download/proxy.ts';
import { createHub } from '../../../../core/models/hub/hub.ts';
import { createLocalHub } from '../../../support/hub/local-hub.ts';
import { CERTIFICATE, KEY } from '../../../support/hub/self-signed.ts';

const clients: HttpClient[] = [];
const servers: Server[] = [];
const live = () => new AbortController().signal;

function client(options: Parameters<typeof createHttpClient>[0] = {}): HttpClient {
  const made = createHttpClient({ proxyFor: async () => undefined, stallMs: 500, ...options });
  clients.push(made);
  return made;
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  await Promise.all(clients.splice(0).map((one) => one.dispose()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('the door to the network', () => {
  it('opens no connection while it is locked', async () => {
    let asked = 0;
    const port = await listen(
      createServer((_, response) => {
        asked += 1;
        response.end();
      }),
    );
    const locked = client({ isLocked: () => true });
    await expect(locked.request(`http://127.0.0.1:${port}/`, { signal: live() })).rejects.toMatchObject({
      code: 'NET_LOCKED',
    });
    expect(asked).toBe(0);
  });

  it('tells that there is no network', async () => {
    const port = await listen(createServer());
    for (const server of servers.splice(0)) server.close();
    await expect(client().request(`http://127.0.0.1:${port}/`, { signal: live() })).rejects.toMatchObject({
      code: 'NET_OFFLINE',
    });
    await expect(client().request('https://nowhere.invalid/', { signal: live() })).rejects.toMatchObject({
      code: 'NET_OFFLINE',
    });
  });

  it('believes no server that cannot prove itself', async () => {
    const port = await listen(
      createTlsServer({ key: KEY, cert: CERTIFICATE }, (_, response) =>
        response.end('x'),
      ) as unknown as Server,
    );
    await expect(client().request(`https://127.0.0.1:${port}/`, { signal: live() })).rejects.toMatchObject({
      code: 'NET_TLS',
    });
  });

  it('does not wait for ever for an answer', async () => {
    const port = await listen(createServer(() => undefined));
    const startedAt = performance.now();
    await expect(client().request(`http://127.0.0.1:${port}/`, { signal: live() })).rejects.toMatchObject({
      code: 'NET_OFFLINE',
    });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  it('takes the proxy that it is told, and says when the proxy wants a password', async () => {
    const port = await listen(
      createServer().on('connect', (_, socket) => {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      }),
    );
    const proxied = client({ proxyFor: async () => `http://127.0.0.1:${port}` });
    await expect(proxied.request('https://hub.example/x', { signal: live() })).rejects.toMatchObject({
      code: 'NET_PROXY',
    });
  });

  it('reads the proxy from the usual variables', () => {
    const env = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'localhost,.intern.example, 10.0.0.1' };
    expect(proxyFromEnvironment('https://huggingface.co/x', env)).toBe('http://proxy:3128');
    expect(proxyFromEnvironment('http://huggingface.co/x', env)).toBeUndefined();
    expect(proxyFromEnvironment('https://a.intern.example/', env)).toBeUndefined();
    expect(proxyFromEnvironment('https://10.0.0.1/', env)).toBeUndefined();
    expect(proxyFromEnvironment('https://x/', { ...env, no_proxy: '*' })).toBeUndefined();
    expect(proxyFromEnvironment('https://x/', { ALL_PROXY: 'http://all:1' })).toBe('http://all:1');
  });
});

describe('where a redirect may lead', () => {
  const hub = new URL('https://hub.example/model');
  const local = new URL('http://127.0.0.1:8080/model');
  it.each([
    ['https://cdn.example/blob?signature=1', hub],
    ['/elsewhere', hub],
    ['http://127.0.0.1:9090/blob', local],
  ])('to %s', (location, first) => {
    expect(nextAddress(location, first, first).href).toContain(location);
  });

  it.each([
    ['http://cdn.example/blob', hub],
    ['http://127.0.0.1/blob', hub],
    ['https://127.0.0.1/blob', hub],
    ['https://10.1.2.3/blob', hub],
    ['https://172.20.0.1/blob', hub],
    ['https://192.168.0.1/blob', hub],
    ['https://169.254.169.254/latest', hub],
    ['https://[::1]/blob', hub],
    ['https://[fd00::1]/blob', hub],
    ['https://printer.local/blob', hub],
    ['https://intranet/blob', hub],
    ['https://user:secret@cdn.example/blob', hub],
    ['file:///etc/passwd', hub],
    ['http://cdn.example/blob', local],
    ['https://', hub],
  ])('never to %s', (location, first) => {
    expect(() => nextAddress(location, first, first)).toThrow(
      expect.objectContaining({ code: 'NET_REDIRECT' }),
    );
  });
});

describe('what the hub says', () => {
  it.each([
    ['a page', 'HUB_INVALID|NET_PROXY', (path: string) => path.includes('/api/') && '<html>Sign in</html>'],
    ['no JSON', 'HUB_INVALID', () => '{"half":'],
    ['a list of something else', 'HUB_INVALID', () => '[{"name":"x"}]'],
    ['a size that no file has', 'HUB_INVALID', () => '[{"type":"file","path":"a.litertlm","size":1e300}]'],
    ['an answer without an end', 'HUB_INVALID', () => `[${' '.repeat(6_000_000)}]`],
  ])('is checked: %s', async (_, code, answer) => {
    const hub = await createLocalHub();
    try {
      hub.answerHub((response, path) => {
        const text = answer(path);
        response.writeHead(200, {
          'content-type': text === '<html>Sign in</html>' ? 'text/html' : 'application/json',
        });
        response.end(text);
        return true;
      });
      const asked = await createHub({
        http: client(),
        base: async () => hub.base,
        token: async () => undefined,
      });
      const failure = await asked.list('makers/model', 'main', live()).catch((error) => error);
      expect(failure.code).toMatch(new RegExp(code));
      const facts = await asked
        .facts({ repo: 'makers/model', revision: 'main', path: 'x' }, live())
        .catch((error) => error);
      expect(facts.code ?? 'none').toMatch(/HUB_INVALID|NET_PROXY|none/);
    } finally {
      await hub.close();
    }
  });

  it.each(['', 'one', '../x', 'a/b/c', 'a/..', 'a b/c', 'a/b?x', '-a/b'])(
    'is never asked about no repository: %s',
    async (repo) => {
      const asked = await createHub({
        http: client({ isLocked: () => true }),
        base: async () => 'https://hub.example',
        token: async () => undefined,
      });
      await expect(asked.list(repo, 'main', live())).rejects.toMatchObject({ code: 'HUB_MISSING' });
    },
  );

  it.each(['http://hub.example', 'file:///etc', 'nothing', 'ftp://x'])(
    'comes from no such address: %s',
    async (base) => {
      await expect(
        createHub({ http: client(), base: async () => base, token: async () => undefined }),
      ).rejects.toMatchObject({ code: 'HUB_INVALID' });
    },
  );
});
