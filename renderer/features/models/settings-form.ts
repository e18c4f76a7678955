import type { ModelSettings, ModelSettingsView, PresetValues } from '../../../contract/model-settings.ts';
import type { Backend } from '../../../contract/models.ts';
import { numberIn } from '../../ui/number-field.tsx';

/** Numbers that can be set, in the order of the form; those after the first lie under "More". */
export const NUMBERS = [
  'temperature',
  'topP',
  'topK',
  'repetitionPenalty',
  'maxTokens',
  'contextTokens',
  'threads',
] as const;
export type NumberName = (typeof NUMBERS)[number];
const OF_MACHINE: readonly string[] = ['contextTokens', 'threads'];

/** What stands in the form: text as it was typed, empty for what is not set. */
export interface Draft {
  numbers: Record<NumberName, string>;
  system: string;
  backend: Backend;
}

export function draftOf(settings: ModelSettings): Draft {
  const text = (name: NumberName) => (settings[name] === undefined ? '' : String(settings[name]));
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, text(name)])) as Draft['numbers'];
  return { numbers, system: settings.system ?? '', backend: settings.backend ?? 'auto' };
}

/** A preset replaces how the model answers; what concerns the machine stays. */
export function withPreset(draft: Draft, values: PresetValues): Draft {
  const { numbers, system } = draftOf(values);
  const { contextTokens, threads } = draft.numbers;
  return { numbers: { ...numbers, contextTokens, threads }, system, backend: draft.backend };
}

export function settingsOf({ numbers, system, backend }: Draft): ModelSettings {
  const set = NUMBERS.map((name) => [name, numberIn(numbers[name])] as const);
  return {
    ...Object.fromEntries(set.filter(([, value]) => value !== undefined)),
    ...(system.trim() === '' ? {} : { system }),
    ...(backend === 'auto' ? {} : { backend }),
  };
}

export function presetOf(draft: Draft): PresetValues {
  const entries = Object.entries(settingsOf(draft));
  return Object.fromEntries(entries.filter(([name]) => name !== 'backend' && !OF_MACHINE.includes(name)));
}

/** The preset that the draft is equal to, by name. */
export function presetIn(draft: Draft, { presets }: ModelSettingsView): string | undefined {
  const values = JSON.stringify(sorted(presetOf(draft)));
  return presets.find((one) => JSON.stringify(sorted(one.values)) === values)?.name;
}

function sorted(values: object): unknown {
  return Object.entries(values).sort(([a], [b]) => a.localeCompare(b));
}
