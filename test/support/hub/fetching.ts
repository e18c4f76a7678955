import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DownloadedFile,
  type DownloadOptions,
  downloadFile,
} from '../../../core/models/download/download-file.ts';
import { createHttpClient } from '../../../core/models/download/http-client.ts';
import { createHub } from '../../../core/models/hub/hub.ts';
import type { LocalHub } from './local-hub.ts';

export const HASH_WORKER = join(import.meta.dirname, '../../../core/models/download/hash-worker.ts');
export const REPO = 'makers/model';
export const FILE = 'model.litertlm';

/** Bytes without a pattern, the same for the same seed. */
export function someBytes(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at < length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, Math.min(at, length - 4));
  }
  return bytes;
}

/** Downloads the hub's file into a folder as the app would, with less patience. */
export async function fetchInto(
  dir: string,
  hub: LocalHub,
  options: Partial<DownloadOptions> & { stallMs?: number } = {},
  token?: string,
): Promise<DownloadedFile> {
  const http = createHttpClient({ stallMs: options.stallMs ?? 400, proxyFor: async () => undefined });
  try {
    const signal = options.signal ?? new AbortController().signal;
    const client = await createHub({ http, base: async () => hub.base, token: async () => token });
    const file = { repo: REPO, revision: 'main', path: FILE };
    return await downloadFile({
      http,
      hub: client,
      file,
      facts: await client.facts(file, signal),
      partPath: partIn(dir),
      journalPath: join(dir, 'journal.json'),
      hashWorker: HASH_WORKER,
      blockBytes: 128 * 1024,
      onProgress: () => undefined,
      failuresAllowed: 4,
      firstWaitMs: 5,
      ...options,
      signal,
    });
  } finally {
    await http.dispose();
  }
}

export function partIn(dir: string): string {
  return join(dir, 'model.part');
}

export async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
