import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verification } from '../../../contract/models.ts';
import { AppError } from '../../errors.ts';
import { syncFolder } from '../../system/whole-file.ts';
import type { CatalogEntry } from '../catalog/catalog-schema.ts';
import { blocksOf } from '../download/blocks.ts';
import { JOURNAL_FILE, PART_FILE, writeRequest } from '../download/download-job.ts';
import { createFileHasher } from '../download/file-hasher.ts';
import { writeJournal } from '../download/journal.ts';
import { hashFile } from '../hash-file.ts';
import { DOWNLOADS_DIR, type InstalledModel, MANIFEST_FILE } from './installed-model.ts';

/** Hashes the file and compares; names the first block that is not what it was. */
export async function verifyInstalled(
  { manifest, path }: InstalledModel,
  hashWorker: string,
): Promise<Verification> {
  const { id, sizeBytes, blockBytes, checkpoints } = manifest;
  const { sizeBytes: foundBytes, sha256 } = await hashFile(path);
  const ok = foundBytes === sizeBytes && sha256 === manifest.sha256;
  if (ok || foundBytes < sizeBytes) return { id, ok, sizeBytes: foundBytes, sha256 };
  const badBlock = await firstBadBlock(path, sizeBytes, blockBytes, checkpoints, hashWorker);
  return { id, ok, sizeBytes: foundBytes, sha256, ...(badBlock === undefined ? {} : { badBlock }) };
}

async function firstBadBlock(
  path: string,
  sizeBytes: number,
  blockBytes: number,
  expected: string[],
  worker: string,
): Promise<number | undefined> {
  let tell: (index: number) => void = () => undefined;
  const mismatch = new Promise<number>((resolve) => {
    tell = resolve;
  });
  const hasher = createFileHasher({
    path,
    sizeBytes,
    blockBytes,
    worker,
    expected,
    onCheckpoint: () => undefined,
    onMismatch: (index) => tell(index),
  });
  try {
    hasher.advance(sizeBytes);
    return await Promise.race([mismatch, hasher.whole.then(() => undefined)]);
  } catch {
    return undefined;
  } finally {
    await hasher.dispose();
  }
}

/**
 * Turns a damaged model back into a download that lacks its bad blocks, and returns what to download. The good blocks
 * are kept; the hash finds any further bad one on the way.
 *
 * @throws AppError MODEL_HASH for a model that came from no hub.
 */
export async function repairModel(
  model: InstalledModel,
  modelsDir: string,
  hashWorker: string,
): Promise<CatalogEntry> {
  const { manifest, dir } = model;
  const { source, sizeBytes, sha256, blockBytes, checkpoints } = manifest;
  if (source.kind !== 'hub') {
    throw new AppError(
      'MODEL_HASH',
      'This model did not come from the hub, so Sotto cannot fetch it again.',
      {
        hint: 'Remove it and import the file anew.',
      },
    );
  }
  const foundBytes = model.foundBytes ?? 0;
  const bad =
    foundBytes === sizeBytes
      ? await firstBadBlock(model.path, sizeBytes, blockBytes, checkpoints, hashWorker)
      : undefined;
  const written = blocksOf(sizeBytes, [], blockBytes).map(({ index, begin, end }) =>
    index === bad ? 0 : Math.min(end - begin, Math.max(0, foundBytes - begin)),
  );
  const entry: CatalogEntry = {
    ...manifest,
    gated: false,
    quality: 0,
    runnable: true,
    modalities: manifest.modalities.filter((one) => one === 'text' || one === 'image' || one === 'audio'),
    repo: source.repo,
    revision: source.commit ?? source.revision,
    file: source.file,
    sha256,
    backends: ['cpu'],
  };
  const work = join(modelsDir, DOWNLOADS_DIR, manifest.id);
  await writeJournal(join(dir, JOURNAL_FILE), {
    version: 1,
    sizeBytes,
    blockBytes,
    sha256,
    ...(source.commit === undefined ? {} : { commit: source.commit }),
    written,
    checkpoints,
  });
  await writeRequest(dir, { version: 1, entry, isPaused: false });
  await rename(join(dir, manifest.file), join(dir, PART_FILE)).catch(() => undefined);
  await rm(join(dir, MANIFEST_FILE), { force: true });
  await rm(work, { recursive: true, force: true });
  await rename(dir, work);
  await syncFolder(modelsDir);
  return entry;
}
