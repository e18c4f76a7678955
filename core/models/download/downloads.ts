import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HashConsent, ModelState } from '../../../contract/library.ts';
import { AppError, toErrorInfo } from '../../errors.ts';
import { makeFile } from '../../system/own-file.ts';
import type { CatalogEntry } from '../catalog/catalog-schema.ts';
import type { TokenSource } from '../hub/access-token.ts';
import { createHub, type Hub } from '../hub/hub.ts';
import type { KnownHashes } from '../known-hashes.ts';
import { makeWorkFolder } from '../library/install-file.ts';
import { DOWNLOADS_DIR, type InstalledManifest } from '../library/installed-model.ts';
import {
  LOCK_FILE,
  PAUSE_FILE,
  readRequest,
  receivedBytes,
  runDownload,
  writeRequest,
} from './download-job.ts';
import { lockDownload } from './download-lock.ts';
import type { HttpClient } from './http-client.ts';
import { createSpeedMeter } from './speed.ts';

/** How often a running download is told of. */
const TELL_MS = 250;

export interface Downloads {
  /** States of everything that is not finished, by id. */
  states(): ReadonlyMap<string, ModelState>;
  entryOf(id: string): CatalogEntry | undefined;
  /** Queues a download, or takes up one that was paused. */
  start(entry: CatalogEntry, hash?: HashConsent): Promise<void>;
  /** Stops it and keeps what came, also over a restart. */
  pause(id: string): Promise<void>;
  /** Stops it and leaves nothing. @throws AppError DOWNLOAD_BUSY when another process has it. */
  cancel(id: string): Promise<void>;
  /** Finds what earlier runs left; with `goOn` what was running then runs again. */
  restore(goOn: boolean): Promise<void>;
  /** Resolves with the model, or rejects with why it is paused. */
  finished(id: string): Promise<InstalledManifest>;
  dispose(): Promise<void>;
}

export interface DownloadsOptions {
  http: HttpClient;
  hubBase: () => Promise<string>;
  token: TokenSource;
  modelsDir: () => Promise<string>;
  hashWorker: string;
  hashes: KnownHashes;
  bytesPerSecond: () => Promise<number | undefined>;
  onChange: (id: string, state: ModelState) => void;
  onInstalled: (manifest: InstalledManifest) => Promise<void>;
}

interface Job {
  entry: CatalogEntry;
  hash?: HashConsent | undefined;
  state: ModelState;
  abort: AbortController;
  running: Promise<unknown> | undefined;
  waiting: Array<{ resolve: (manifest: InstalledManifest) => void; reject: (error: unknown) => void }>;
}

class Stopped extends Error {}

/** How long another process is given to stop. */
const PAUSE_WAIT_MS = 5_000;

/** Asks another process that has the download to stop, and waits until it has. */
async function askToPause(work: string): Promise<void> {
  const path = join(work, PAUSE_FILE);
  for (const startedAt = performance.now(); performance.now() - startedAt < PAUSE_WAIT_MS; await delay(100)) {
    const lock = await lockDownload(join(work, LOCK_FILE)).catch(() => undefined);
    if (lock !== undefined) {
      await rm(path, { force: true });
      await lock.release();
      return;
    }
    await makeFile(path).then(
      (file) => file.close(),
      () => undefined,
    );
  }
}

