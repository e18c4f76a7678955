import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FILE, fetchInto, hashOf, partIn, REPO, someBytes } from '../../../support/hub/fetching.ts';
import { contentOf, createLocalHub, type LocalHub } from '../../../support/hub/local-hub.ts';
import { withTempDir } from '../../../support/models.ts';

const BYTES = someBytes(1_000_003);
const { sha256 } = contentOf(BYTES);

describe('download of a file', () => {
  let hub: LocalHub;
  beforeAll(async () => {
    hub = await createLocalHub();
  });
  afterAll(() => hub.close());
  beforeEach(() => {
    hub.put(REPO, FILE, BYTES);
    hub.gate(REPO, undefined);
    hub.misbehave(() => undefined);
    hub.requests.length = 0;
  });

  it('brings every byte, in parts at once, and hashes it', async () => {
    await withTempDir(async (dir) => {
      const result = await fetchInto(dir, hub);
      expect(result.sha256).toBe(sha256);
      expect(result.checkpoints).toHaveLength(8);
      expect(result.checkpoints.at(-1)).toBe(sha256);
      expect(await hashOf(partIn(dir))).toBe(sha256);
      expect(
        hub.requests.filter((request) => request.range !== undefined && request.server === 'store'),
      ).toHaveLength(8);
    });
  });

  it('goes on where it was stopped', async () => {
    await withTempDir(async (dir) => {
      const stop = new AbortController();
      const stopped = fetchInto(dir, hub, {
        connections: 1,
        signal: stop.signal,
        onProgress: ({ receivedBytes }) => {
          if (receivedBytes > 600_000) stop.abort(new Error('stopped'));
        },
      });
      await expect(stopped).rejects.toThrow('stopped');
      const journal = JSON.parse(await readFile(join(dir, 'journal.json'), 'utf8'));
      const kept = journal.written.reduce((sum: number, bytes: number) => sum + bytes, 0);
      expect(kept).toBeGreaterThan(600_000);
      let fetched = 0;
      const result = await fetchInto(dir, hub, { onBytes: (bytes) => (fetched += bytes) });
      expect(result.sha256).toBe(sha256);
      expect(fetched).toBe(BYTES.length - kept);
    });
  });

  it('finds a block that the disk has changed meanwhile, and fetches that block only', async () => {
    await withTempDir(async (dir) => {
      const stop = new AbortController();
      await fetchInto(dir, hub, {
        connections: 1,
        signal: stop.signal,
        // Slow enough for the hash to keep up.
        bytesPerSecond: () => 2_000_000,
        onProgress: ({ receivedBytes }) => {
          if (receivedBytes > 900_000) stop.abort(new Error('stopped'));
        },
      }).catch(() => undefined);
      const file = await open(partIn(dir), 'r+');
      await file.write(Buffer.of(1, 2, 3), 0, 3, 300_000);
      await file.close();
      let fetched = 0;
      const result = await fetchInto(dir, hub, { onBytes: (bytes) => (fetched += bytes) });
      expect(result.sha256).toBe(sha256);
      expect(await hashOf(partIn(dir))).toBe(sha256);
      expect(fetched).toBeLessThanOrEqual(BYTES.length - 900_000 + 2 * 128 * 1024);
    });
  });

  it('doubts first what an earlier run wrote and no hash vouches for', async () => {
    await withTempDir(async (dir) => {
      const stop = new AbortController();
      await fetchInto(dir, hub, {
        connections: 1,
        signal: stop.signal,
        onProgress: ({ receivedBytes }) => {
          if (receivedBytes > 200_000) stop.abort(new Error('stopped'));
        },
      }).catch(() => undefined);
      // As after a power cut: the journal tells of bytes that never reached the disk, and knows no hash.
      const path = join(dir, 'journal.json');
      const journal = JSON.parse(await readFile(path, 'utf8'));
      await writeFile(path, JSON.stringify({ ...journal, checkpoints: [] }));
      const file = await open(partIn(dir), 'r+');
      await file.write(Buffer.alloc(4096), 0, 4096, 10_000);
      await file.close();
      let fetched = 0;
      const result = await fetchInto(dir, hub, { onBytes: (bytes) => (fetched += bytes) });
      expect(result.sha256).toBe(sha256);
      expect(fetched).toBeLessThanOrEqual(BYTES.length + 128 * 1024);
    });
  });

  it('starts anew when the file on the hub is another one', async () => {
    await withTempDir(async (dir) => {
      const stop = new AbortController();
      await fetchInto(dir, hub, {
        signal: stop.signal,
        onProgress: ({ receivedBytes }) => {
          if (receivedBytes > 500_000) stop.abort(new Error('stopped'));
        },
      }).catch(() => undefined);
      const other = someBytes(1_000_003, 2);
      hub.put(REPO, FILE, other);
      let fetched = 0;
      const result = await fetchInto(dir, hub, { onBytes: (bytes) => (fetched += bytes) });
      // Nothing of the old one is mixed in, to be found out later.
      expect(fetched).toBe(other.length);
      expect(result.sha256).toBe(contentOf(other).sha256);
      expect(await hashOf(partIn(dir))).toBe(result.sha256);
    });
  });

  it('refetches a block that is not what its maker says', async () => {
    await withTempDir(async (dir) => {
      const { checkpoints } = await fetchInto(dir, hub);
      hub.misbehave((_, count) => (count === 3 ? { kind: 'flip', at: 1000 } : undefined));
      await withTempDir(async (second) => {
        let fetched = 0;
        const result = await fetchInto(second, hub, {
          connections: 1,
          trusted: checkpoints,
          onBytes: (bytes) => (fetched += bytes),
        });
        expect(result.sha256).toBe(sha256);
        expect(fetched).toBe(BYTES.length + 128 * 1024);
      });
    });
  });

  it('gives up on a server that brings another file each time, and keeps nothing of it', async () => {
    await withTempDir(async (dir) => {
      hub.misbehave(() => ({ kind: 'flip', at: 5 }));
      await expect(fetchInto(dir, hub)).rejects.toMatchObject({ code: 'MODEL_HASH' });
      const journal = JSON.parse(await readFile(join(dir, 'journal.json'), 'utf8'));
      expect(journal.written.every((bytes: number) => bytes === 0)).toBe(true);
    });
  });

  it('is as slow as it is asked to be', async () => {
    await withTempDir(async (dir) => {
      const startedAt = performance.now();
      await fetchInto(dir, hub, { bytesPerSecond: () => 2_000_000 });
      expect(performance.now() - startedAt).toBeGreaterThan(400);
    });
  });

  it('sends the token to the hub and to nobody else', async () => {
    await withTempDir(async (dir) => {
      hub.gate(REPO, 'secret');
      await expect(fetchInto(dir, hub)).rejects.toMatchObject({ code: 'HUB_GATED' });
      await fetchInto(dir, hub, {}, 'secret');
      expect(
        hub.requests
          .filter((request) => request.server === 'store')
          .every((one) => one.authorization === undefined),
      ).toBe(true);
    });
  });
});
