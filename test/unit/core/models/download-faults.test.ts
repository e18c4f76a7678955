import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../../support/hub/faults.ts';
import { FILE, fetchInto, hashOf, partIn, REPO, someBytes } from '../../../support/hub/fetching.ts';
import { contentOf, createLocalHub, type LocalHub } from '../../../support/hub/local-hub.ts';
import { withTempDir } from '../../../support/models.ts';

const BYTES = someBytes(700_001);
const { sha256 } = contentOf(BYTES);
/** All fifteen places in `npm run test:faults`, every tenth part of them otherwise. */
const PLACES = process.env.SOTTO_FAULTS === 'full' ? 15 : 2;
const BLOCK = 128 * 1024;
const placeOf = (step: number) => Math.floor((BLOCK * (step + 0.5)) / PLACES);

/** A fault of one answer, by how far into it; the second says how a download must end that meets it each time. */
const FAMILIES: Array<[name: string, fault: (at: number) => Fault, always: string]> = [
  ['connection reset', (at) => ({ kind: 'reset', at }), 'done'],
  ['stall', (at) => ({ kind: 'stall', at }), 'done'],
  ['body too short', (at) => ({ kind: 'truncate', at }), 'done'],
  ['body too long', (at) => ({ kind: 'extra', bytes: 1 + at }), 'HUB_INVALID'],
  ['flipped byte', (at) => ({ kind: 'flip', at }), 'MODEL_HASH'],
  ['200 for a range', () => ({ kind: 'ignore-range' }), 'done'],
  ['wrong Content-Range', () => ({ kind: 'wrong-range' }), 'HUB_INVALID'],
  ['another size in Content-Range', () => ({ kind: 'wrong-total' }), 'HUB_BUSY'],
  ['416', () => ({ kind: 'range-refused' }), 'HUB_BUSY'],
  ['another ETag', () => ({ kind: 'other-etag' }), 'done'],
  ['weak ETag', () => ({ kind: 'weak-etag' }), 'done'],
  ['no ETag', () => ({ kind: 'no-etag' }), 'done'],
  [
    'redirect without encryption',
    () => ({ kind: 'redirect', to: 'http://example.com/model' }),
    'NET_REDIRECT',
  ],
  [
    'redirect into another network',
    () => ({ kind: 'redirect', to: 'http://192.168.0.1/model' }),
    'NET_REDIRECT',
  ],
  ['redirect to itself', () => ({ kind: 'redirect', to: '' }), 'NET_REDIRECT'],
  ['403 of an expired address', () => ({ kind: 'status', status: 403 }), 'HUB_GATED'],
  ['429 with Retry-After', () => ({ kind: 'status', status: 429, retryAfter: '0' }), 'HUB_BUSY'],
  ['503', () => ({ kind: 'status', status: 503 }), 'HUB_BUSY'],
  ['page of a proxy', () => ({ kind: 'html' }), 'NET_PROXY'],
  ['packed on the way', () => ({ kind: 'gzip' }), 'NET_PROXY'],
];

describe('download from a server that misbehaves', () => {
  let hub: LocalHub;
  beforeAll(async () => {
    hub = await createLocalHub();
    hub.put(REPO, FILE, BYTES);
  });
  afterAll(() => hub.close());

  const attempt = async (dir: string) => {
    try {
      const result = await fetchInto(dir, hub, { connections: 2, stallMs: 250, failuresAllowed: 3 });
      expect(result.sha256).toBe(sha256);
      expect(await hashOf(partIn(dir))).toBe(sha256);
      return 'done';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  };

  for (const [name, fault, always] of FAMILIES) {
    it(`${name}, once: the right file all the same`, async () => {
      for (let step = 0; step < PLACES; step += 1) {
        hub.misbehave((_, count) => (count === 1 + (step % 4) ? fault(placeOf(step)) : undefined));
        await withTempDir(async (dir) => expect(await attempt(dir)).toBe('done'));
      }
    });

    it(`${name}, each time: a clear end`, async () => {
      for (let step = 0; step < Math.ceil(PLACES / 5); step += 1) {
        hub.misbehave(() => fault(placeOf(step) + 60_000));
        await withTempDir(async (dir) => {
          expect(await attempt(dir)).toBe(always);
          // What came can be gone on from.
          if (always !== 'done') hub.misbehave(() => undefined);
          if (always !== 'done') expect(await attempt(dir)).toBe('done');
          expect(existsSync(partIn(dir))).toBe(true);
        });
      }
    });
  }
});
