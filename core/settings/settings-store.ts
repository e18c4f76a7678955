import { watch } from 'node:fs';
import { rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { appSettingsSchema } from '../../contract/app-settings.ts';
import { modelSettingsSchema, presetNameSchema, presetValuesSchema } from '../../contract/model-settings.ts';
import { AppError } from '../errors.ts';
import { withLock } from '../system/lock-file.ts';
import { readOwnText } from '../system/regular-file.ts';
import { makeFolder, writeWhole } from '../system/whole-file.ts';
import { createTurns } from '../turns.ts';

/** What the user has set, for the window and the terminal alike. A value that makes no sense is left out. */
const settingsSchema = z.object({
  /** Where models are kept; by default a folder of Sotto's own. */
  modelsDir: z.string().optional().catch(undefined),
  /** A mirror of the hub. */
  hub: z.string().optional().catch(undefined),
  /** False: nothing is ever fetched. */
  network: z.boolean().default(true).catch(true),
  /** Bytes a second that a download may take. */
  speedLimit: z.number().positive().optional().catch(undefined),
  /** After how many minutes without a question a model gives its memory back. */
  idleMinutes: z.number().positive().max(10_000).optional().catch(undefined),
  /** How the window looks and behaves. */
  app: appSettingsSchema.catch(() => appSettingsSchema.parse({})).default(() => appSettingsSchema.parse({})),
  chosenChat: z.string().optional().catch(undefined),
  chosenSpeech: z.string().optional().catch(undefined),
  /** By the model's id. */
  perModel: z.record(z.string(), modelSettingsSchema.catch({})).default({}).catch({}),
  presets: z
    .array(z.object({ name: presetNameSchema, values: presetValuesSchema }))
    .default([])
    .catch([]),
});
export type Settings = z.infer<typeof settingsSchema>;

type Change = { [K in keyof Settings]?: Settings[K] | undefined };

export interface SettingsStore {
  get(): Promise<Settings>;
  change(change: Change): Promise<Settings>;
  /** Changes what depends on what is there; no other change comes between. */
  update(change: (settings: Settings) => Change): Promise<Settings>;
  /** Called after every change, of this process and, once they are followed, of others. Returns what ends that. */
  onChange(listener: (settings: Settings) => void): () => void;
  /** Notices what other processes change. Returns what ends that. */
  follow(): Promise<() => void>;
}

/** A file is written and renamed: one change may be several events. */
const SETTLED_MS = 50;

const busy = () =>
  new AppError('FILE_UNWRITABLE', 'The settings are being changed by another Sotto.', {
    hint: 'Try again in a moment.',
  });

/**
 * Settings in one small file, read anew each time: the window and the terminal may both change it. One that cannot be read
 * counts as none, and is kept beside the next one as `settings.json.damaged`.
 */
export function createSettingsStore(path: string): SettingsStore {
  const get = async (): Promise<Settings> => {
    try {
      return settingsSchema.parse(JSON.parse(await readOwnText(path)));
    } catch {
      return settingsSchema.parse({});
    }
  };
  const isDamaged = async (): Promise<boolean> => {
    try {
      settingsSchema.parse(JSON.parse(await readOwnText(path)));
      return false;
    } catch (cause) {
      return (cause as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  };
  const listeners = new Set<(settings: Settings) => void>();
  /** As it was reported last. */
  let reported: string | undefined;
  const report = (settings: Settings) => {
    const text = JSON.stringify(settings);
    if (text === reported) return;
    reported = text;
    for (const listener of listeners) listener(settings);
  };
  const inTurn = createTurns();
  const update: SettingsStore['update'] = (change) =>
    inTurn(async () => {
      await makeFolder(dirname(path));
      // The window and a terminal may change different settings in the same instant.
      return withLock(`${path}.lock`, busy, async () => {
        const before = await get();
        const next = { ...before, ...change(before) };
        if (await isDamaged()) await rename(path, `${path}.damaged`);
        await writeWhole(path, `${JSON.stringify(next, null, 2)}\n`);
        // As whoever reads it has it.
        const written = await get();
        report(written);
        return written;
      });
    });
  return {
    get,
    update,
    change: (change) => update(() => change),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    follow: async () => {
      await makeFolder(dirname(path));
      reported = JSON.stringify(await get());
      let timer: NodeJS.Timeout | undefined;
      const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
        if (name !== null && name !== basename(path)) return;
        clearTimeout(timer);
        timer = setTimeout(() => void get().then(report), SETTLED_MS);
        timer.unref();
      });
      // Without it the next change of this process's own is noticed all the same.
      watcher.on('error', () => watcher.close());
      return () => {
        clearTimeout(timer);
        watcher.close();
      };
    },
  };
}
