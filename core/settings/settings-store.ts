import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
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
}

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
        return next as Settings;
      });
    });
  return { get, update, change: (change) => update(() => change) };
}
