import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCore } from '../../../../core/create-core.ts';
import { silentLogger } from '../../../../core/logger.ts';
import { createHttpClient } from '../../../../core/models/download/http-client.ts';
import { tokenOfEnvironment } from '../../../../core/models/hub/access-token.ts';
import { withTempDir } from '../../../support/models.ts';
import { scriptedLauncher } from '../../../support/scripted-engine.ts';

const servers: Server[] = [];

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that remembers what tokens it was sent, and redirects where there is somewhere to redirect to. */
async function listener(redirects: () => string | undefined = () => undefined) {
  const seen: Array<string | undefined> = [];
  const server = createServer(({ headers }, response) => {
    seen.push(headers.authorization);
    const location = redirects();
    if (location !== undefined) response.writeHead(302, { location }).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { seen, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Looks at a repository of the mirror, as the settings and the environment have it, and tells what the hub was told. */
async function lookAt(mirror: string, hubToken?: (origin: string) => Promise<string | undefined>) {
  return withTempDir(async (dataDir) => {
    const core = createCore({
      version: '1.2.3',
      electron: undefined,
      nativeDir: '/nowhere',
      builtInModelsDir: '/nowhere',
      cacheDir: '/tmp',
      dataDir,
      hashWorker: '',
      ...(hubToken === undefined ? {} : { hubToken }),
      proxyFor: async () => undefined,
      launchEngine: scriptedLauncher().launch,
      log: silentLogger,
      broadcast: () => undefined,
    });
    try {
      await core.modelService.setPreferences({ hub: mirror });
      await core.modelService.addRepo('makers/model').catch(() => undefined);
      return (await core.modelService.overview()).network.hasToken;
    } finally {
      await core.dispose();
    }
  });
}

describe('an access token', () => {
  it('is sent by the client to its own host alone, whoever is asked first and wherever that leads', async () => {
    const other = await listener();
    let next: string | undefined;
    const own = await listener(() => next);
    const http = createHttpClient({ proxyFor: async () => undefined });
    const ask = async (origin: string) => {
      const token = { secret: 'hf_own', origin: own.origin };
      (await http.request(`${origin}/x`, { token, signal: new AbortController().signal })).discard();
    };
    await ask(own.origin);
    await ask(other.origin);
    next = `${other.origin}/blob`;
    await ask(own.origin);
    await http.dispose();
    expect(own.seen).toEqual(['Bearer hf_own', 'Bearer hf_own']);
    expect(other.seen).toEqual([undefined, undefined]);
  });

  it('is not taken to a host by a redirect from another one', async () => {
    const own = await listener();
    const other = await listener(() => `${own.origin}/x`);
    const http = createHttpClient({ proxyFor: async () => undefined });
    const token = { secret: 'hf_own', origin: own.origin };
    (await http.request(`${other.origin}/x`, { token, signal: new AbortController().signal })).discard();
    await http.dispose();
    expect([other.seen, own.seen]).toEqual([[undefined], [undefined]]);
  });

  it('of the environment is not sent to a mirror of the settings', async () => {
    vi.stubEnv('HF_TOKEN', 'hf_environment');
    vi.stubEnv('HF_ENDPOINT', '');
    const mirror = await listener();
    expect(await lookAt(mirror.origin)).toBe(false);
    expect(mirror.seen).toEqual([undefined]);
  });

  it('of the environment is sent to the mirror that the environment names', async () => {
    const mirror = await listener();
    vi.stubEnv('HF_TOKEN', 'hf_environment');
    vi.stubEnv('HF_ENDPOINT', `${mirror.origin}/hub/`);
    expect(await lookAt(mirror.origin)).toBe(true);
    expect(mirror.seen).toEqual(['Bearer hf_environment']);
  });

  it('is asked of the host by the origin that it will be sent to', async () => {
    const mirror = await listener();
    const asked: string[] = [];
    await lookAt(`${mirror.origin}/some/path`, async (origin) => {
      asked.push(origin);
      return 'hf_kept';
    });
    expect(new Set(asked)).toEqual(new Set([mirror.origin]));
    expect(mirror.seen).toEqual(['Bearer hf_kept']);
  });

  it.each([
    ['https://huggingface.co', undefined, 'hf'],
    ['https://huggingface.co', 'https://mirror.example/hf', 'hf'],
    ['https://mirror.example', 'https://mirror.example/hf', 'hf'],
    ['https://mirror.example', undefined, undefined],
    ['https://mirror.example:8443', 'https://mirror.example', undefined],
    ['https://huggingface.co.example', 'no address', undefined],
    ['http://huggingface.co', undefined, undefined],
  ])('of the environment is for %s with HF_ENDPOINT %s: %s', (origin, HF_ENDPOINT, expected) => {
    const environment = { HF_TOKEN: 'hf', ...(HF_ENDPOINT === undefined ? {} : { HF_ENDPOINT }) };
    expect(tokenOfEnvironment(origin, environment)).toBe(expected);
  });
});
