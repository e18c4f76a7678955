import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { hashConsentSchema } from '../../../contract/library.ts';
import { AppError } from '../../errors.ts';
import { readOwnText } from '../../system/regular-file.ts';
import { writeWhole } from '../../system/whole-file.ts';
import { catalogEntrySchema } from '../catalog/catalog-schema.ts';
import { readContainer } from '../container/container.ts';
import type { Hub, HubFile, HubFileFacts } from '../hub/hub.ts';
import { type FileOrigin, hashUnknown, type KnownHashes, refuseOther } from '../known-hashes.ts';
import { checkSpace } from '../library/import-model.ts';
import { install, makeWorkFolder } from '../library/install-file.ts';
import type { InstalledManifest } from '../library/installed-model.ts';
import { BLOCK_BYTES, blocksOf, writtenBytes } from './blocks.ts';
import { type DownloadProgress, downloadFile } from './download-file.ts';
import { lockDownload } from './download-lock.ts';
import type { HttpClient } from './http-client.ts';
import { readJournal } from './journal.ts';

export const PART_FILE = 'model.part';
export const JOURNAL_FILE = 'journal.json';
const REQUEST_FILE = 'request.json';
export const LOCK_FILE = 'lock';
/** Put there by another process that wants this one to stop. */
export const PAUSE_FILE = 'pause';
const PAUSE_LOOK_MS = 300;

/** What was asked for, so that a later start knows it. It lies beside the part. */
const requestSchema = z.object({
  version: z.literal(1),
  entry: catalogEntrySchema,
  /** What the hub said at the first try: a pinned commit stays the same file whatever is published since. */
  facts: z
    .object({
      sizeBytes: z.int().positive(),
      sha256: z.string().optional(),
      commit: z.string().optional(),
      file: z.string(),
    })
    .optional(),
  isPaused: z.boolean(),
  hash: hashConsentSchema.optional(),
});
export type DownloadRequestFile = z.infer<typeof requestSchema>;

export async function readRequest(work: string): Promise<DownloadRequestFile | undefined> {
  try {
    return requestSchema.parse(JSON.parse(await readOwnText(join(work, REQUEST_FILE))));
  } catch {
    return undefined;
  }
}

export async function writeRequest(work: string, request: DownloadRequestFile): Promise<void> {
  await writeWhole(join(work, REQUEST_FILE), JSON.stringify(request));
}

/** Bytes that are there of a download that does not run. */
export async function receivedBytes(work: string): Promise<number> {
  const journal = await readJournal(join(work, JOURNAL_FILE));
  if (journal === undefined) return 0;
  return writtenBytes(blocksOf(journal.sizeBytes, journal.written, journal.blockBytes));
}

export interface JobOptions {
  http: HttpClient;
  hub: Hub;
  hubBase: string;
  modelsDir: string;
  hashWorker: string;
  hashes: KnownHashes;
  request: DownloadRequestFile;
  bytesPerSecond: () => number | undefined;
  onTotal: (totalBytes: number) => void;
  onProgress: (progress: DownloadProgress) => void;
  onBytes: (bytes: number) => void;
  signal: AbortSignal;
  /** Another process asks this one to stop. */
  onPauseAsked: () => void;
}

/**
 * One download from the hub's facts to the model in its place. Only one process does it at a time.
 *
 * @throws AppError of the hub, the network, the disk; DOWNLOAD_BUSY; the reason of an abort.
 */
export async function runDownload(options: JobOptions): Promise<InstalledManifest> {
  const { modelsDir, request } = options;
  const work = await makeWorkFolder(modelsDir, request.entry.id);
  const lock = await lockDownload(join(work, LOCK_FILE));
  await rm(join(work, PAUSE_FILE), { force: true });
  const looking = setInterval(() => {
    void access(join(work, PAUSE_FILE)).then(options.onPauseAsked, () => undefined);
  }, PAUSE_LOOK_MS);
  try {
    for (;;) {
      const { file, facts } = await resolveFile(options);
      await writeRequest(work, { ...request, facts: { ...facts, file: file.path }, isPaused: false });
      options.onTotal(facts.sizeBytes);
      await checkSpace(work, facts.sizeBytes - (await receivedBytes(work)));
      try {
        return await fetchAndInstall(work, file, facts, options);
      } catch (error) {
        const isOther = error instanceof AppError && error.code === 'DOWNLOAD_CHANGED';
        if (!isOther) throw error;
        // Another file now: what came of the old one is of no use.
        delete request.facts;
        await rm(join(work, PART_FILE), { force: true });
        await rm(join(work, JOURNAL_FILE), { force: true });
      }
    }
  } finally {
    clearInterval(looking);
    // The folder has another name once the model is in its place.
    await lock.release();
  }
}

