import { createServer as createTcpServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../../../core/models/download/http-client.ts';
import { nameOfProxy, proxyFromEnvironment, toProxy } from '../../../../core/models/download/proxy.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A proxy that notes what it is asked first, and hangs up. */
async function listen(): Promise<{ port: number; asked: Buffer[] }> {
  const asked: Buffer[] = [];
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      asked.push(bytes);
      socket.destroy();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as { port: number }).port, asked };
}

describe('a proxy', () => {
  it.each([
    ['proxy', 'http://proxy:1080'],
    ['proxy:3128', 'http://proxy:3128'],
    ['http://proxy:80', 'http://proxy:80'],
    ['HTTP://proxy:3128/', 'http://proxy:3128'],
    ['https://proxy', 'https://proxy:443'],
    ['socks5://proxy', 'socks5://proxy:1080'],
    ['SOCKS5H://proxy:9', 'socks5h://proxy:9'],
    ['anna:s%40cret@proxy:3128', 'http://anna:s%40cret@proxy:3128'],
    ['[::1]:3128', 'http://[::1]:3128'],
  ])('is taken as curl takes it: %s', (text, wanted) => {
    expect(toProxy(text)).toBe(wanted);
  });

  it.each(['socks4://proxy:1080', 'ftp://proxy', 'http://', 'proxy:99999'])('is refused: %s', (text) => {
    expect(() => toProxy(text)).toThrowError(expect.objectContaining({ code: 'NET_PROXY' }));
  });

  it.each([
    ['hub.example', true],
    ['.hub.example', true],
    ['*.hub.example', true],
    ['hub.example.', true],
    ['other, hub.example:443', true],
    ['other hub.example', true],
    ['*', true],
    ['hub.example:8443', false],
    ['b.example', false],
    ['.com', false],
    ['', false],
  ])('is not taken for what no_proxy names: %j', (no_proxy, isExcepted) => {
    const proxy = proxyFromEnvironment('https://hub.example/x', { https_proxy: 'proxy:1', no_proxy });
    expect(proxy).toBe(isExcepted ? undefined : 'http://proxy:1');
  });

  it.each([
    ['https://10.1.2.3/', '10.0.0.0/8', true],
    ['https://11.1.2.3/', '10.0.0.0/8', false],
    ['https://[fd00::1]/', 'fd00::/8', true],
    ['https://[fd00::1]/', '[fd00::1]', true],
    ['https://10.1.2.3/', '10.0.0.0/99', false],
    ['https://hub.example/', '10.0.0.0/8', false],
  ])('is not taken for addresses of no_proxy: %s %s', (url, no_proxy, isExcepted) => {
    expect(proxyFromEnvironment(url, { all_proxy: 'proxy:1', no_proxy }) === undefined).toBe(isExcepted);
  });

  it.each(['http', 'socks5'])('that makes no connection is named, without its password: %s', async (kind) => {
    const { port, asked } = await listen();
    const http = createHttpClient({
      proxyFor: async () => toProxy(`${kind}://anna:secret@127.0.0.1:${port}`),
      stallMs: 5000,
    });
    const failure = await http
      .request('https://hub.example/x', { signal: new AbortController().signal })
      .catch((error: unknown) => error);
    await http.dispose();
    expect(failure).toMatchObject({ code: 'NET_PROXY' });
    expect(String(failure)).toContain(`${kind}://127.0.0.1:${port}`);
    expect(String(failure)).not.toContain('secret');
    const begin = kind === 'http' ? Buffer.from('CONNECT hub.example:443') : Buffer.from([5]);
    expect(asked[0]?.subarray(0, begin.length)).toEqual(begin);
  });

  it.each([
    ['http', '10.0.0.7', 'NET_REDIRECT'],
    ['socks5', '10.0.0.7', 'NET_REDIRECT'],
    ['http', '8.8.8.8', 'NET_PROXY'],
    // Nothing answers here: what the name itself tells must do.
    ['http', undefined, 'NET_PROXY'],
    // The user wants no name to be looked up here.
    ['socks5h', '10.0.0.7', 'NET_PROXY'],
  ])('is asked for no name that leads inside: %s, %s', async (kind, address, code) => {
    const { port, asked } = await listen();
    const http = createHttpClient({
      proxyFor: async () => `${kind}://127.0.0.1:${port}`,
      lookup: (_host, _options, done) =>
        address === undefined ? done(new Error('no resolver'), []) : done(null, [{ address, family: 4 }]),
      stallMs: 5000,
    });
    const failure = await http
      .request('https://wildcard.example/x', { signal: new AbortController().signal })
      .catch((error: unknown) => error);
    await http.dispose();
    expect(failure).toMatchObject({ code });
    expect(asked.length > 0).toBe(code === 'NET_PROXY');
  });

  it('is told without its password', () => {
    expect(nameOfProxy('http://anna:p@ss@proxy:1')).toBe('http://proxy:1');
  });
});