/** All downloads of this process: one at a time, in the order asked for, each at the full speed of the line. */
export function createDownloads(options: DownloadsOptions): Downloads {
  const jobs = new Map<string, Job>();
  let isDisposed = false;

  const setState = (job: Job, state: ModelState) => {
    job.state = state;
    options.onChange(job.entry.id, state);
  };
  const bytesOf = async (id: string) => receivedBytes(join(await options.modelsDir(), DOWNLOADS_DIR, id));
  const totalOf = (job: Job) =>
    'totalBytes' in job.state ? job.state.totalBytes : (job.entry.sizeBytes ?? 0);

  const settle = (job: Job, end: { manifest: InstalledManifest } | { error: unknown }) => {
    for (const { resolve, reject } of job.waiting.splice(0)) {
      if ('manifest' in end) resolve(end.manifest);
      else reject(end.error);
    }
  };

  const next = () => {
    if (isDisposed || [...jobs.values()].some((job) => job.running !== undefined)) return;
    const job = [...jobs.values()].find(({ state }) => state.state === 'queued');
    if (job === undefined) return;
    job.running = run(job).finally(() => {
      job.running = undefined;
      next();
    });
  };

  const run = async (job: Job): Promise<void> => {
    const { id } = job.entry;
    try {
      const manifest = await download(job);
      jobs.delete(id);
      await options.onInstalled(manifest);
      options.onChange(id, { state: 'ready' });
      settle(job, { manifest });
    } catch (error) {
      if (!jobs.has(id)) return;
      const info = error instanceof Stopped ? undefined : toErrorInfo(error);
      if (info === undefined && !isDisposed) await rememberPause(job);
      const received = await bytesOf(id);
      const state = { state: 'paused', receivedBytes: received, totalBytes: totalOf(job) } as const;
      setState(job, info === undefined ? state : { ...state, error: info });
      settle(job, { error });
    }
  };

  const download = async (job: Job): Promise<InstalledManifest> => {
    const modelsDir = await options.modelsDir();
    const hubBase = await options.hubBase();
    const hub: Hub = await createHub({ http: options.http, base: async () => hubBase, token: options.token });
    const limit = await options.bytesPerSecond();
    const work = await makeWorkFolder(modelsDir, job.entry.id);
    const known = await readRequest(work);
    const request = {
      version: 1,
      entry: job.entry,
      isPaused: false,
      facts: known?.facts,
      hash: job.hash ?? known?.hash,
    } as const;
    const meter = createSpeedMeter();
    let totalBytes = totalOf(job);
    let toldAt = 0;
    return runDownload({
      http: options.http,
      hub,
      hubBase,
      modelsDir,
      hashWorker: options.hashWorker,
      hashes: options.hashes,
      request: { ...request },
      bytesPerSecond: () => limit,
      signal: job.abort.signal,
      onPauseAsked: () => job.abort.abort(new Stopped()),
      onTotal: (bytes) => {
        totalBytes = bytes;
      },
      onBytes: (bytes) => meter.add(bytes),
      onProgress: ({ stage, receivedBytes: received }) => {
        const isNew = stage !== job.state.state;
        if (!isNew && performance.now() - toldAt < TELL_MS) return;
        toldAt = performance.now();
        const bytesPerSecond = meter.bytesPerSecond();
        if (stage === 'verifying') setState(job, { state: 'verifying', totalBytes });
        else {
          setState(job, {
            state: 'downloading',
            receivedBytes: received,
            totalBytes,
            ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
          });
        }
      },
    });
  };

  const rememberPause = async ({ entry }: Job): Promise<void> => {
    const work = await makeWorkFolder(await options.modelsDir(), entry.id);
    const request = await readRequest(work);
    await writeRequest(work, { version: 1, entry, ...request, isPaused: true });
  };

  const stop = async (job: Job): Promise<void> => {
    job.abort.abort(new Stopped());
    await job.running?.catch(() => undefined);
  };

  const add = (entry: CatalogEntry, state: ModelState): Job => {
    const job: Job = { entry, state, abort: new AbortController(), running: undefined, waiting: [] };
    jobs.set(entry.id, job);
    return job;
  };

  const enqueue = async (entry: CatalogEntry, hash?: HashConsent): Promise<void> => {
    const received = await bytesOf(entry.id);
    const known = jobs.get(entry.id);
    const totalBytes = known === undefined ? (entry.sizeBytes ?? 0) : totalOf(known);
    if (known?.running !== undefined || known?.state.state === 'queued') return;
    const job = add(known?.entry ?? entry, { state: 'queued', receivedBytes: received, totalBytes });
    job.hash = hash;
    job.waiting = known?.waiting ?? [];
    options.onChange(entry.id, job.state);
    next();
  };

  return {
    states: () => new Map([...jobs].map(([id, job]) => [id, job.state])),
    entryOf: (id) => jobs.get(id)?.entry,
    start: enqueue,
    pause: async (id) => {
      const job = jobs.get(id);
      if (job === undefined) return;
      await stop(job);
      // One that finished in the last moment is a model, and not paused.
      if (!jobs.has(id)) return;
      await askToPause(join(await options.modelsDir(), DOWNLOADS_DIR, id));
      await rememberPause(job);
      setState(job, { state: 'paused', receivedBytes: await bytesOf(id), totalBytes: totalOf(job) });
    },
    cancel: async (id) => {
      const job = jobs.get(id);
      if (job === undefined) return;
      await stop(job);
      if (!jobs.has(id)) return;
      const work = await makeWorkFolder(await options.modelsDir(), id);
      // Not while another process writes to it.
      const lock = await lockDownload(join(work, LOCK_FILE));
      jobs.delete(id);
      await rm(work, { recursive: true, force: true });
      await lock.release();
      options.onChange(id, { state: 'absent' });
      settle(job, { error: new Stopped() });
    },
    restore: async (goOn) => {
      const dir = join(await options.modelsDir(), DOWNLOADS_DIR);
      for (const name of await readdir(dir).catch(() => [])) {
        const request = await readRequest(join(dir, name));
        if (request === undefined || request.entry.id !== name || jobs.has(name)) continue;
        const totalBytes = request.facts?.sizeBytes ?? request.entry.sizeBytes ?? 0;
        const received = await bytesOf(name);
        const isQueued = goOn && !request.isPaused;
        add(request.entry, { state: isQueued ? 'queued' : 'paused', receivedBytes: received, totalBytes });
      }
      next();
    },
    finished: (id) =>
      new Promise((resolve, reject) => {
        const job = jobs.get(id);
        if (job === undefined) reject(new AppError('MODEL_MISSING', 'Nothing is being downloaded.'));
        else job.waiting.push({ resolve, reject });
      }),
    dispose: async () => {
      isDisposed = true;
      await Promise.all([...jobs.values()].map(stop));
      await options.http.dispose();
    },
  };
}
