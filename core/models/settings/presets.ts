import type { Preset } from '../../../contract/model-settings.ts';

/**
 * Presets of Sotto's own. "default" sets nothing: the model answers as its makers set it. The temperatures are the usual
 * ones for facts and for invention; below 0.3 small models begin to repeat themselves, hence the penalty.
 */
export const BUILT_IN_PRESETS: readonly Preset[] = [
  { name: 'default', values: {}, builtIn: true },
  { name: 'precise', values: { temperature: 0.2, topP: 0.9, repetitionPenalty: 1.1 }, builtIn: true },
  { name: 'balanced', values: { temperature: 0.7, topK: 40, topP: 0.95 }, builtIn: true },
  { name: 'inventive', values: { temperature: 1.1, topK: 80, topP: 0.98 }, builtIn: true },
];
