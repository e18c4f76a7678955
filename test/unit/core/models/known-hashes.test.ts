import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HashConsent } from '../../../../contract/library.ts';
import { createDownloads } from '../../../../core/models/download/downloads.ts';
import { createHttpClient } from '../../../../core/models/download/http-client.ts';
import { createKnownHashes } from '../../../../core/models/known-hashes.ts';
import { importPack } from '../../../../core/models/library/pack.ts';
import { FILE, HASH_WORKER, REPO, someBytes } from '../../../support/hub/fetching.ts';
import { contentOf, createLocalHub, type LocalHub } from '../../../support/hub/local-hub.ts';
import { withTempDir } from '../../../support/models.ts';

const SIZE = 200_000;
const ENTRY = {
  id: 'model',
  name: 'Model',
  maker: 'Makers',
  summary: '',
  licence: 'MIT',
  gated: false,
  task: 'chat' as const,
  modalities: ['text' as const],
  languages: ['en'],
  quality: 1,
  runnable: true,
  repo: REPO,
  revision: 'main',
  file: FILE,
  quantization: 'INT4',
  backends: ['cpu' as const],
};

let hub: LocalHub;
beforeAll(async () => {
  hub = await createLocalHub();
});
afterAll(() => hub.close());

/** What the hub offers from now on; each seed is another file of the same length. */
function offer(seed: number, hasNoHash = false): string {
  const content = { ...contentOf(someBytes(SIZE, seed)), hasNoHash };
  hub.put(REPO, FILE, content);
  return content.sha256;
}

/** Downloads the model anew, as after its removal and a restart. Returns its hash, or the code of what went wrong. */
async function take(dir: string, hash?: HashConsent): Promise<string> {
  await rm(join(dir, 'model'), { recursive: true, force: true });
  const downloads = createDownloads({
    http: createHttpClient({ proxyFor: async () => undefined }),
    hubBase: async () => hub.base,
    token: async () => undefined,
    modelsDir: async () => dir,
    hashWorker: HASH_WORKER,
    hashes: createKnownHashes(join(dir, 'model-hashes.json')),
    bytesPerSecond: async () => undefined,
    onChange: () => undefined,
    onInstalled: async () => undefined,
  });
  try {
    await downloads.start(ENTRY, hash);
    return (await downloads.finished('model')).sha256;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await downloads.dispose();
  }
}

describe('a file that no catalogue has a hash of', () => {
  it('is the same for ever after its first download, unless the user takes another', async () => {
    await withTempDir(async (dir) => {
      const first = offer(1);
      expect(await take(dir)).toBe(first);
      expect(await take(dir)).toBe(first);
      const other = offer(2);
      expect(await take(dir)).toBe('HASH_CHANGED');
      expect(await take(dir, 'accept')).toBe('HASH_CHANGED');
      expect(await take(dir, 'replace')).toBe(other);
      expect(await take(dir)).toBe(other);
    });
  });

  it('is taken only with the user’s consent where the hub tells none either, and kept to from then on', async () => {
    await withTempDir(async (dir) => {
      const first = offer(3, true);
      const before = hub.sentBytes();
      expect(await take(dir)).toBe('HASH_UNKNOWN');
      expect(hub.sentBytes()).toBe(before);
      expect(await take(dir, 'accept')).toBe(first);
      // It is known by now.
      expect(await take(dir)).toBe(first);
      // Whoever leaves the hash out does not get round it.
      offer(4, true);
      expect(await take(dir)).toBe('HASH_CHANGED');
      expect(await readFile(join(dir, 'model', 'model.json')).catch(() => 'absent')).toBe('absent');
    });
  });

  it('is not taken at all where the list of hashes is damaged', async () => {
    await withTempDir(async (dir) => {
      offer(5);
      await writeFile(join(dir, 'model-hashes.json'), '{"version":1,"hashes":');
      expect(await take(dir)).toBe('HASH_UNKNOWN');
      expect(await readFile(join(dir, 'model-hashes.json'), 'utf8')).toBe('{"version":1,"hashes":');
    });
  });
});

describe('a pack', () => {
  it('brings no other file than the one that is known, and none than its first', async () => {
    await withTempDir(async (dir) => {
      const modelsDir = join(dir, 'models');
      const hashes = createKnownHashes(join(dir, 'model-hashes.json'));
      const pack = async (seed: number) => {
        const { bytes = Buffer.alloc(0), sizeBytes, sha256 } = contentOf(someBytes(SIZE, seed));
        const { id, name, maker, task, summary, licence, languages, modalities, quantization } = ENTRY;
        const manifest = { version: 1, id, name, maker, task, summary, licence, languages, modalities };
        const file = { file: 'model.litertlm', sizeBytes, sha256, checkpoints: [], blockBytes: 64 };
        const rest = { quantization, source: { kind: 'import' }, installedAt: '2026-11-24T00:00:00.000Z' };
        await writeFile(join(dir, 'model.json'), JSON.stringify({ ...manifest, ...file, ...rest }));
        await writeFile(join(dir, 'model.litertlm'), bytes);
        return sha256;
      };
      const bring = (hash?: HashConsent, catalogue: Array<typeof ENTRY & { sha256: string }> = []) =>
        importPack(dir, modelsDir, HASH_WORKER, { catalogue, hashes, hash }).then(
          ({ sha256 }) => sha256,
          (error: { code: string }) => error.code,
        );
      const first = await pack(1);
      expect(await bring(undefined, [{ ...ENTRY, sha256: 'a'.repeat(64) }])).toBe('HASH_CHANGED');
      expect(await bring()).toBe(first);
      const other = await pack(2);
      expect(await bring()).toBe('HASH_CHANGED');
      expect(await bring('replace')).toBe(other);
    });
  });
});
