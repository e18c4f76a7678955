import type { ModelSettings } from '../../contract/model-settings.ts';
import type { Core } from '../../core/create-core.ts';
import { AppError } from '../../core/errors.ts';
import { EXIT } from '../exit-status.ts';
import { note, print, printJson } from '../output.ts';
import { toNumber } from '../to-number.ts';
import { reporting } from './models.ts';

export interface SettingsFlags {
  json?: boolean;
  reset?: boolean;
  preset?: string;
  savePreset?: string;
  removePreset?: string;
  context?: string;
  threads?: string;
  backend?: string;
  temperature?: string;
  topK?: string;
  topP?: string;
  repetitionPenalty?: string;
  maxTokens?: string;
  system?: string;
}

/** `sotto models settings`: shows and changes what is set for one model. */
export async function modelSettings(
  core: Core,
  id: string | undefined,
  flags: SettingsFlags,
): Promise<number> {
  const json = flags.json === true;
  return reporting(json, async () => {
    const before = await core.modelSettings.view(id);
    const given = valuesOf(flags);
    if (flags.removePreset !== undefined) await core.modelSettings.removePreset(flags.removePreset);
    const preset = flags.preset === undefined ? undefined : await findPreset(core, flags.preset);
    const isChange = flags.reset === true || preset !== undefined || Object.keys(given).length > 0;
    if (isChange) {
      const kept = flags.reset === true ? {} : before.settings;
      await core.modelSettings.set(before.id, { ...kept, ...preset, ...given });
    }
    if (flags.savePreset !== undefined) await savePreset(core, before.id, flags.savePreset);
    const view = await core.modelSettings.view(before.id);
    if (json) printJson(view);
    else {
      for (const [name, value] of Object.entries({ ...view.defaults, ...view.settings })) {
        const isSet = name in view.settings;
        print(`${name.padEnd(20)}${String(value)}${isSet ? '' : '  (default)'}\n`);
      }
      note(`Presets: ${view.presets.map(({ name }) => name).join(', ')}`);
    }
    return EXIT.ok;
  });
}

async function findPreset(core: Core, name: string): Promise<ModelSettings> {
  const preset = (await core.modelSettings.presets()).find((one) => one.name === name);
  if (preset !== undefined) return preset.values;
  throw new AppError('PARAM_RANGE', 'There is no preset of that name.', {
    hint: '`sotto models settings` lists them.',
  });
}

/** What is set for a model, without what concerns the machine. */
async function savePreset(core: Core, id: string, name: string): Promise<void> {
  const {
    contextTokens: _context,
    threads: _threads,
    backend: _backend,
    ...values
  } = await core.modelSettings.of(id);
  await core.modelSettings.savePreset(name, values);
}

function valuesOf(flags: SettingsFlags): Record<string, unknown> {
  const values = {
    contextTokens: toNumber(flags.context),
    threads: toNumber(flags.threads),
    backend: flags.backend,
    temperature: toNumber(flags.temperature),
    topK: toNumber(flags.topK),
    topP: toNumber(flags.topP),
    repetitionPenalty: toNumber(flags.repetitionPenalty),
    maxTokens: toNumber(flags.maxTokens),
    system: flags.system,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

export interface PreferenceFlags {
  json?: boolean;
  hub?: string;
  speedLimit?: string;
  idleMinutes?: string;
}

/** `sotto models config`: what is set for all models. "default" takes a value back. */
export async function preferences(core: Core, flags: PreferenceFlags): Promise<number> {
  const json = flags.json === true;
  return reporting(json, async () => {
    const { preferences: before } = await core.modelService.overview();
    const given = {
      hub: flags.hub,
      speedLimit: flags.speedLimit === 'default' ? 'default' : megabytes(flags.speedLimit),
      idleMinutes: flags.idleMinutes === 'default' ? 'default' : toNumber(flags.idleMinutes),
    };
    const merged = Object.entries({ ...before, ...dropUndefined(given) });
    const next = Object.fromEntries(merged.filter(([, value]) => value !== 'default'));
    if (Object.keys(dropUndefined(given)).length > 0) await core.modelService.setPreferences(next);
    const { preferences: after, network } = await core.modelService.overview();
    if (json) printJson({ ...after, hub: network.hub });
    else {
      print(`hub                 ${network.hub}\n`);
      print(
        `speed limit         ${after.speedLimit === undefined ? 'none' : `${after.speedLimit / 1e6} MB/s`}\n`,
      );
      print(`unload when idle    after ${after.idleMinutes ?? 30} min\n`);
    }
    return EXIT.ok;
  });
}

function megabytes(text: string | undefined): number | undefined {
  const number = toNumber(text);
  return number === undefined ? undefined : number * 1e6;
}

function dropUndefined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