async function fetchAndInstall(
  work: string,
  file: HubFile,
  facts: HubFileFacts,
  options: JobOptions,
): Promise<InstalledManifest> {
  const { http, hub, hashWorker, request, modelsDir, hashes } = options;
  const origin = originOf(request, file);
  const known = request.hash === 'replace' ? undefined : await hashes.find(origin);
  const { sha256, checkpoints } = await downloadFile({
    http,
    hub,
    file,
    facts,
    partPath: join(work, PART_FILE),
    journalPath: join(work, JOURNAL_FILE),
    hashWorker,
    bytesPerSecond: options.bytesPerSecond,
    onProgress: options.onProgress,
    onBytes: options.onBytes,
    signal: options.signal,
  });
  refuseOther(known, { sha256 });
  await hashes.keep(origin, { sha256, sizeBytes: facts.sizeBytes });
  const described = manifestOf(request, file, facts, sha256, checkpoints, options.hubBase);
  const manifest = await withOwnFacts(described, join(work, PART_FILE));
  for (const name of [JOURNAL_FILE, REQUEST_FILE, LOCK_FILE]) await rm(join(work, name), { force: true });
  await install(modelsDir, work, PART_FILE, manifest);
  return manifest;
}

/** What the file says of itself: more than the hub does, and all there is for a repository that the user named. */
async function withOwnFacts(manifest: InstalledManifest, path: string): Promise<InstalledManifest> {
  const container = manifest.task === 'chat' ? await readContainer(path).catch(() => undefined) : undefined;
  const contextTokens = manifest.contextTokens ?? container?.metadata.maxTokens;
  return {
    ...manifest,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(container?.memory === undefined ? {} : { memory: container.memory }),
  };
}

/** Which file exactly, and what the hub says of it. A hash that the catalogue knows must be the hub's as well. */
async function resolveFile({
  hub,
  hashes,
  request,
  signal,
}: JobOptions): Promise<{ file: HubFile; facts: HubFileFacts }> {
  const { entry, facts: known, hash } = request;
  const { repo, revision } = entry;
  const path = known?.file ?? (await pathOf(hub, entry, signal));
  const pinned = known?.commit ?? revision;
  const facts =
    known === undefined
      ? await hub.facts({ repo, revision, path }, signal)
      : { sizeBytes: known.sizeBytes, sha256: known.sha256, commit: known.commit };
  if (entry.sha256 !== undefined && facts.sha256 !== entry.sha256) {
    throw new AppError('MODEL_HASH', 'The file on the hub is not the one that the catalogue describes.', {
      hint: 'Update Sotto, or choose another model.',
    });
  }
  const pin = await hashes.find({ repo, revision, file: path });
  if (hash !== 'replace') refuseOther(pin, facts);
  if ((pin ?? facts.sha256 ?? hash) === undefined) throw hashUnknown();
  return { file: { repo, revision: facts.commit ?? pinned, path }, facts };
}

function originOf({ entry: { repo, revision } }: DownloadRequestFile, { path }: HubFile): FileOrigin {
  return { repo, revision, file: path };
}

/** A name that starts with an asterisk stands for the one file of the repository that ends so. */
async function pathOf(
  hub: Hub,
  { repo, revision, file }: DownloadRequestFile['entry'],
  signal: AbortSignal,
): Promise<string> {
  if (!file.startsWith('*')) return file;
  const entries = await hub.list(repo, revision, signal);
  const [only, ...others] = entries.filter((one) => one.path.endsWith(file.slice(1)));
  if (only !== undefined && others.length === 0) return only.path;
  throw new AppError('HUB_MISSING', 'The hub has no such file of this model any more.', {
    hint: 'Update Sotto, or choose another model.',
  });
}

function manifestOf(
  { entry }: DownloadRequestFile,
  file: HubFile,
  facts: HubFileFacts,
  sha256: string,
  checkpoints: string[],
  hubBase: string,
): InstalledManifest {
  const { id, name, maker, task, summary, licence, termsUrl, languages, modalities, quantization } = entry;
  return {
    version: 1,
    id,
    name,
    maker,
    task,
    summary,
    licence,
    ...(termsUrl === undefined ? {} : { termsUrl }),
    languages,
    modalities,
    quantization,
    ...(entry.contextTokens === undefined ? {} : { contextTokens: entry.contextTokens }),
    ...(entry.minMemoryBytes === undefined ? {} : { minMemoryBytes: entry.minMemoryBytes }),
    file: `${id}${file.path.endsWith('.tflite') ? '.tflite' : '.litertlm'}`,
    sizeBytes: facts.sizeBytes,
    sha256,
    checkpoints,
    blockBytes: BLOCK_BYTES,
    source: {
      kind: 'hub',
      hub: hubBase,
      repo: entry.repo,
      revision: entry.revision,
      file: file.path,
      ...(facts.commit === undefined ? {} : { commit: facts.commit }),
    },
    installedAt: new Date().toISOString(),
  };
}
