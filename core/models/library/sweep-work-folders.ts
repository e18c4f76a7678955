import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readRequest } from '../download/download-job.ts';
import { DOWNLOADS_DIR } from './installed-model.ts';

/** An import of another process that still runs has touched its files more lately than this. */
const STALE_MS = 60 * 60_000;

/**
 * Removes what an import or a download left that was ended by force and that nothing can go on with: a folder without a
 * request. Downloads that can go on stay.
 */
export async function sweepWorkFolders(modelsDir: string, now = Date.now()): Promise<void> {
  const dir = join(modelsDir, DOWNLOADS_DIR);
  for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
    const folder = join(dir, entry.name);
    if (!entry.isDirectory() || (await readRequest(folder)) !== undefined) continue;
    if ((await touchedAt(folder)) < now - STALE_MS) await rm(folder, { recursive: true, force: true });
  }
}

async function touchedAt(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const times = await Promise.all(
    [folder, ...names.map((name) => join(folder, name))].map(
      async (path) => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0,
    ),
  );
  return Math.max(...times);
}
