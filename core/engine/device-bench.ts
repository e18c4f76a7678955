import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Device } from '../../contract/models.ts';
import { type Trials, trialsSchema } from '../../contract/trials.ts';
import { AppError } from '../errors.ts';
import type { LoadableModel } from '../models/model-library.ts';
import { withLock } from '../system/lock-file.ts';
import { readOwnText } from '../system/regular-file.ts';
import { makeFolder, writeWhole } from '../system/whole-file.ts';
import { type TrialOptions, tryDevices } from './device-trial.ts';

/** Trials of models on this machine's devices, kept until the file, the driver or the runtime is another. */
export interface DeviceBench {
  /** What is known; undefined where nothing was tried, or not with this driver. */
  known(loadable: LoadableModel): Promise<Trials | undefined>;
  run(loadable: LoadableModel, signal: AbortSignal): Promise<Trials>;
  /** The device to take when the user leaves it open: the quickest that was found right, else the processor. */
  best(loadable: LoadableModel): Promise<Device>;
}

export interface DeviceBenchOptions extends Omit<TrialOptions, 'loadable' | 'signal' | 'threads'> {
  /** Where results are kept. */
  path: string;
  threads: () => number;
  /** Why a device cannot be used on this machine at all, by device. */
  excluded: () => Promise<Partial<Record<Device, string>>>;
  /** What names driver and runtime: with another, all is tried anew. */
  driver: () => string;
}

const busy = () =>
  new AppError('FILE_UNWRITABLE', 'Another Sotto is checking devices.', { hint: 'Try again in a moment.' });

const fileSchema = z.record(z.string(), trialsSchema);

export function createDeviceBench(options: DeviceBenchOptions): DeviceBench {
  const { path, threads, excluded, driver, ...trial } = options;
  const keyOf = ({ path: file, container }: LoadableModel) =>
    createHash('sha256').update(`${file}|${container.sizeBytes}|${driver()}`).digest('hex').slice(0, 24);
  const readAll = async (): Promise<Record<string, Trials>> => {
    try {
      return fileSchema.parse(JSON.parse(await readOwnText(path)));
    } catch {
      return {};
    }
  };
  const known = async (loadable: LoadableModel) => (await readAll())[keyOf(loadable)];
  return {
    known,
    run: async (loadable, signal) => {
      const trials = await tryDevices(['cpu', 'gpu', 'npu'], await excluded(), {
        ...trial,
        loadable,
        threads: threads(),
        signal,
      });
      const result: Trials = { modelId: loadable.model.id, triedAt: new Date().toISOString(), trials };
      await makeFolder(dirname(path));
      await withLock(`${path}.lock`, busy, async () =>
        writeWhole(path, JSON.stringify({ ...(await readAll()), [keyOf(loadable)]: result })),
      );
      return result;
    },
    best: async (loadable) => {
      const trials = (await known(loadable))?.trials ?? [];
      const good = trials.filter(({ verdict }) => verdict === 'works');
      good.sort((a, b) => (b.decodeTokensPerSecond ?? 0) - (a.decodeTokensPerSecond ?? 0));
      return good[0]?.device ?? 'cpu';
    },
  };
}
