import {
  type ModelSettings,
  type ModelSettingsView,
  modelSettingsSchema,
  type Preset,
  presetNameSchema,
  presetValuesSchema,
} from '../../../contract/model-settings.ts';
import { checkParameters } from '../../check-parameters.ts';
import { AppError } from '../../errors.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';
import type { ModelLibrary } from '../model-library.ts';
import { BUILT_IN_PRESETS } from './presets.ts';

/** What the user has set for each model, and the presets to choose from. */
export interface ModelSettingsService {
  /** Empty where nothing is set. */
  of(id: string): Promise<ModelSettings>;
  view(idOrPath?: string): Promise<ModelSettingsView>;
  /** Replaces all that was set; a value that is the default is set all the same. @throws AppError PARAM_RANGE. */
  set(id: string, settings: unknown): Promise<ModelSettingsView>;
  forget(id: string): Promise<void>;
  presets(): Promise<Preset[]>;
  /** Replaces the user's preset of that name. @throws AppError PARAM_RANGE, also for a name of Sotto's own. */
  savePreset(name: string, values: unknown): Promise<Preset>;
  removePreset(name: string): Promise<void>;
}

export interface ModelSettingsOptions {
  store: SettingsStore;
  models: ModelLibrary;
  defaultThreads: () => number;
}

export function createModelSettings({
  store,
  models,
  defaultThreads,
}: ModelSettingsOptions): ModelSettingsService {
  const of = async (id: string): Promise<ModelSettings> => (await store.get()).perModel[id] ?? {};
  const presets = async (): Promise<Preset[]> => [
    ...BUILT_IN_PRESETS,
    ...(await store.get()).presets.map((preset) => ({ ...preset, builtIn: false })),
  ];
  const view = async (idOrPath?: string): Promise<ModelSettingsView> => {
    const { model, defaultMaxTokens } = await models.find(idOrPath);
    const { contextTokens, defaultSampling } = model;
    const defaults = {
      ...defaultSampling,
      maxTokens: defaultMaxTokens,
      contextTokens,
      threads: defaultThreads(),
    };
    return { id: model.id, settings: await of(model.id), defaults, presets: await presets() };
  };
  const write = (id: string, settings: ModelSettings | undefined) =>
    store.update(({ perModel }) => {
      const { [id]: _before, ...others } = perModel;
      const isEmpty = settings === undefined || Object.keys(settings).length === 0;
      return { perModel: isEmpty ? others : { ...others, [id]: settings } };
    });

  return {
    of,
    view,
    set: async (id, settings) => {
      const checked = checkParameters(modelSettingsSchema, settings);
      await models.find(id);
      await write(id, checked);
      return view(id);
    },
    forget: async (id) => {
      if ((await store.get()).perModel[id] !== undefined) await write(id, undefined);
    },
    presets,
    savePreset: async (name, values) => {
      const checkedName = presetNameSchema.safeParse(name);
      const isTaken = BUILT_IN_PRESETS.some((one) => one.name === name);
      if (!checkedName.success || isTaken) throw badName();
      const preset = { name: checkedName.data, values: checkParameters(presetValuesSchema, values) };
      await store.update(({ presets: all }) => ({
        presets: [...all.filter((one) => one.name !== preset.name), preset],
      }));
      return { ...preset, builtIn: false };
    },
    removePreset: async (name) => {
      await store.update(({ presets: all }) => ({ presets: all.filter((one) => one.name !== name) }));
    },
  };
}

function badName(): AppError {
  return new AppError('PARAM_RANGE', 'A preset cannot have this name.', {
    hint: 'Take one of at most 60 characters that is not yet in use by Sotto.',
  });
}
